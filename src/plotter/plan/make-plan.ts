/**
 * The room `plan`: `make-plan` makes and hashes plans, `plan-file` encodes and reads plan files, `cut` finds where a
 * plot stopped. The order of the strokes comes from the room `prepare`.
 */
import { type Affine, transformStrokes } from '../../geometry/affine.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import { type PrepareOptions, type PrepareReport, prepare } from '../prepare/index.ts'
import type { Profile } from '../profiles/profile.ts'
import { toMachine } from './calibrate.ts'
import { withPenOffsets } from './pen-offsets.ts'
import type { Plan } from './plan.ts'
import { hashOf } from './plan-hash.ts'

export { encodePlan, type PlanSource, readPlan } from './plan-file.ts'

/** A plan, and the report of its preparation. */
export interface PlanResult {
  readonly plan: Plan
  readonly report: PrepareReport
}

/**
 * Prepares a drawing for a machine, as a plan. The plan's hash identifies exactly these strokes in this order.
 *
 * @param registration  maps the drawing to a printed sheet as it lies on the machine, mm
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS when a pen's offset moves a stroke beyond the reach; also the errors of
 *   `prepare`
 */
export function makePlan(
  drawing: Drawing,
  options: PrepareOptions,
  profile: Profile,
  registration?: Affine,
): PlanResult {
  const { drawing: straight, report } = prepare(drawing, options, profile)
  const prepared = withPenOffsets(registration ? transformStrokes(registration, straight) : straight, profile)
  const ready = profile.calibration
    ? { ...prepared, points: toMachine(prepared.points, profile.calibration) }
    : prepared
  const registered = registration && { registered: [{ first: 0, matrix: registration }] }
  return { plan: { ...ready, hash: hashOf(ready), estimate: report.estimate, ...registered }, report }
}
