import { describe, expect, it } from 'vitest'
import { zigzags } from '../../../bench/bars/zigzags.ts'
import { StrokeWriter } from '../../../src/geometry/stroke-writer.ts'
import { findRepeats } from '../../../src/plotter/prepare/repeats/find.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'

/** Copies of one line of 100 mm. */
function copies(count: number) {
  const writer = new StrokeWriter()
  for (let i = 0; i < count; i++) writer.add([0, 0, 0, 100])
  return writer.take()
}

/** Lines from one point, over an angle of 11°. None covers another, so all have to be compared. */
function fan(count: number) {
  const writer = new StrokeWriter()
  for (let i = 0; i < count; i++) writer.add([0, 0, 100, (20 * i) / count])
  return writer.take()
}

describe('the search for repeated ink', () => {
  it('compares long lines only with those of nearly the same direction, although many of them cross', () => {
    const [some, more] = [15, 30].map((count) => findRepeats(zigzags(count), new Work()))
    expect(more?.isComplete).toBe(true)
    // fewer than one visit for 250 pairs of lines
    expect(more?.visits).toBeLessThan((30 * 155) ** 2 / 500)
    expect(more?.visits).toBeLessThan(4.4 * (some?.visits ?? 0))
  })

  it('finds all of a thousand copies of one line', () => {
    expect(findRepeats(copies(1000), new Work()).mm).toBeCloseTo(999 * 100)
  })

  it('compares all 800 lines of a fan, and finds no repeat in it', () => {
    expect(findRepeats(fan(800), new Work())).toMatchObject({ mm: 0, isComplete: true })
  })

  it('reports whether it compared all lines before it ended', () => {
    expect(findRepeats(fan(100), new Work()).isComplete).toBe(true)
    expect(findRepeats(fan(100), new Work(), 1000).isComplete).toBe(false)
  })

  it('can be aborted midway', () => {
    let checks = 0
    const signal = {
      get aborted() {
        return ++checks > 2
      },
      reason: new Error('enough'),
    } as unknown as AbortSignal
    expect(() => findRepeats(fan(3000), new Work({ signal }))).toThrow('enough')
  })
})
