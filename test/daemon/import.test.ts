import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlotdClient, WireJob } from '../../clients/node/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'

/** The tests move jobs from the daemon `old` to the daemon `plotd`. */
let old: StartedDaemon
let plotd: StartedDaemon
beforeAll(async () => {
  const plotters = [{ name: 'axi', url: 'sim:ebb', profile: 'axidraw-v3' }]
  ;[old, plotd] = await Promise.all([startedDaemon({ plotters }), startedDaemon({ plotters })])
})
afterAll(() => Promise.all([old.close(), plotd.close()]))

const card = { task: 'pattern', params: { pattern: 'grid', width: 40, height: 40 } } as const
const until = async (client: PlotdClient, id: string, ...wanted: WireJob['status'][]): Promise<WireJob> => {
  for await (const job of client.watch(id)) if (wanted.includes(job.status)) break
  return client.call('job.get', { id })
}
const take = async (...jobs: readonly unknown[]) => plotd.client.call('job.import', { jobs: jobs as never })

describe('jobs of another daemon', () => {
  it('keep their states: held, scheduled, finished and canceled', async () => {
    const held = await old.client.submit({ ...card, hold: true })
    const later = await old.client.submit({ ...card, runAt: Date.now() + 3_600_000 })
    const { id } = await old.client.submit(card)
    const finished = await until(old.client, id, 'finished')
    const canceled = await old.client.call('job.cancel', { id: (await old.client.submit({ ...card, hold: true })).id })
    const jobs = await Promise.all(
      [held, later, finished, canceled].map(({ id }) => old.client.call('job.get', { id })),
    )
    expect(await take(...jobs)).toEqual({ added: 4, known: 0 })
    for (const job of jobs) expect(await plotd.client.call('job.get', { id: job.id })).toEqual(job)
  })

  it('keep the time at which their plot was interrupted', async () => {
    const held = await old.client.submit({ ...card, plot: { plotter: 'axi' }, hold: true })
    const job = await old.client.call('job.get', { id: held.id })
    const reason = { code: 'power-lost', message: 'the plotter lost its power', since: 1_700_000_000_000 }
    await take({ ...job, status: 'interrupted', reason, progress: { phase: 'plot', done: 1, of: 2 } })
    expect(await plotd.client.call('job.get', { id: held.id })).toMatchObject({ status: 'interrupted', reason })
    await plotd.client.call('job.cancel', { id: held.id })
  })

  it('are added once', async () => {
    const job = await old.client.submit({ ...card, hold: true })
    await take(job)
    expect(await take(job)).toEqual({ added: 0, known: 1 })
  })

  it('that are rendered but not drawn are rendered again when their SVG is missing', async () => {
    const { id } = await old.client.submit({ ...card, plot: { plotter: 'axi' }, output: 'moved/card.svg' })
    await take(await until(old.client, id, 'rendered'))
    const imported = await until(plotd.client, id, 'rendered', 'failed')
    expect(imported).toMatchObject({ status: 'rendered', result: { path: 'moved/card.svg' } })
    expect(await get('output/moved/card.svg')).toContain('<svg')
    await plotd.client.call('job.cancel', { id })
  })

  it('that are rendered but not drawn are rendered again when another job here has a file of the same name', async () => {
    const request = { ...card, plot: { plotter: 'axi' }, output: 'both/card.svg' } as const
    const here = await plotd.client.submit({ ...request, params: { ...card.params, pattern: 'maze' } })
    await until(plotd.client, here.id, 'rendered')
    const before = await get('output/both/card.svg')
    const { id } = await old.client.submit(request)
    await take(await until(old.client, id, 'rendered'))
    const imported = await until(plotd.client, id, 'rendered', 'failed')
    expect(imported).toMatchObject({ status: 'rendered', result: { path: 'both/card-2.svg' } })
    expect(await get('output/both/card.svg')).toBe(before)
    for (const job of [here.id, id]) await plotd.client.call('job.cancel', { id: job })
  })

  it('that were being drawn are interrupted', async () => {
    const { id } = await old.client.submit({ ...card, plot: { plotter: 'axi' } })
    const job = await until(old.client, id, 'rendered')
    await old.client.call('job.cancel', { id })
    const progress = { phase: 'plot', done: 3, of: 9, planHash: '0'.repeat(64), plotter: 'axi' }
    await take({ ...job, status: 'plotting', progress })
    expect(await plotd.client.call('job.get', { id })).toMatchObject({ status: 'interrupted', progress: { done: 3 } })
  })

  it.each([
    ['an invalid id', { id: '../x' }, /id/],
    ['a plan hash that is a path', { progress: { phase: 'plot', done: 1, of: 2, planHash: '../../x' } }, /planHash/],
    ['a plotter that is not here', { plot: { plotter: 'elsewhere' } }, /^imported job \w+: .*elsewhere/],
  ])('are refused with %s', async (_, change, message) => {
    const job = await old.client.submit({ ...card, hold: true })
    await expect(take({ ...job, ...change })).rejects.toThrow(message)
    expect((await plotd.client.call('job.list', { search: job.id })).total).toBe(0)
  })

  it('never make plotd read outside its output folder', async () => {
    const { id } = await old.client.submit({ ...card, plot: { plotter: 'axi' } })
    const job = await until(old.client, id, 'rendered')
    const result = { ...job.result, path: '../../../../etc/passwd' }
    await take({ ...job, status: 'interrupted', result })
    await expect(plotd.client.call('job.retry', { id })).resolves.toMatchObject({ status: 'rendered' })
    const answer = await get(`plan/${id}`)
    expect(answer).toContain('ERR_OUTPUT_PATH')
    expect(answer).not.toContain('root:')
  })
})

async function get(path: string): Promise<string> {
  const answer = await fetch(`${plotd.daemon.url}/${path}`, {
    headers: { authorization: `Bearer ${plotd.daemon.token}` },
  })
  return answer.text()
}
