import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ended, type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/until.ts'

const AXI = { name: 'axi', url: 'sim:ebb?speed=400', profile: 'axidraw-v3' }
const text = (words: string, more: object = {}) => ({
  task: 'text',
  params: { text: words },
  plot: { plotter: 'axi' },
  ...more,
})

/** Most tests share a daemon, because a start takes longer than a test. */
let daemon: StartedDaemon
const call: StartedDaemon['client']['call'] = (method, params) => daemon.client.call(method, params)
const axi = () => call('plotter.get', { name: 'axi' })
const ready = (order: object = {}) => call('plotter.ready', { name: 'axi', ...order })
const statusOf = async (id: string) => (await call('job.get', { id })).status
const is = (id: string, status: string) => until(async () => (await statusOf(id)) === status)
const idle = () => until(async () => (await axi()).state.is === 'idle')

beforeAll(async () => {
  daemon = await startedDaemon({ plotters: [AXI] })
  await idle()
})
afterEach(async () => {
  await call('queue.resume', { plotter: 'axi' })
  if ((await axi()).grant) await call('plotter.unready', { name: 'axi' })
  for (const { id } of (await call('job.list', {})).jobs) await call('job.cancel', { id }).catch(() => {})
  await idle()
})
afterAll(() => daemon.close())

describe('a grant', () => {
  it('names its giver, its job, and an end after 30 minutes', async () => {
    const job = await call('job.submit', text('one', { hold: false, priority: 60 }))
    await call('queue.pause', { plotter: 'axi' })
    const { grant, state } = await ready({ job: job.id })
    expect(state).toEqual({ is: 'idle', ready: true })
    expect(grant).toMatchObject({ by: 'master', for: { job: job.id, title: job.title } })
    expect((grant?.until ?? 0) - (grant?.since ?? 0)).toBe(30 * 60_000)
  })

  it('is refused while nothing waits, and the message says how to give a grant', async () => {
    await expect(ready()).rejects.toMatchObject({
      code: 'ERR_PLOTTER_STATE',
      message: expect.stringContaining('--sheets 1'),
    })
    expect(await axi()).not.toHaveProperty('grant')
    await call('job.submit', { task: 'text', params: { text: 'no ink wanted' } })
    await expect(ready()).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
  })

  it('is refused for a job that is not the next', async () => {
    await call('queue.pause', { plotter: 'axi' })
    const first = await call('job.submit', text('first'))
    const second = await call('job.submit', text('second'))
    await expect(ready({ job: second.id })).rejects.toMatchObject({
      code: 'ERR_PLOTTER_STATE',
      message: expect.stringContaining(first.id),
    })
  })

  it('ends when its job is canceled: the next job is not drawn', async () => {
    await call('queue.pause', { plotter: 'axi' })
    const job = await call('job.submit', text('meant'))
    await ready()
    await call('job.cancel', { id: job.id })
    expect(await axi()).toMatchObject({ state: { is: 'idle', ready: false } })
    expect(await axi()).not.toHaveProperty('grant')
    await call('queue.resume', { plotter: 'axi' })
    // A wrong start of the first of these jobs would come while the second is rendered.
    const ids: string[] = []
    for (const words of ['not meant', 'not meant, too']) {
      const { id } = await call('job.submit', text(words))
      await until(async () => !['queued', 'started'].includes(await statusOf(id)))
      ids.push(id)
    }
    expect(await Promise.all(ids.map(statusOf))).toEqual(['rendered', 'rendered'])
  })

  it('is used only by its job, even when a job of higher priority arrives', async () => {
    await call('queue.pause', { plotter: 'axi' })
    const job = await call('job.submit', text('meant'))
    await ready()
    const urgent = await call('job.submit', text('urgent', { priority: 'high' }))
    await is(urgent.id, 'rendered')
    await call('queue.resume', { plotter: 'axi' })
    expect(await ended(daemon.client, job.id)).toMatchObject({ status: 'finished' })
    expect(await statusOf(urgent.id)).toBe('rendered')
    expect(await axi()).toMatchObject({ state: { is: 'idle', ready: false } })
  })

  it('can be taken back', async () => {
    await call('queue.pause', { plotter: 'axi' })
    await call('job.submit', text('meant'))
    await ready()
    const after = await call('plotter.unready', { name: 'axi' })
    expect(after.state).toEqual({ is: 'idle', ready: false })
    expect(after).not.toHaveProperty('grant')
  })

  it('for a number of sheets lets the next jobs begin, and each copy uses up one sheet', async () => {
    expect((await ready({ sheets: 3 })).grant).toMatchObject({ for: { sheets: 3, of: 3 } })
    const twice = await call('job.submit', text('two', { plot: { plotter: 'axi', copies: 2 } }))
    expect(await ended(daemon.client, twice.id)).toMatchObject({ status: 'finished' })
    await until(async () => (await axi()).state.is === 'idle')
    expect((await axi()).grant).toMatchObject({ for: { sheets: 1, of: 3 } })
    const last = await call('job.submit', text('three'))
    expect(await ended(daemon.client, last.id)).toMatchObject({ status: 'finished' })
    expect(await axi()).not.toHaveProperty('grant')
  })

  it('for one job permits one sheet of the job', async () => {
    const twice = await call('job.submit', text('two', { plot: { plotter: 'axi', copies: 2 } }))
    await ready()
    await is(twice.id, 'paused')
    expect((await call('job.get', { id: twice.id })).reason?.code).toBe('sheet')
    await ready()
    expect(await ended(daemon.client, twice.id)).toMatchObject({ status: 'finished' })
  })

  it('does not survive a restart', async () => {
    await call('queue.pause', { plotter: 'axi' })
    await call('job.submit', text('meant'))
    await ready()
    await daemon.restart()
    await idle()
    expect(await axi()).not.toHaveProperty('grant')
  })
})

describe('a grant with a short time', () => {
  it('ends by itself', async () => {
    await daemon.close()
    daemon = await startedDaemon({ plotters: [AXI], grant: 50 })
    await idle()
    await call('queue.pause', { plotter: 'axi' })
    await call('job.submit', text('meant'))
    await ready()
    await until(async () => (await axi()).grant === undefined)
    expect((await axi()).state).toEqual({ is: 'idle', ready: false })
  })
})

describe('a grant for a job that any plotter may draw', () => {
  it('ends when another plotter takes the job', async () => {
    await daemon.close()
    const other = { ...AXI, name: 'other' }
    daemon = await startedDaemon({ plotters: [AXI, other] })
    await until(async () => (await call('plotter.list', {})).every(({ state }) => state.is === 'idle'))
    await call('queue.pause', { plotter: 'axi' })
    const job = await call('job.submit', text('one', { plot: { plotter: 'any' } }))
    expect((await ready()).grant).toMatchObject({ for: { job: job.id } })
    await call('plotter.ready', { name: 'other', sheets: 1 })
    expect(await ended(daemon.client, job.id)).toMatchObject({ status: 'finished' })
    await until(async () => !('grant' in (await axi())))
    await call('queue.resume', { plotter: 'axi' })
    const next = await call('job.submit', text('two', { plot: { plotter: 'any' } }))
    await is(next.id, 'rendered')
    expect((await axi()).state).toEqual({ is: 'idle', ready: false })
  })
})
