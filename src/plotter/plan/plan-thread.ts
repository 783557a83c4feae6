import { parentPort, workerData } from 'node:worker_threads'
import { toPlotdError } from '../../errors.ts'
import { makePlan } from './make-plan.ts'
import type { PlanAnswer, PlanRequest } from './plan-in-thread.ts'

/** The thread's whole life: one drawing in, one plan out. It is ended from outside when nobody wants it any more. */
const { drawing, options, profile, maxSeconds } = workerData as PlanRequest
const deadline = performance.now() + 1000 * maxSeconds
const answer = (message: PlanAnswer, moved: ArrayBuffer[] = []) => parentPort?.postMessage(message, moved)

let told = 0
const onProgress = (done: number) => {
  if (done - told < 0.01) return
  told = done
  answer({ progress: done })
}

try {
  const planned = makePlan(drawing, { ...options, onProgress, expired: () => performance.now() > deadline }, profile)
  answer({ planned }, [planned.plan.points.buffer, planned.plan.starts.buffer])
} catch (error) {
  answer({ error: toPlotdError(error).toJSON() })
}
