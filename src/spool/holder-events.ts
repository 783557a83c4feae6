import { PlotdError } from '../errors.ts'
import type { Job, JobError, JobResult } from './job.ts'
import { wrongState } from './job-errors.ts'
import type { JobEvent } from './next.ts'

/** Time between two writes of a claim's progress, ms. */
export const SAVE_EVERY_MS = 1_000
const LONGEST_BACKOFF_MS = 3_600_000

/** Checks that the holder of the job may report progress. @throws PlotdError ERR_JOB_STATE */
export function requireAtWork({ id, status }: Job): void {
  if (status !== 'started' && status !== 'plotting' && status !== 'paused')
    throw wrongState(id, status, 'report progress')
}

/**
 * The event that ends a claim with success. The end of a render needs a result; the end of a plot needs none.
 *
 * @throws PlotdError ERR_PARAMS when a render has no result
 */
export function completion({ id, status }: Job, result: JobResult | undefined): JobEvent {
  if (status !== 'started') return { type: 'finish', ...(result && { result }) }
  if (result !== undefined) return { type: 'rendered', result }
  throw new PlotdError('ERR_PARAMS', `job ${id} cannot be completed: expected the result of the render`, { id })
}

/**
 * The event that ends a claim after an error. A render is tried again while the job has retries left; a plot is not.
 *
 * @param random  returns a number, 0 … 1, that scatters retries
 */
export function failure(job: Job, error: JobError, now: number, random: () => number): JobEvent {
  const isRetry = job.status === 'started' && job.attempts <= job.retries.max
  return { type: 'fail', error, ...(isRetry && { retryAt: now + Math.round(backoff(job, random())) }) }
}

/**
 * The wait after a failed attempt, ms. The wait doubles with each attempt, up to an hour. Random jitter in the upper
 * half of the wait keeps jobs that failed together from running together again.
 *
 * @param random  0 … 1
 */
export function backoff({ retries, attempts }: Pick<Job, 'retries' | 'attempts'>, random: number): number {
  const full = Math.min(LONGEST_BACKOFF_MS, retries.backoffMs * 2 ** Math.max(0, attempts - 1))
  return full * (0.5 + random / 2)
}
