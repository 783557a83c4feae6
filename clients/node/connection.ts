import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { Calls } from './rpc.ts'
import type { Dial, Wire } from './wire.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 10_000
/** Before a call that was refused for being too soon is sent again. */
const BREATH_MS = 100
/** RFC 6455, 7.4.1. */
const MESSAGE_TOO_BIG = 1009

export interface ConnectionOptions {
  /** Dial again after a lost connection, for as long as it takes (default true). */
  readonly reconnect?: boolean
}

export interface ConnectionEvents {
  notification(method: string, params: unknown): void
  /** Before any call made meanwhile is answered. */
  reconnected(): void
  lost(why: string): void
  /** It will not be dialled again: the daemon refused, or it was not to be. */
  givenUp(error: PlotdError): void
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
  #closed = false
  /** Until then nothing is sent: the daemon took no more. */
  #breath: ReturnType<typeof setTimeout> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(dial: Dial, events: ConnectionEvents, { reconnect = true }: ConnectionOptions = {}) {
    this.#dial = dial
    this.#events = events
    this.#reconnect = reconnect
  }

  async open(): Promise<void> {
    const wire = await this.#dial({
      message: (text) => this.#receive(text),
      closed: (why, code) => this.#lost(why, code),
    })
    if (this.#closed) return wire.close()
    this.#wire = wire
  }

  call(method: string, params: unknown): Promise<unknown> {
    if (this.#closed) return Promise.reject(new PlotdError('ERR_DAEMON_AWAY', 'this client was closed'))
    const answer = this.#calls.make(method, params, repeatable(method, params))
    this.#send()
    return answer
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#breath)
    this.#wire?.close()
    this.#calls.failAll(new PlotdError('ERR_DAEMON_AWAY', 'this client was closed'))
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as { id?: number; method?: string; params?: unknown }
    if (message.method !== undefined) {
      this.#events.notification(message.method, message.params)
      return
    }
    if (this.#calls.settle(message) === 'put off') this.#takeBreath()
    this.#send()
  }

  #send(): void {
    while (this.#wire && this.#breath === undefined) {
      const text = this.#calls.next()
      if (text === undefined) return
      this.#wire.send(text)
    }
  }

  #takeBreath(): void {
    this.#breath ??= setTimeout(() => {
      this.#breath = undefined
      this.#send()
    }, BREATH_MS)
  }

  #lost(why: string, code: number): void {
    if (this.#wire === undefined || this.#closed) return
    this.#wire = undefined
    if (code === MESSAGE_TOO_BIG) this.#calls.refuseLongest()
    this.#calls.afterLoss(why)
    this.#events.lost(why)
    if (this.#reconnect) this.#again(FIRST_WAIT_MS)
    else this.#giveUp(new PlotdError('ERR_DAEMON_AWAY', `the connection was lost (${why})`))
  }

  #giveUp(error: PlotdError): void {
    this.#closed = true
    this.#calls.failAll(error)
    this.#events.givenUp(error)
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
    this.#events.reconnected()
    this.#send()
  }
}
