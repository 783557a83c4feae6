import type { PlotdClient } from '../../clients/node/index.ts'

/** Submits a job that fails without being rendered, because its parent is canceled. @returns its id */
export async function failJob(client: PlotdClient): Promise<string> {
  const parent = await client.submit({ task: 'text', params: { text: 'x' }, hold: true })
  const { id } = await client.submit({ task: 'text', params: { text: 'y' }, dependsOn: [parent.id] })
  await client.call('job.cancel', { id: parent.id })
  return id
}
