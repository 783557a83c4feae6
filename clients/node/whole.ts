import type { WireJob } from '../../src/daemon/protocol/index.ts'
import { type ErrorCode, PlotdError } from '../../src/errors.ts'

/**
 * The job, to make another of: without its parameters it would become one with a task's own.
 *
 * @throws PlotdError that says why the daemon could not tell them
 */
export function whole(job: WireJob): WireJob {
  if (job.paramsError === undefined) return job
  const { code, message } = job.paramsError
  throw new PlotdError(code as ErrorCode, `job ${job.id} (${job.title}) has lost its parameters: ${message}`, {
    id: job.id,
  })
}
