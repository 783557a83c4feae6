import type { Params, WireJob } from '../../src/daemon/protocol/index.ts'
import type { PlotdError } from '../../src/errors.ts'
import { allJobs } from '../node/all-jobs.ts'
import type { PlotdClient } from '../node/index.ts'
import type { PrintJob } from './print-job.ts'
import { TAG, uuidIn } from './submit.ts'

/** States of a job that has not begun to be drawn. */
export const WAITING = ['scheduled', 'held', 'queued', 'started', 'rendered'] as const

/** The end of a message about a held print job whose client got no answer. */
export const HELD_HINT =
  'its jobs are held, unless the pen has begun them: release them, or cancel them if it was printed again'

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

/** Whether the queue may have the jobs, although the submit failed. */
export const isAnswerLost = ({ code, detail }: PlotdError): boolean =>
  detail['outcome'] === 'unknown' || code === 'ERR_DAEMON_AWAY'
