import type { PlotdClient } from '../../clients/node/index.ts'
import type { Params } from '../../src/daemon/protocol/index.ts'
import { PLOTTER } from './browser.ts'
import { until } from './until.ts'

/**
 * Makes a job that was interrupted after `done` of 9 strokes.
 *
 * @param old  id of an earlier job, which the new job replaces; the new job gets this id
 * @returns the id of the job
 */
export async function interruptedJob(client: PlotdClient, title: string, done: number, old?: string): Promise<string> {
  const plot = { plotter: PLOTTER }
  const id = old ?? (await client.submit({ task: 'text', params: { text: title }, title, plot })).id
  await until(async () => ['rendered', 'interrupted'].includes((await client.call('job.get', { id })).status))
  const { params, ...job } = await client.call('job.get', { id })
  await client.call('job.cancel', { id })
  await client.call('job.remove', { id })
  const progress = { phase: 'plot', done, of: 9, planHash: '0'.repeat(64), plotter: PLOTTER } as const
  const changes = { title, params, status: 'plotting', progress } as const
  await client.call('job.import', { jobs: [{ ...job, ...changes } as Params<'job.import'>['jobs'][number]] })
  return id
}
