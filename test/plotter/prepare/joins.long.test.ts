import { describe, expect, it } from 'vitest'
import { indices } from '../../../src/geometry/drawing.ts'
import { nearEnds } from '../../../src/plotter/prepare/joins/near-ends.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'

describe('the ends of half a million dots side by side', () => {
  it('have fewer than 16 neighbours on average', () => {
    const side = 708
    const points = new Float64Array(2 * side * side)
    for (let i = 0; i < side * side; i++) points.set([(i % side) / 20, Math.floor(i / side) / 20], 2 * i)
    const { near, offset } = nearEnds({ points, starts: indices(side * side + 1) }, 0.15, new Work())
    expect(near.length).toBeLessThan(2 * 8 * 2 * side * side)
    expect(offset.at(-1)).toBe(near.length)
  })
})
