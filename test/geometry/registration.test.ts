import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apply, compose, rotation, translation } from '../../src/geometry/affine.ts'
import { type Mark, registrationOf } from '../../src/geometry/registration.ts'
import { runs } from '../support/fuzz.ts'

/** A5 in landscape. */
const [WIDTH, HEIGHT] = [210, 148]
const CORNERS = [
  [0, 0],
  [WIDTH, 0],
  [WIDTH, HEIGHT],
  [0, HEIGHT],
] as const

/** Error with which a user shows a mark, mm. */
const miss = fc.double({ min: -0.2, max: 0.2, noNaN: true })
const match = (x: number, y: number, at: readonly [number, number]): Mark => ({ x, y, found: { x: at[0], y: at[1] } })

describe('the registration of a printed sheet', () => {
  it('from two marks is right within 0.5 mm at every corner of a sheet turned by up to 3° and moved by up to 5 mm in x and in y', () => {
    const cases = fc.record({
      turn: fc.double({ min: -3, max: 3, noNaN: true }),
      dx: fc.double({ min: -5, max: 5, noNaN: true }),
      dy: fc.double({ min: -5, max: 5, noNaN: true }),
      misses: fc.tuple(miss, miss, miss, miss),
    })
    fc.assert(
      fc.property(cases, ({ turn, dx, dy, misses: [ax, ay, bx, by] }) => {
        const placement = compose(translation(dx, dy), rotation(turn))
        const [a, b] = [apply(placement, 10, 10), apply(placement, WIDTH - 10, HEIGHT - 10)]
        const marks = [match(10, 10, [a[0] + ax, a[1] + ay]), match(WIDTH - 10, HEIGHT - 10, [b[0] + bx, b[1] + by])]
        const { matrix, turnDegrees } = registrationOf(marks)
        expect(Math.abs(turnDegrees - turn)).toBeLessThan(0.2)
        for (const [x, y] of CORNERS) {
          const [real, drawn] = [apply(placement, x, y), apply(matrix, x, y)]
          expect(Math.hypot(real[0] - drawn[0], real[1] - drawn[1])).toBeLessThanOrEqual(0.5)
        }
      }),
      runs(2000, 200),
    )
  })

  it('keeps the size of the drawing up to an error of 0.3 %, and gives the error of a third mark', () => {
    const scaled = (scale: number) => registrationOf([match(0, 0, [0, 0]), match(200, 0, [200 * scale, 0])]).scale
    expect(scaled(1.002)).toBe(1)
    expect(scaled(1.01)).toBeCloseTo(1.01)
    const three = registrationOf([match(0, 0, [0, 0]), match(200, 0, [200, 0]), match(200, 140, [200, 141])])
    expect(three.missMm).toBeGreaterThan(0.3)
    expect(three.missMm).toBeLessThan(1)
  })

  it('refuses one mark, marks that are too near, and marks that were exchanged', () => {
    expect(() => registrationOf([match(0, 0, [1, 1])])).toThrow('1 mark: expected two')
    expect(() => registrationOf([match(0, 0, [1, 1]), match(20, 0, [21, 1])])).toThrow('at least 40 mm apart')
    expect(() => registrationOf([match(0, 0, [200, 0]), match(200, 0, [0, 0])])).toThrow('mixed up')
  })
})
