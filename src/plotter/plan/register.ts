import { type Affine, apply, compose, IDENTITY, inverse } from '../../geometry/affine.ts'
import { at } from '../../geometry/drawing.ts'
import type { Calibration } from '../profiles/profile.ts'
import { calibrationMatrix } from './calibrate.ts'
import type { Plan, PlanRegistration } from './plan.ts'
import { hashOf } from './plan-hash.ts'

/**
 * Moves the strokes from number `first` on to where the sheet lies now; earlier strokes stay. The new registration
 * replaces earlier registrations of the moved strokes. Without a matrix, all strokes lose their registrations.
 *
 * @param matrix  maps the drawing to the sheet as it lies on the machine, mm
 * @param calibration  the calibration of the machine for which the plan was made
 * @returns a new plan
 */
export function registeredFrom(plan: Plan, first: number, matrix?: Affine, calibration: Calibration = {}): Plan {
  const { registered: before = [], estimate, hash: _, ...drawing } = plan
  const after = matrix ? [...before.filter((entry) => entry.first < first), { first, matrix }] : []
  const toMachine = calibrationMatrix(calibration)
  const toPaper = inverse(toMachine)
  const points = drawing.points.slice()
  const count = drawing.starts.length - 1
  const bounds = [...new Set([0, ...before.map((entry) => entry.first), first, count])].sort((a, b) => a - b)
  bounds.forEach((from, i) => {
    const old = matrixAt(before, from)
    const next = matrixAt(after, from)
    if (from >= count || old === next) return
    const change = compose(toMachine, compose(next, compose(inverse(old), toPaper)))
    const to = bounds[i + 1] ?? count
    for (let v = at(drawing.starts, from); v < at(drawing.starts, to); v++) {
      const [movedX, movedY] = apply(change, at(points, 2 * v), at(points, 2 * v + 1))
      points[2 * v] = movedX
      points[2 * v + 1] = movedY
    }
  })
  const inPlace = { ...drawing, points }
  return { ...inPlace, hash: hashOf(inPlace), estimate, ...(after.length > 0 && { registered: after }) }
}

const matrixAt = (registered: readonly PlanRegistration[], stroke: number): Affine =>
  registered.findLast(({ first }) => first <= stroke)?.matrix ?? IDENTITY
