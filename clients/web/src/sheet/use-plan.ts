import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import type { SheetPlan } from './plan.ts'
import { loadPlan } from './read-plan.ts'

/** The strokes of a job once they are known: the frozen plan if there is one, else what its SVG would become. */
export function usePlan(store: Store, job: WireJob | undefined): SheetPlan | undefined {
  const id = job?.result ? job.id : undefined
  const frozen = job?.progress?.planHash ?? ''
  return useAnswer(() => (id === undefined ? undefined : loadPlan(store.client, id)), [store, id, frozen])
}
