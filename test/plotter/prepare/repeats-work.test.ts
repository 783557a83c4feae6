import { describe, expect, it } from 'vitest'
import { StrokeWriter } from '../../../src/geometry/stroke-writer.ts'
import { findRepeats } from '../../../src/plotter/prepare/repeats/find.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'

/** Lines of 100 mm, each `apart` mm beside the one before. */
function lines(count: number, apart: number) {
  const writer = new StrokeWriter()
  for (let i = 0; i < count; i++) writer.add([i * apart, 0, i * apart, 100])
  return writer.take()
}

describe('the search for repeated ink', () => {
  it('finds all of five thousand copies of one line', () => {
    expect(findRepeats(lines(5000, 0), new Work()).mm).toBeCloseTo(4999 * 100)
  })

  it('ends for thousands of lines within the width of a pen, which all have to be compared', () => {
    expect(findRepeats(lines(3000, 1e-5), new Work()).mm).toBeGreaterThan(0)
  })

  it('can be aborted in the middle of it', () => {
    let checks = 0
    const signal = {
      get aborted() {
        return ++checks > 3
      },
      reason: new Error('enough'),
    } as unknown as AbortSignal
    expect(() => findRepeats(lines(6000, 1e-3), new Work({ signal }))).toThrow('enough')
  })
})
