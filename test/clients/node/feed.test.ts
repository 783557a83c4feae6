import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PlotdClient } from '../../../clients/node/client.ts'
import type { FeedEvent } from '../../../clients/node/index.ts'
import { Calls } from '../../../clients/node/rpc.ts'
import type { Dial, Send, Transport, WireHandlers } from '../../../clients/node/wire.ts'
import { PlotdError } from '../../../src/errors.ts'
import { until } from '../../support/until.ts'

/** A daemon that sends an answer only when the test calls `answer`. The test can also cut the wire. */
class FakeDaemon implements Transport {
  /** Calls that are not answered yet, oldest first. */
  readonly requests: { readonly id: number; readonly method: string; readonly params: { since?: object } }[] = []
  seq = 0
  /** Number of times that the client closed its wire. */
  closes = 0
  refusal: PlotdError | undefined
  #follows = false
  #wire: WireHandlers | undefined

  readonly send: Send = () => Promise.reject(new Error('no files here'))
  readonly dial: Dial = (handlers) => {
    if (this.refusal) return Promise.reject(this.refusal)
    this.#wire = handlers
    this.#follows = false
    const close = (): void => {
      this.closes++
      this.cut()
    }
    return Promise.resolve({ send: (text) => void this.requests.push(JSON.parse(text)), close })
  }

  /** Makes an event. The client gets it if the last answered call was a subscription. */
  happens(): void {
    this.seq++
    const change = { jsonrpc: '2.0', method: 'queue.changed', params: { seq: this.seq, paused: [`${this.seq}`] } }
    if (this.#follows) this.#wire?.message(JSON.stringify(change))
  }

  /** Answers the oldest call. */
  answer(): void {
    const call = this.requests.shift()
    if (!call) throw new Error('no call waits for an answer')
    const { id, method, params } = call
    this.#follows = method === 'events.subscribe'
    const snapshot = { jobs: [], total: 0, paused: [`${this.seq}`], plotters: [] }
    const result = { session: 's', seq: this.seq, ...(params.since ? {} : { snapshot }) }
    this.#wire?.message(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'events.subscribe' ? result : {} }))
  }

  /** Refuses the oldest call, as when the daemon's store is away. */
  refuse(): void {
    const { id } = this.requests.shift() ?? {}
    const error = { code: -32_000, message: 'the database is away', data: { code: 'ERR_SPOOL_WRITE' } }
    this.#wire?.message(JSON.stringify({ jsonrpc: '2.0', id, error }))
  }

  cut(): void {
    this.requests.length = 0
    this.#follows = false
    this.#wire?.closed('cut', 1006)
  }
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

let daemon: FakeDaemon
let client: PlotdClient
beforeEach(async () => {
  daemon = new FakeDaemon()
  client = new PlotdClient({ url: 'http://fake', token: '' }, daemon)
  await client.open()
})
afterEach(() => client.close())

/** A listener, and the events that it has received: 'snapshot 3' or 'queue.changed 4'. */
function listener(): { readonly events: string[]; readonly hear: (event: FeedEvent) => void } {
  const events: string[] = []
  return { events, hear: ({ type, seq }) => void events.push(`${type} ${seq}`) }
}

/** Subscribes a listener, and answers its call. */
async function added(hear: (event: FeedEvent) => void): Promise<{ close(): void }> {
  const adding = client.subscribe(hear)
  await soon()
  daemon.answer()
  return adding
}

describe('the feed', () => {
  it('continues for a new listener while the only other listener leaves', async () => {
    const [first, second] = [listener(), listener()]
    const leaving = await added(first.hear)
    const adding = client.subscribe(second.hear)
    await soon()
    leaving.close()
    while (daemon.requests.length > 0) daemon.answer()
    await adding
    daemon.happens()
    expect(second.events).toEqual(['snapshot 0', 'queue.changed 1'])
  })

  it('sends its own calls before other calls, and each kind of call keeps its order', () => {
    const calls = new Calls()
    const text = (method: string) => void calls.add(method, {}, true).catch(() => {})
    for (const method of ['job.list', 'events.unsubscribe', 'job.get', 'events.subscribe']) text(method)
    const sent = Array.from({ length: 4 }, () => JSON.parse(calls.next() ?? '{}').method)
    expect(sent).toEqual(['events.unsubscribe', 'events.subscribe', 'job.list', 'job.get'])
  })

  it('sends old listeners the new snapshot, when a new listener is added after a lost connection', async () => {
    const [old, fresh] = [listener(), listener()]
    await added(old.hear)
    daemon.cut()
    daemon.happens()
    const adding = client.subscribe(fresh.hear)
    await until(() => daemon.requests.length > 0)
    daemon.answer()
    await adding
    expect(fresh.events).toEqual(['snapshot 1'])
    expect(old.events).toEqual(['snapshot 0', 'snapshot 1'])
  })

  it('asks again over the same connection when, after a reconnect, the daemon refuses to send its events', async () => {
    const { hear, events } = listener()
    await added(hear)
    daemon.cut()
    daemon.happens()
    await until(() => daemon.requests.length > 0)
    daemon.refuse()
    await until(() => daemon.requests.length > 0)
    expect(daemon.closes).toBe(0)
    expect(daemon.requests[0]?.params).toMatchObject({ since: { session: 's', seq: 0 } })
    daemon.answer()
    daemon.happens()
    await until(() => events.length === 2)
    expect(events).toEqual(['snapshot 0', 'queue.changed 2'])
  })

  it('gives the earlier listeners the events that came before the daemon refused a new listener', async () => {
    const { hear, events } = listener()
    await added(hear)
    const adding = client.subscribe(() => {})
    await until(() => daemon.requests.length > 0)
    daemon.happens()
    daemon.refuse()
    await expect(adding).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    expect(events).toEqual(['snapshot 0', 'queue.changed 1'])
  })

  it('reports that it has caught up after a reconnect without missed events', async () => {
    let count = 0
    const other = new PlotdClient({ url: 'http://fake', token: '' }, daemon, { onCaughtUp: () => count++ })
    await other.open()
    const adding = other.subscribe(() => {})
    await soon()
    daemon.answer()
    await adding
    daemon.cut()
    await until(() => daemon.requests.length > 0)
    expect(count).toBe(0)
    daemon.answer()
    await until(() => count === 1)
    other.close()
  })
})

describe('a stream of events', () => {
  it('ends when the client is closed', async () => {
    const reading = (async () => {
      const types: string[] = []
      for await (const { type } of client.events()) types.push(type)
      return types
    })()
    await soon()
    daemon.answer()
    await soon()
    client.close()
    expect(await reading).toEqual(['snapshot'])
  })

  it('throws the daemon’s reason when the daemon no longer lets the client in', async () => {
    const reading = (async () => {
      for await (const _ of client.events());
    })()
    await soon()
    daemon.answer()
    daemon.refusal = new PlotdError('ERR_UNAUTHORIZED', 'the token was revoked')
    daemon.cut()
    await expect(reading).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
  })
})
