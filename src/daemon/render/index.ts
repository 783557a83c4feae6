/**
 * The room `render`: threads that render, preview and plan, and that check jobs before they are queued. `thread-pools`
 * has the pools, `thread-runs` runs a job on a pool. `render-loop` keeps the render pool busy, `claim-again`
 * repeats a claim that failed, and `end-claim` writes how a claim ends. `thread-entry` is the script of each thread.
 * The files that `thread-entry` imports do the work.
 * Besides this file, the room `plotting` imports `plans.ts` and `figures.ts`.
 */
export { type AcceptedJob, acceptBuiltIn, type JobRequest, MAX_DRAWN, type Notes } from './accept-jobs.ts'
export { ClaimAgain } from './claim-again.ts'
export type { Contents, Place } from './contents.ts'
export { hasTags, lacking, type Machine } from './drawable.ts'
export { endClaim, RETRY_MS } from './end-claim.ts'
export { requireOwnDrawing } from './own-drawing.ts'
export { planOfJob } from './plan-of-job.ts'
export { prepareOptions } from './plot-options.ts'
export { RenderLoop } from './render-loop.ts'
export { type ThreadPoolOptions, ThreadPools } from './thread-pools.ts'
