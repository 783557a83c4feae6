import type { Params } from '../../../../src/daemon/protocol/index.ts'
import type { Store } from '../state/store.ts'

/** The same job once more, as a new one. */
export async function again(store: Store, id: string): Promise<void> {
  const job = await store.ask('job.get', { id })
  if (!job) return
  if (job.paramsError) return store.say(job.paramsError.message)
  const { task, params, title, priority, plot } = job
  await store.ask('job.submit', {
    task,
    params,
    title,
    priority,
    ...(plot ? { plot: plot as NonNullable<Params<'job.submit'>['plot']> } : {}),
    idempotencyKey: crypto.randomUUID(),
  })
}
