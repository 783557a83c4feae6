import type { Params, WireJob } from '../../src/daemon/protocol/index.ts'
import { type PlotdError, toPlotdError } from '../../src/errors.ts'
import { allJobs } from '../node/all-jobs.ts'
import type { PlotdClient } from '../node/index.ts'
import type { PrintJob } from './print-job.ts'
import { TAG, uuidIn } from './submit.ts'

const HOLDABLE = ['scheduled', 'queued', 'rendered'] as const
/** States of a job that has not begun to be drawn. */
export const WAITING = [...HOLDABLE, 'held', 'started'] as const
/** States of a job that has begun to be drawn and has not ended. */
export const BEGUN = ['plotting', 'paused', 'interrupted'] as const

/** The jobs in plotd's queue that have one of these states and were submitted for one of these print jobs. */
export async function queuedJobs(
  client: PlotdClient,
  printJobs: readonly PrintJob[],
  status: NonNullable<Params<'job.list'>['status']>,
): Promise<ReadonlyMap<PrintJob, readonly WireJob[]>> {
  const found = new Map<PrintJob, WireJob[]>()
  if (printJobs.length === 0) return found
  const byUuid = new Map(printJobs.map((printJob) => [printJob.uuid, printJob]))
  for await (const job of allJobs(client, { status, tag: TAG })) {
    const printJob = byUuid.get(uuidIn(job.idempotencyKey))
    if (printJob) found.set(printJob, [...(found.get(printJob) ?? []), job])
  }
  return found
}

/**
 * Holds those of the jobs whose plot has not begun. A job cannot be held while it is being rendered, so the function
 * first waits for the end of the rendering. A job that cannot be held does not keep the others from being held.
 *
 * @throws the first error of `job.wait` and `job.hold`, after all other jobs are held
 */
export async function holdWaiting(client: PlotdClient, ids: readonly string[]): Promise<void> {
  const results = await Promise.allSettled(ids.map((id) => hold(client, id)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function hold(client: PlotdClient, id: string): Promise<void> {
  while (!(await isHeldOrBegun(client, id)));
}

async function isHeldOrBegun(client: PlotdClient, id: string): Promise<boolean> {
  const [job] = await client.wait([id], { until: [...HOLDABLE, 'held', ...BEGUN] })
  if (!HOLDABLE.some((status) => status === job?.status)) return true
  try {
    await client.call('job.hold', { id })
    return true
  } catch (thrown) {
    if (toPlotdError(thrown).code === 'ERR_JOB_STATE') return false // the state changed after the answer to the wait
    throw thrown
  }
}

/** Whether the queue may have the jobs, although the submit failed. */
export const isAnswerLost = ({ code, detail }: PlotdError): boolean =>
  detail['outcome'] === 'unknown' || code === 'ERR_DAEMON_AWAY'
