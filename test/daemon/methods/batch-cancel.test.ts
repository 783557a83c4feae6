import { expect, it } from 'vitest'
import { RESULT } from '../../support/job-result.ts'
import { memoryServer } from '../../support/memory-server.ts'

it('`batch.cancel` cancels the plot after the cards that wait, so that its plotter begins no other card', async () => {
  const daemon = await memoryServer()
  const client = await daemon.client()
  const job = { task: 'text', params: { text: 'x' }, plot: { plotter: 'axi' } }
  const jobs = [2, 3, 4].map((row) => ({ ...job, batch: { name: 'xmas', row } }))
  const ids = (await client.call('job.submitAll', { jobs })).map(({ id }) => id)
  const render = await daemon.spool.claim({ stage: 'render', holder: 'w' })
  if (render) await daemon.spool.complete(render, RESULT)
  await daemon.spool.claim({ stage: 'plot', holder: 'axi', plotters: ['axi', 'any'] })
  expect((await client.call('job.get', { id: ids[0] ?? '' })).status).toBe('plotting')
  const canceled: string[] = []
  await daemon.spool.subscribe((event) => {
    if (event.type === 'changed' && event.job.status === 'canceled') canceled.push(event.job.id)
  })
  await client.call('batch.cancel', { name: 'xmas' })
  expect(canceled).toEqual([ids[1], ids[2], ids[0]])
  await daemon.close()
})
