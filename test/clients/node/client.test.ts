import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FeedEvent } from '../../../clients/node/index.ts'
import type { Dial } from '../../../clients/node/wire.ts'
import { PlotdError } from '../../../src/errors.ts'
import { frailWire } from '../../support/frail-wire.ts'
import { type MemoryServer, memoryServer, spiral } from '../../support/memory-server.ts'
import { until } from '../../support/until.ts'

let daemon: MemoryServer
beforeEach(async () => {
  daemon = await memoryServer()
})
afterEach(() => daemon.close())

const pattern = { task: 'pattern', params: spiral }
const result = {
  path: 'a.svg',
  widthMm: 60,
  heightMm: 60,
  strokes: 1,
  penDownMm: 100,
  travelMm: 10,
  lifts: 1,
  estimateSeconds: 9,
  warnings: [],
}

describe('a client', () => {
  it('submits a job and watches it until it is finished', async () => {
    const client = await daemon.client()
    const { id } = await client.submit(pattern)
    const statuses: string[] = []
    const watching = (async () => {
      for await (const job of client.watch(id)) statuses.push(job.status)
    })()
    await until(() => statuses.length === 1)
    const claim = await daemon.spool.claim({ stage: 'render', holder: 'test' })
    if (claim) await daemon.spool.complete(claim, result)
    await watching
    expect(statuses).toEqual(['queued', 'started', 'finished'])
  })

  it('throws refusals as errors with the daemon’s code', async () => {
    const client = await daemon.client()
    const refused = client.call('job.cancel', { id: 'none' })
    await expect(refused).rejects.toMatchObject({ name: 'PlotdError', code: 'ERR_JOB_UNKNOWN' })
    await expect(client.watch('none').next()).rejects.toMatchObject({ code: 'ERR_JOB_UNKNOWN' })
  })

  it('gets one job for two submits with the same idempotency key', async () => {
    const client = await daemon.client()
    const [one, two] = await Promise.all([1, 2].map(() => client.submit({ ...pattern, idempotencyKey: 'k' })))
    expect(one?.id).toBe(two?.id)
  })

  it('uploads a file, and throws ERR_FILE for an output that does not exist', async () => {
    const client = await daemon.client()
    expect(await client.upload('abc')).toEqual({
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      bytes: 3,
    })
    await expect(client.output('none.svg')).rejects.toMatchObject({ code: 'ERR_FILE' })
  })

  it('throws ERR_DAEMON_AWAY when no daemon answers and ERR_UNAUTHORIZED for a wrong token', async () => {
    const { connect } = await import('../../../clients/node/index.ts')
    const away = connect({ url: 'http://127.0.0.1:9', token: 'x' })
    await expect(away).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
    const stranger = connect({ url: daemon.url, token: 'x' })
    await expect(stranger).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
  })

  it('gives every listener the whole state first, then each change once', async () => {
    const client = await daemon.client()
    await client.submit(pattern)
    const received: FeedEvent[][] = [[], []]
    await client.subscribe((event) => received[0]?.push(event))
    await client.submit(pattern)
    await client.subscribe((event) => received[1]?.push(event))
    await client.submit(pattern)
    await until(() => received[1]?.length === 2)
    expect(received.map((events) => events.map(({ type }) => type))).toEqual([
      ['snapshot', 'job.changed', 'job.changed'],
      ['snapshot', 'job.changed'],
    ])
    expect(received[1]?.[0]).toMatchObject({ total: 2 })
  })

  it('gets all answers to 1,500 simultaneous calls from a daemon that accepts 500 messages a second', async () => {
    const server = await memoryServer({ limits: { batch: 256, messagesPerSecond: 500 } })
    const client = await server.client()
    const jobs = await Promise.all(Array.from({ length: 1500 }, () => client.submit(pattern)))
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1500)
    await server.close()
  })

  it('reports a call that is larger than the daemon’s limit, and continues with the others', async () => {
    const server = await memoryServer({ limits: { messageBytes: 5000 } })
    const client = await server.client()
    const [small, large] = await Promise.allSettled([
      client.submit(pattern),
      client.submit({ task: 'svg', params: { svg: ' '.repeat(6000) } }),
    ])
    expect(large).toMatchObject({ status: 'rejected', reason: { code: 'ERR_LIMIT' } })
    expect(small).toMatchObject({ status: 'fulfilled' })
    await server.close()
  })

  it('throws ERR_LIMIT for parameters that nest too deep', async () => {
    const client = await daemon.client()
    let params: unknown = {}
    for (let i = 0; i < 100; i++) params = { params }
    await expect(client.submit({ task: 'svg', params })).rejects.toMatchObject({ code: 'ERR_LIMIT' })
  })
})

describe('a client without a connection', () => {
  it('refuses calls that may start motion, and keeps repeatable calls for the next connection', async () => {
    const server = await memoryServer()
    const frail = frailWire(server.address)
    let isAway = false
    const dial: Dial = (handlers) =>
      isAway ? Promise.reject(new PlotdError('ERR_DAEMON_AWAY', 'not yet')) : frail.dial(handlers)
    const client = await server.client({}, { send: frail.send, dial })
    isAway = true
    frail.cut()
    for (const [method, params] of [
      ['plotter.ready', { name: 'axi' }],
      ['plotter.home', { name: 'axi' }],
      ['job.resume', { id: 'x' }],
      ['job.plot', { ids: ['x'], plot: {}, dryRun: false }],
      ['queue.resume', {}],
    ] as const) {
      await expect(client.call(method, params), method).rejects.toMatchObject({
        code: 'ERR_DAEMON_AWAY',
        message: expect.stringContaining('was not sent'),
      })
    }
    const question = client.call('job.list', {})
    const refused = Promise.allSettled([
      client.call('job.place', { id: 'x', cut: 'redraw' }),
      client.call('job.plot', { ids: ['x'], plot: {}, dryRun: true }),
      client.call('batch.cards', { name: 'x' }),
      client.call('job.keys', {}),
      client.call('document.describe', { upload: '0'.repeat(64), name: 'x.pdf' }),
    ])
    const submitted = client.submit(pattern)
    isAway = false
    const codes = (await refused).map((one) => one.status === 'rejected' && one.reason.code)
    expect(codes).not.toContain('ERR_DAEMON_AWAY')
    expect((await submitted).status).toBe('queued')
    expect((await question).jobs).toHaveLength(0)
    client.close()
    await server.close()
  })
})
