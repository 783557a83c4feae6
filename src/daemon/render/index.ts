/**
 * The room `render`: threads and their work: renders, previews, plans, and checks of jobs before they are queued. The render
 * loop keeps the render pool busy. The files `thread-entry` and `thread-jobs` are loaded in the threads.
 */
export {
  type AcceptedJob,
  acceptBuiltIn,
  type JobRequest,
  MOST_DRAWN,
  type Notes,
} from './accept-jobs.ts'
export type { Contents, Place } from './contents.ts'
export { hasTags, lacking, type Machine } from './drawable.ts'
export { planOfJob } from './plan-of-job.ts'
export { prepareOptions } from './plot-options.ts'
export { RenderLoop } from './render-loop.ts'
export { type ThreadPoolOptions, ThreadPools } from './thread-pools.ts'
