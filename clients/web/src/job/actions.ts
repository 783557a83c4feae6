import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { requestAgain, withKey } from '../../../node/job.ts'
import { mayHaveInk } from '../state/ink.ts'
import type { Store } from '../state/store.ts'

/** Submits the parameters and the plot of a job again, as a new job. */
export async function submitAgain(store: Store, id: string): Promise<void> {
  const job = await store.request('job.get', { id })
  if (!job) return
  if (job.paramsError) return store.showNotice(job.paramsError.message)
  await store.request('job.submit', withKey(requestAgain(job)))
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
