import { type Affine, apply, compose, IDENTITY, inverse, translation } from '../../geometry/affine.ts'
import { at } from '../../geometry/drawing.ts'
import type { Profile } from '../profiles/profile.ts'
import { calibrationMatrix } from './calibrate.ts'
import type { Plan, PlanRegistration } from './plan.ts'
import { hashOf } from './plan-hash.ts'

/**
 * Moves stroke `first` and all later strokes to the present place of the sheet. Earlier strokes stay. The new
 * registration replaces earlier registrations of the moved strokes. Without a matrix, all strokes lose their
 * registrations, and each goes back to its place in the drawing.
 *
 * @param matrix  maps the drawing to the sheet as it lies on the machine, mm
 * @param profile  the machine for which the plan was made, with its calibration and the offsets of its pens
 * @returns a new plan
 */
export function registeredFrom(plan: Plan, first: number, matrix?: Affine, profile: Machine = {}): Plan {
  const { registered: before = [], estimate, hash: _, ...drawing } = plan
  const after = matrix ? [...before.filter((entry) => entry.first < first), { first, matrix }] : []
  const toMachine = calibrationMatrix(profile.calibration ?? {})
  const toPaper = inverse(toMachine)
  const points = drawing.points.slice()
  const count = drawing.starts.length - 1
  const bounds = [...new Set([0, ...before.map((entry) => entry.first), first, count])].sort((a, b) => a - b)
  bounds.forEach((from, i) => {
    const old = matrixAt(before, from)
    const next = matrixAt(after, from)
    if (from >= count || old === next) return
    const change = compose(next, inverse(old))
    const to = bounds[i + 1] ?? count
    for (const layer of drawing.layers) {
      const { dx = 0, dy = 0 } = profile.pens?.find(({ pen }) => pen === layer.pen) ?? {}
      // The sheet turns, but the pen's offset from the carriage does not.
      const fromTip = compose(toMachine, translation(-dx, -dy))
      const ofTip = compose(translation(dx, dy), toPaper)
      const onMachine = compose(fromTip, compose(change, ofTip))
      const end = at(drawing.starts, Math.min(to, layer.first + layer.count))
      for (let v = at(drawing.starts, Math.max(from, layer.first)); v < end; v++) {
        const [movedX, movedY] = apply(onMachine, at(points, 2 * v), at(points, 2 * v + 1))
        points[2 * v] = movedX
        points[2 * v + 1] = movedY
      }
    }
  })
  const inPlace = { ...drawing, points }
  return { ...inPlace, hash: hashOf(inPlace), estimate, ...(after.length > 0 && { registered: after }) }
}

type Machine = Pick<Profile, 'calibration' | 'pens'>

const matrixAt = (registered: readonly PlanRegistration[], stroke: number): Affine =>
  registered.findLast(({ first }) => first <= stroke)?.matrix ?? IDENTITY
