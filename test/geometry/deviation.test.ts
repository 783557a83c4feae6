import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviation } from '../../src/geometry/deviation.ts'
import { type Strokes, strokesOf } from '../../src/geometry/drawing.ts'
import { runs } from '../support/fuzz.ts'

const line = strokesOf([0, 0, 100, 0])

describe('the deviation of strokes from other strokes', () => {
  it('is 0 for the same strokes, also when they are cut and reversed', () => {
    expect(deviation(strokesOf([100, 0, 40, 0], [0, 0, 40, 0]), line).mm).toBeLessThan(1e-12)
  })

  it('is the largest distance, with its place', () => {
    const { mm, x, y } = deviation(strokesOf([0, 0.1, 50, 0.3, 100, 0.1]), line)
    expect(mm).toBeCloseTo(0.3, 12)
    expect([x, y]).toEqual([50, 0.3])
  })

  it('is large for a missing piece only when it is measured from the strokes that have the piece', () => {
    const half = strokesOf([0, 0, 50, 0])
    expect(deviation(half, line).mm).toBeLessThan(1e-12)
    expect(deviation(line, half).mm).toBe(50)
  })

  it('is measured along segments, not only at their ends', () => {
    expect(deviation(line, strokesOf([0, 0, 0, 30, 100, 30, 100, 0])).mm).toBeCloseTo(30, 6)
  })

  it('includes dots', () => {
    expect(deviation(strokesOf([3, 4]), strokesOf([0, 0])).mm).toBe(5)
  })

  it('is infinite when there are no other strokes', () => {
    expect(deviation(line, strokesOf()).mm).toBe(Number.POSITIVE_INFINITY)
    expect(deviation(strokesOf(), line).mm).toBe(0)
  })

  it('equals the deviation that a search without a grid finds', () => {
    const strokes = fc
      .array(fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 4, maxLength: 8 }), {
        minLength: 1,
        maxLength: 5,
      })
      .map((lines) => strokesOf(...lines.map((line) => line.slice(0, line.length - (line.length % 2)))))
    fc.assert(
      fc.property(strokes, fc.integer({ min: -60, max: 60 }), fc.integer({ min: -60, max: 60 }), (others, px, py) => {
        expect(deviation(strokesOf([px, py]), others).mm).toBeCloseTo(distanceBySearch(px, py, others), 9)
      }),
      runs(300),
    )
  })
})

/** Distance from a point to strokes, by a search through every segment. */
function distanceBySearch(px: number, py: number, { points, starts }: Strokes): number {
  let best = Number.POSITIVE_INFINITY
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let i = (starts[s] ?? 0) + 1; i < (starts[s + 1] ?? 0); i++) {
      const [ax = 0, ay = 0, bx = 0, by = 0] = points.subarray(2 * i - 2, 2 * i + 2)
      const length2 = (bx - ax) ** 2 + (by - ay) ** 2
      const t = length2 === 0 ? 0 : ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length2
      const c = Math.min(1, Math.max(0, t))
      best = Math.min(best, Math.hypot(px - ax - c * (bx - ax), py - ay - c * (by - ay)))
    }
  }
  return best
}
