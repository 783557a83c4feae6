import type { PlotdClient } from '../../clients/node/index.ts'

/**
 * Submits a job that fails without being rendered, because its parent is canceled. A short time limit is no sure way to
 * a failure: the answer of a quick thread may come first.
 *
 * @returns the id of the job that fails
 */
export async function failJob(client: PlotdClient, title = 'Fails'): Promise<string> {
  const parent = await client.submit({ task: 'text', params: { text: 'x' }, hold: true })
  const { id } = await client.submit({ task: 'text', params: { text: 'y' }, title, dependsOn: [parent.id] })
  await client.call('job.cancel', { id: parent.id })
  await client.call('job.remove', { id: parent.id })
  return id
}
