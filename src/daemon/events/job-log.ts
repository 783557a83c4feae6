import { BEGUN, type Job, type JobStatus } from '../../spool/job.ts'
import type { Spool, Subscription } from '../../spool/spool.ts'

/**
 * Writes the log of each job: what happens to it on a plotter, its failed attempts, and the reason of its failure. A
 * successful render writes nothing, because a batch has thousands of renders.
 *
 * When several hosts share a queue, each host writes only the changes that it makes.
 *
 * @param cut  ids of the jobs whose plots were interrupted when the previous process of the daemon ended
 */
export async function keepJobLog(spool: Spool, cut: readonly string[] = []): Promise<Subscription> {
  for (const id of cut) {
    const job = await spool.get(id)
    if (job !== undefined) await spool.log(id, entryOf(job, undefined) ?? job.status)
  }
  /** The last known status of each job that is plotting, paused or interrupted, by id. */
  const last = new Map<string, JobStatus>()
  const subscription = await spool.subscribe((event) => {
    if (event.type === 'removed') last.delete(event.id)
    if (event.type === 'reset') {
      last.clear()
      for (const { id, status } of event.jobs) if (BEGUN.has(status)) last.set(id, status)
    }
    if (event.type !== 'changed') return
    const { job } = event
    const entry = entryOf(job, last.get(job.id))
    if (BEGUN.has(job.status)) last.set(job.id, job.status)
    else last.delete(job.id)
    // The spool may forget a job before its last entry is written.
    if (entry !== undefined && !event.elsewhere) spool.log(job.id, entry).catch(() => {})
  })
  for (const { id, status } of subscription.jobs) if (BEGUN.has(status) && !last.has(id)) last.set(id, status)
  return subscription
}

/**
 * The log entry for a change of a job; undefined when the change gets none.
 *
 * @param before  the status before the change, if the job was on a plotter
 */
export function entryOf(job: Job, before: JobStatus | undefined): string | undefined {
  const { status, reason, error } = job
  if (status === before) return undefined
  switch (status) {
    case 'plotting':
      return place(job) === '' ? 'taken by a plotter' : `continues${place(job)}`
    case 'paused':
    case 'interrupted':
      return `${status}${place(job)}${reason === undefined ? '' : `: ${reason.message}`}`
    case 'scheduled':
      return reason?.code === 'retry' ? reason.message : undefined
    case 'failed':
      return `failed${place(job)}${error === undefined ? '' : `: ${error.message} [${error.code}]`}`
    case 'canceled':
      return before === undefined ? undefined : `canceled${place(job)}`
    case 'finished':
      return before === undefined ? undefined : 'drawn'
    default:
      if (before === 'interrupted') return 'waits for a new sheet, and starts again at its first stroke'
      return before === undefined ? undefined : 'left the plotter, nothing drawn'
  }
}

function place({ progress }: Job): string {
  if (progress?.phase !== 'plot') return ''
  const copy =
    progress.copiesDone === undefined || progress.copiesDone === 0 ? '' : ` of copy ${progress.copiesDone + 1}`
  return ` after stroke ${progress.done} of ${progress.of}${copy}`
}
