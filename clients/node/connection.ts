import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { Calls } from './rpc.ts'
import type { Dial, Wire } from './wire.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 10_000

export interface ConnectionOptions {
  /** Dial again after a lost connection, for as long as it takes (default true). */
  readonly reconnect?: boolean
}

export interface ConnectionEvents {
  notification(method: string, params: unknown): void
  /** Before any call made meanwhile is answered. */
  reconnected(): void
  lost(why: string): void
}

/** Asking changes nothing, and a submit carries a key: these may be sent twice. */
const repeatable = (method: string, params: unknown): boolean =>
  /\.(list|get|check|info|logs|subscribe|render|discover)$/.test(method) ||
  (method === 'job.submit' && isKeyed(params)) ||
  (method === 'job.submitAll' && (params as { jobs: readonly unknown[] }).jobs.every(isKeyed))

const isKeyed = (job: unknown): boolean => (job as { idempotencyKey?: string }).idempotencyKey !== undefined

/** A connection that comes back: calls made while it is away wait for it. */
export class Connection {
  readonly #dial: Dial
  readonly #calls = new Calls()
  readonly #events: ConnectionEvents
  readonly #reconnect: boolean
  #wire: Wire | undefined
  #waiting: string[] = []
  #closed = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(dial: Dial, events: ConnectionEvents, { reconnect = true }: ConnectionOptions = {}) {
    this.#dial = dial
    this.#events = events
    this.#reconnect = reconnect
  }

  async open(): Promise<void> {
    const wire = await this.#dial({
      message: (text) => this.#receive(text),
      closed: (why) => this.#lost(why),
    })
    if (this.#closed) return wire.close()
    this.#wire = wire
  }

  call(method: string, params: unknown): Promise<unknown> {
    if (this.#closed) return Promise.reject(new PlotdError('ERR_DAEMON_AWAY', 'this client was closed'))
    const { text, answer } = this.#calls.make(method, params, repeatable(method, params))
    if (this.#wire) this.#wire.send(text)
    else this.#waiting.push(text)
    return answer
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#wire?.close()
    this.#calls.failAll(new PlotdError('ERR_DAEMON_AWAY', 'this client was closed'))
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as { id?: number; method?: string; params?: unknown }
    if (message.method === undefined) this.#calls.settle(message)
    else this.#events.notification(message.method, message.params)
  }

  #lost(why: string): void {
    if (this.#wire === undefined || this.#closed) return
    this.#wire = undefined
    this.#waiting = this.#calls.afterLoss(why)
    this.#events.lost(why)
    if (this.#reconnect) this.#again(FIRST_WAIT_MS)
    else this.#giveUp(new PlotdError('ERR_DAEMON_AWAY', `the connection was lost (${why})`))
  }

  #giveUp(error: PlotdError): void {
    this.#closed = true
    this.#calls.failAll(error)
  }

  /** Half of each wait is random, so that a thousand clients do not come back in one moment. */
  #again(wait: number): void {
    this.#timer = setTimeout(() => void this.#retry(wait), wait / 2 + (Math.random() * wait) / 2)
  }

  async #retry(wait: number): Promise<void> {
    try {
      await this.open()
    } catch (thrown) {
      const error = toPlotdError(thrown, 'ERR_DAEMON_AWAY')
      if (error.code === 'ERR_DAEMON_AWAY') return this.#again(Math.min(2 * wait, LONGEST_WAIT_MS))
      return this.#giveUp(error)
    }
    if (this.#closed) return
    const waiting = this.#waiting.splice(0)
    this.#events.reconnected()
    for (const text of waiting) this.#wire?.send(text)
  }
}
