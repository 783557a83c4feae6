import type { Params, Result, WireJob } from '../../src/daemon/protocol/index.ts'

export interface WaitOptions {
  /** States to wait for (default: the states of an ended job). The wait for a job also stops when the job has ended. */
  readonly until?: Params<'job.wait'>['until']
  /** A signal that ends the wait, such as `AbortSignal.timeout(60_000)`. */
  readonly signal?: AbortSignal
}

/** Maximum number of jobs that one call waits for. */
const JOBS_PER_CALL = 500

/**
 * Waits for jobs by one long poll after the other, without a time limit.
 *
 * @returns the jobs in the order of `ids`
 * @throws the errors of `call`, or the reason of the signal
 */
export async function waitFor(
  call: (params: Params<'job.wait'>) => Promise<Result<'job.wait'>>,
  ids: readonly string[],
  { until, signal }: WaitOptions = {},
): Promise<WireJob[]> {
  const reached = new Map<string, WireJob>()
  for (let from = 0; from < ids.length; from += JOBS_PER_CALL) {
    let waiting: readonly string[] = ids.slice(from, from + JOBS_PER_CALL)
    while (waiting.length > 0) {
      const answer = await unlessAborted(call({ ids: waiting, ...(until && { until }) }), signal)
      for (const job of answer.jobs) reached.set(job.id, job)
      waiting = answer.waiting
    }
  }
  return ids.flatMap((id) => reached.get(id) ?? [])
}

/** Returns the answer, unless the signal comes first. The daemon ends the abandoned call on its own. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answer
  answer.catch(() => {})
  signal.throwIfAborted()
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
  })
  return Promise.race([answer, aborted]).finally(() => signal.removeEventListener('abort', abort))
}
