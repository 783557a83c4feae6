import type { Drawing } from '../../geometry/drawing.ts'
import { type PrepareOptions, type PrepareReport, prepare } from '../prepare/index.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Plan } from './plan.ts'
import { hashOf } from './plan-hash.ts'

export { encodePlan, type PlanSource, readPlan } from './plan-file.ts'
export { hashOf } from './plan-hash.ts'

/** What is plotted, and what there is to say of it beforehand. */
export interface Planned {
  readonly plan: Plan
  readonly report: PrepareReport
}

/**
 * Prepare a drawing for a machine and freeze it: the plan's hash names exactly these strokes in this order.
 *
 * @throws PlotdError ERR_PARAMS naming an option; the signal's reason when it is aborted
 */
export function makePlan(drawing: Drawing, options: PrepareOptions, profile: Profile): Planned {
  const { drawing: ready, report } = prepare(drawing, options, profile)
  return { plan: { ...ready, hash: hashOf(ready), estimate: report.estimate }, report }
}
