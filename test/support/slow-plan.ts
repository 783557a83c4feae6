import { PlotdError } from '../../src/errors.ts'
import type { Plan } from '../../src/plotter/plan/plan.ts'
import { plan } from './claimed-plot.ts'

export type MakePlan = (options: { readonly signal: AbortSignal }) => Promise<Plan>

/** A plan that is ready when the test calls `finish`. An abort ends the making of the plan with an error. */
export function slowPlan() {
  let finish = () => {}
  let aborted = false
  const makePlan: MakePlan = ({ signal }) =>
    new Promise((resolve, reject) => {
      finish = () => resolve(plan)
      signal.addEventListener('abort', () => {
        aborted = true
        reject(new PlotdError('ERR_DAEMON_AWAY'))
      })
    })
  return { makePlan, finish: () => finish(), isAborted: () => aborted }
}
