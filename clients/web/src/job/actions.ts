import type { Params } from '../../../../src/daemon/protocol/index.ts'
import type { Store } from '../state/store.ts'

/** Submits the same work again, as a new job. */
export async function submitAgain(store: Store, id: string): Promise<void> {
  const job = await store.request('job.get', { id })
  if (!job) return
  if (job.paramsError) return store.showNotice(job.paramsError.message)
  const { task, params, title, priority, plot } = job
  await store.request('job.submit', {
    task,
    params,
    title,
    priority,
    ...(plot ? { plot: plot as NonNullable<Params<'job.submit'>['plot']> } : {}),
    idempotencyKey: crypto.randomUUID(),
  })
}
