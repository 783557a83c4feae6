import { expect, it } from 'vitest'
import { RESULT } from '../../support/job-result.ts'
import { memoryServer } from '../../support/memory-server.ts'

it('`batch.cancel` stops the plot, and cancels it after the cards that wait, so that its plotter begins no other card', async () => {
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
  let stopped: readonly string[] = []
  await daemon.spool.subscribe((event) => {
    if (event.type !== 'changed' || event.job.status !== 'canceled') return
    if (canceled.length === 0) stopped = [...daemon.stopped]
    canceled.push(event.job.id)
  })
  await client.call('batch.cancel', { name: 'xmas' })
  expect(stopped).toEqual([ids[0]])
  expect(canceled).toEqual([ids[1], ids[2], ids[0]])
  await daemon.close()
})
