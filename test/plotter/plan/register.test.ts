import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyToPoints, compose, rotation, scaling, translation } from '../../../src/geometry/affine.ts'
import { stroke, strokesOf } from '../../../src/geometry/drawing.ts'
import { toMachine } from '../../../src/plotter/plan/calibrate.ts'
import { makePlan } from '../../../src/plotter/plan/make-plan.ts'
import type { Plan } from '../../../src/plotter/plan/plan.ts'
import { hashOf } from '../../../src/plotter/plan/plan-hash.ts'
import { registeredFrom } from '../../../src/plotter/plan/register.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'

const CALIBRATION = { scaleX: 1.01, scaleY: 0.98, skewDegrees: 0.6 }
const MACHINE = { calibration: CALIBRATION }
const LINES = [
  [10, 10, 60, 12],
  [20, 30, 80, 70, 15, 15],
  [5, 5],
  [90, 10, 10, 90],
]
/** A plan for a machine that is not quite square. */
function planned(): Plan {
  const drawing = {
    ...strokesOf(...LINES),
    width: 100,
    height: 100,
    layers: [{ name: '', pen: 1, first: 0, count: LINES.length, options: {} }],
  }
  const ready = { ...drawing, points: toMachine(drawing.points, CALIBRATION) }
  const estimate = { seconds: 1, penDownMm: 1, travelMm: 1, lifts: 1 }
  return { ...ready, hash: hashOf(ready), estimate: estimate as unknown as Plan['estimate'] }
}

const placement = fc
  .tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 }))
  .map(([turn, x, y]) => compose(translation(x, y), compose(rotation(turn), scaling(1 + turn / 100))))
const strokeNumber = fc.integer({ min: 0, max: LINES.length })

function expectNear(actual: Float64Array, expected: Float64Array): void {
  expect(actual.length).toBe(expected.length)
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 6)
}

describe('a plan whose sheet is moved before a stroke', () => {
  it('moves the remaining strokes with the sheet on a calibrated machine', () => {
    fc.assert(
      fc.property(strokeNumber, placement, (first, matrix) => {
        const [before, after] = [planned(), registeredFrom(planned(), first, matrix, MACHINE)]
        LINES.forEach((line, i) => {
          const paper = toMachine(applyToPoints(matrix, Float64Array.from(line)), CALIBRATION)
          expectNear(stroke(after, i), i < first ? stroke(before, i) : paper)
        })
      }),
      runs(200),
    )
  })

  it('has at most one registration that begins at each stroke, and its points agree with the registrations', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(strokeNumber, placement), { minLength: 1, maxLength: 4 }), (turns) => {
        let plan = planned()
        for (const [first, matrix] of turns) plan = registeredFrom(plan, first, matrix, MACHINE)
        const firsts = (plan.registered ?? []).map(({ first }) => first)
        expect(firsts).toEqual([...new Set(firsts)].sort((a, b) => a - b))
        LINES.forEach((line, i) => {
          const matrix = plan.registered?.findLast(({ first }) => first <= i)?.matrix ?? scaling(1)
          expectNear(stroke(plan, i), toMachine(applyToPoints(matrix, Float64Array.from(line)), CALIBRATION))
        })
      }),
      runs(200),
    )
  })

  it('becomes the original plan again for the next sheet', () => {
    fc.assert(
      fc.property(strokeNumber, placement, strokeNumber, placement, (first, matrix, second, again) => {
        const twice = registeredFrom(registeredFrom(planned(), first, matrix, MACHINE), second, again, MACHINE)
        const fresh = registeredFrom(twice, 0, undefined, MACHINE)
        expect(fresh.registered).toBeUndefined()
        expectNear(fresh.points, planned().points)
      }),
      runs(200),
    )
  })

  it('does not turn the offset of a pen when the sheet is turned', () => {
    const axidraw = profileNamed('axidraw-v3')
    const profile = { ...axidraw, calibration: CALIBRATION, pens: [{ pen: 2, dx: 30, dy: -10 }] }
    const layers = [1, 2].map((pen, i) => ({ name: '', pen, first: 2 * i, count: 2, options: {} }))
    const lines = LINES.map((line) => line.map((value) => value + 60))
    const drawing = { ...strokesOf(...lines), width: 200, height: 200, layers }
    const matrix = compose(translation(3, 2), rotation(4))
    const turned = registeredFrom(makePlan(drawing, { keepOrder: true }, profile).plan, 0, matrix, profile)
    expectNear(turned.points, makePlan(drawing, { keepOrder: true }, profile, matrix).plan.points)
  })

  it('has a hash of its own', () => {
    const turned = registeredFrom(planned(), 1, rotation(2))
    expect(turned.hash).toBe(hashOf(turned))
    expect(turned.hash).not.toBe(planned().hash)
  })
})
