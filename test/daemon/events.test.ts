import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { Throttle } from '../../src/daemon/events/throttle.ts'
import { Bucket } from '../../src/daemon/server/rate-limit.ts'
import { type MemoryServer, memoryServer, spiral, TOKEN } from '../support/memory-server.ts'
import { until } from '../support/until.ts'

const job = { task: 'pattern', params: spiral }

describe('events.subscribe', () => {
  let daemon: MemoryServer
  beforeEach(async () => {
    daemon = await memoryServer({ limits: { outgoingBytes: 64 * 1024, connections: 2 } })
  })
  afterEach(() => daemon.close())

  /** A bare WebSocket, as a client in any language opens it. */
  async function socket() {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const ws = new WebSocket(`ws://127.0.0.1:${daemon.port}/v1`, ['plotd'], { headers })
    const messages: { id?: number; method?: string; params?: { seq: number }; result?: Record<string, unknown> }[] = []
    ws.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString())))
    await once(ws, 'open')
    const call = (id: number, method: string, params: object = {}) =>
      ws.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return { ws, messages, call }
  }

  it('answers before it sends events, and numbers them without a gap', async () => {
    const { messages, call } = await socket()
    call(1, 'events.subscribe')
    for (let i = 2; i < 12; i++) call(i, 'job.submit', job)
    await until(() => messages.filter(({ id }) => id !== undefined).length === 11)
    await daemon.spool.submit([job])
    await until(() => messages.at(-1)?.params?.seq === daemon.hub.head)
    const first = messages.findIndex(({ method }) => method !== undefined)
    const answered = messages.findIndex(({ id }) => id === 1)
    expect(answered).toBeLessThan(first)
    const seq = Number(messages[answered]?.result?.['seq'])
    const seqs = messages.filter(({ method }) => method).map(({ params }) => params?.seq)
    expect(seqs).toEqual(seqs.map((_, i) => seq + 1 + i))
  })

  it('sends the requested topics, and no others', async () => {
    const { messages, call } = await socket()
    call(1, 'events.subscribe', { topics: ['queue'] })
    await until(() => messages.length === 1)
    await daemon.spool.submit([job])
    await daemon.spool.pauseQueue('')
    await until(() => messages.length === 2)
    expect(messages[1]).toMatchObject({ method: 'queue.changed', params: { paused: [''] } })
  })

  it('sends a change of the fonts to a client that subscribes to the topic `fonts`', async () => {
    const { messages, call } = await socket()
    call(1, 'events.subscribe', { topics: ['fonts'] })
    await until(() => messages.length === 1)
    await daemon.spool.submit([job])
    daemon.hub.fontsChanged(47)
    await until(() => messages.length === 2)
    expect(messages[1]).toMatchObject({ method: 'fonts.changed', params: { seq: daemon.hub.head, fonts: 47 } })
  })

  it.each([
    ['an earlier run of the daemon', () => ({ session: 'earlier', seq: 0 })],
    ['a number not yet reached', () => ({ session: daemon.hub.session, seq: 999_999 })],
  ])('gives a new snapshot to a client that continues from %s', async (_, since) => {
    await daemon.spool.submit([job])
    const { messages, call } = await socket()
    call(1, 'events.subscribe', { since: since() })
    await until(() => messages.length === 1)
    expect(messages[0]?.result).toMatchObject({ snapshot: { total: 1, jobs: [{ status: 'queued' }] } })
  })

  it('shows at most the requested number of jobs, in the order of the queue', async () => {
    await daemon.spool.submit([job, { ...job, priority: 90, title: 'first' }, job])
    const { messages, call } = await socket()
    call(1, 'events.subscribe', { limit: 1 })
    await until(() => messages.length === 1)
    expect(messages[0]?.result).toMatchObject({ snapshot: { total: 3, jobs: [{ title: 'first' }] } })
  })

  it('forgets a client that left before its snapshot was ready', async () => {
    const { hub } = daemon
    let [followers, release] = [0, () => {}]
    const follow = hub.follow.bind(hub)
    vi.spyOn(hub, 'follow').mockImplementation((follower) => {
      const stop = follow(follower)
      followers++
      return () => {
        followers--
        stop()
      }
    })
    const snapshot = hub.snapshot.bind(hub)
    const request = vi.spyOn(hub, 'snapshot').mockImplementation(async (limit) => {
      await new Promise<void>((go) => {
        release = go
      })
      return snapshot(limit)
    })
    const { ws, call } = await socket()
    const other = await socket()
    call(1, 'events.subscribe')
    await until(() => request.mock.calls.length > 0)
    ws.terminate()
    // The daemon accepts another client after it has noticed that the first client left.
    await until(() =>
      socket().then(
        () => true,
        () => false,
      ),
    )
    release()
    other.call(1, 'server.info')
    await until(() => other.messages.length > 0)
    expect(followers).toBe(0)
  })

  it('drops a client that does not read, and does not wait for it', async () => {
    const { ws, messages, call } = await socket()
    call(1, 'events.subscribe')
    await until(() => messages.length === 1)
    ws.pause()
    const other = await daemon.client()
    const received: number[] = []
    await other.subscribe((event) => received.push(event.seq))
    const closed = once(ws, 'close')
    const many = Array.from({ length: 1000 }, (_, i) => ({ ...job, title: `${i} ${'x'.repeat(150)}` }))
    for (let round = 0; round < 12; round++) await daemon.spool.submit(many)
    await until(() => received.at(-1) === daemon.hub.head)
    ws.resume()
    await closed
    expect(messages.length).toBeLessThan(12_000)
  })
})

describe('the throttle', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('passes the first value immediately, and then the latest value at the end of each interval', () => {
    const sent: string[] = []
    const throttle = new Throttle<number>(200, (key, value) => sent.push(`${key}${value}`))
    for (let i = 0; i < 50; i++) {
      throttle.push('a', i)
      vi.advanceTimersByTime(20)
    }
    throttle.push('b', 1)
    expect(sent).toEqual(['a0', 'a9', 'a19', 'a29', 'a39', 'a49', 'b1'])
  })

  it('sends the later values of all keys by one timer, and the values of one key at least an interval apart', () => {
    const sent: string[] = []
    const start = Date.now()
    const throttle = new Throttle<number>(200, (key) => sent.push(`${key}${Date.now() - start}`))
    throttle.push('a', 0)
    vi.advanceTimersByTime(70)
    throttle.push('b', 0)
    for (let i = 1; i < 60; i++) {
      vi.advanceTimersByTime(10)
      throttle.push('a', i)
      throttle.push('b', i)
    }
    expect(sent).toEqual(['a0', 'b70', 'a200', 'a400', 'b400', 'a600', 'b600'])
  })

  it('does not send a value that was dropped', () => {
    const sent: number[] = []
    const throttle = new Throttle<number>(200, (_, value) => sent.push(value))
    throttle.push('a', 1)
    throttle.push('a', 2)
    throttle.drop('a')
    vi.advanceTimersByTime(1000)
    expect(sent).toEqual([1])
  })
})

describe('the rate limit', () => {
  it('permits a burst of twice the rate, then the rate, and after a pause another such burst', () => {
    const bucket = new Bucket(10, 0)
    const countAt = (now: number) => Array.from({ length: 100 }, () => bucket.take(now)).filter(Boolean).length
    expect([countAt(0), countAt(1000), countAt(1100), countAt(60_000)]).toEqual([20, 10, 1, 20])
  })
})
