import { useEffect, useState } from 'preact/hooks'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import type { Store } from '../store.ts'
import { loadPlan } from './load-plan.ts'
import type { SheetPlan } from './plan.ts'

/** The strokes of a job once they are known: the frozen plan if there is one, else what its SVG would become. */
export function usePlan(store: Store, job: WireJob | undefined): SheetPlan | undefined {
  const [plan, setPlan] = useState<SheetPlan | undefined>()
  const id = job?.result ? job.id : undefined
  const frozen = job?.progress?.planHash ?? ''
  useEffect(() => {
    let wanted = true
    setPlan(undefined)
    if (id !== undefined) {
      loadPlan(store.client, id).then(
        (loaded) => wanted && setPlan(loaded),
        () => wanted && setPlan(undefined),
      )
    }
    return () => {
      wanted = false
    }
  }, [store, id, frozen])
  return plan
}
