import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviation } from '../../src/geometry/deviation.ts'
import { strokesOf } from '../../src/geometry/drawing.ts'
import { simplify } from '../../src/geometry/simplify.ts'
import { runs } from '../support/fuzz.ts'

const TOLERANCE = 0.3

describe('a simplified line', () => {
  it('has each point of the line within the tolerance, and has the ends of the line', () => {
    const place = fc.integer({ min: 0, max: 60 }).map((n) => n / 10)
    const line = fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 60 }).map((points) => points.flat())
    fc.assert(
      fc.property(line, (points) => {
        const simple = [...simplify(Float64Array.from(points), TOLERANCE)]
        expect(deviation(strokesOf(points), strokesOf(simple)).mm).toBeLessThanOrEqual(TOLERANCE + 1e-9)
        expect(simple.slice(0, 2)).toEqual(points.slice(0, 2))
        expect(simple.slice(-2)).toEqual(points.slice(-2))
      }),
      runs(300),
    )
  })

  it('keeps the corners of a growing zigzag, with fewer than 400 reads for each vertex', () => {
    const count = 4000
    const coordinates = Array.from({ length: count }, (_, i) => [i, (i % 2 === 0 ? 1 : -1) * i])
    let reads = 0
    const zigzag = new Proxy(Float64Array.from(coordinates.flat()), {
      get: (points, key) => {
        reads++
        return Reflect.get(points, key, points)
      },
    })
    expect(simplify(zigzag, TOLERANCE).length).toBeGreaterThan(2 * count - 10)
    expect(reads).toBeLessThan(400 * count)
  })
})
