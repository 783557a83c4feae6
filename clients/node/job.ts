import { STATUSES } from '../../src/daemon/protocol/constants.ts'
import type { Params, WireJob } from '../../src/daemon/protocol/index.ts'
import { type ErrorCode, PlotdError } from '../../src/errors.ts'

type Progress = NonNullable<WireJob['progress']>

/** States of a job that has ended. An ended job leaves these states only at a user's request. */
export const FINAL: ReadonlySet<WireJob['status']> = new Set(['finished', 'failed', 'canceled'])

/** The states that are not in `FINAL`, in the order in which a job may pass through them. */
export const OPEN = STATUSES.filter((status) => !FINAL.has(status))

/**
 * The drawn fraction of a sheet, 0 … 1. A fraction of the time agrees with the time left, and counts a long stroke
 * more than a short one. When the time is unknown, the function returns a fraction of the strokes.
 */
export function shareOf({ done, of, secondsLeft, secondsOf }: Progress): number {
  if (of <= 0) return 0
  if (done >= of) return 1
  const share = secondsLeft !== undefined && secondsOf ? 1 - secondsLeft / secondsOf : done / of
  return Math.min(1, Math.max(0, share))
}

/**
 * The progress `ms` after the daemon reported it. The daemon reports whole strokes that the machine has executed. This
 * function subtracts the time since the report from the time left.
 *
 * @param ms  time since the report; the plot must not have stopped in this time
 */
export const later = (progress: Progress, ms: number): Progress =>
  progress.secondsLeft === undefined
    ? progress
    : { ...progress, secondsLeft: Math.max(0, progress.secondsLeft - ms / 1000) }

/**
 * The job, when its parameters are known. A copy of a job without parameters would draw the task's defaults.
 *
 * @throws PlotdError with the reason why the daemon has no parameters for the job
 */
export function withParams(job: WireJob): WireJob {
  if (job.paramsError === undefined) return job
  const { code, message } = job.paramsError
  throw new PlotdError(code as ErrorCode, `job ${job.id} (${job.title}) has lost its parameters: ${message}`, {
    id: job.id,
  })
}

/** The request for ink as the user ordered it: with the copies that retries subtracted from `plot.copies`. */
export const orderedPlot = ({ plot, spent }: Pick<WireJob, 'plot' | 'spent'>): WireJob['plot'] =>
  plot && { ...plot, copies: plot.copies + (spent?.copies ?? 0) }

/** The request that submits a job again. Its id, state, batch, parents, start time and key are left out. */
export function requestAgain(job: WireJob): Params<'job.submit'> {
  const { task, params, title, tags, priority, timeoutMs, retries, output } = job
  const optional = { title, tags, priority, timeoutMs, retries, output, plot: orderedPlot(job) }
  const fields = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined))
  return { ...fields, task, params }
}

/** A job with its key, or with a new one. A program in JavaScript may give `undefined` as the key. */
export const withKey = <T extends { readonly idempotencyKey?: string }>(job: T) => ({
  ...job,
  idempotencyKey: job.idempotencyKey ?? globalThis.crypto.randomUUID(),
})
