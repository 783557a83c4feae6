import type { Params, WireJob } from '../../../../src/daemon/protocol/index.ts'
import { orderedPlot } from '../../../node/job.ts'
import { mayHaveInk } from '../state/ink.ts'
import type { Store } from '../state/store.ts'

/** Submits the parameters and the plot of a job again, as a new job. */
export async function submitAgain(store: Store, id: string): Promise<void> {
  const job = await store.request('job.get', { id })
  if (!job) return
  if (job.paramsError) return store.showNotice(job.paramsError.message)
  const { task, params, title, output, tags, priority, timeoutMs, retries } = job
  const plot = orderedPlot(job)
  await store.request('job.submit', {
    task,
    params,
    title,
    tags,
    priority,
    timeoutMs,
    retries,
    ...(output === undefined ? {} : { output }),
    ...(plot ? { plot: plot as NonNullable<Params<'job.submit'>['plot']> } : {}),
    idempotencyKey: crypto.randomUUID(),
  })
}

/** Gives the job with its parameters to `onEdit`, which shows them in the form. */
export async function edit(store: Store, id: string, onEdit: (job: WireJob) => void): Promise<void> {
  const job = await store.request('job.get', { id })
  if (job?.paramsError) store.showNotice(job.paramsError.message)
  else if (job) onEdit(job)
}

/** Cancels a job. If ink of the job may be on paper, asks the user first. */
export function cancel(store: Store, job: WireJob): void {
  if (mayHaveInk(job)) store.open({ is: 'cancel', job: job.id })
  else void store.request('job.cancel', { id: job.id })
}
