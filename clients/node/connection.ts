import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { Calls } from './rpc.ts'
import type { Dial, Wire } from './wire.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 10_000
/** Pause after the daemon refused a call because of its rate limit. */
const BREATH_MS = 100
/** RFC 6455, 7.4.1. */
const MESSAGE_TOO_BIG = 1009

export interface ConnectionOptions {
  /** Dial again after a lost connection, without a time limit (default true). */
  readonly reconnect?: boolean
}

export interface ConnectionEvents {
  notification(method: string, params: unknown): void
  /** Called before the calls that waited for this connection are answered. */
  reconnected(): void
  lost(why: string): void
  /** The connection will not be dialled again. */
  givenUp(error: PlotdError): void
}

/** Whether a call may be sent twice: questions change nothing, and the key of a submit makes it one job. */
const isRepeatable = (method: string, params: unknown): boolean =>
  /\.(list|get|wait|check|info|logs|subscribe|render|discover)$/.test(method) ||
  (method === 'job.submit' && isKeyed(params)) ||
  (method === 'job.submitAll' && (params as { jobs: readonly unknown[] }).jobs.every(isKeyed))

const isKeyed = (job: unknown): boolean => (job as { idempotencyKey?: string }).idempotencyKey !== undefined

/** A connection that dials again after a loss. Repeatable calls wait for the next connection. */
export class Connection {
  readonly #dial: Dial
  readonly #calls = new Calls()
  readonly #events: ConnectionEvents
  readonly #reconnect: boolean
  #wire: Wire | undefined
  #isClosed = false
  /** Set while nothing is sent because of the daemon's rate limit. */
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
    if (this.#isClosed) return wire.close()
    this.#wire = wire
  }

  /** @throws PlotdError ERR_DAEMON_AWAY, and every error that the daemon answers */
  call(method: string, params: unknown): Promise<unknown> {
    const repeatable = isRepeatable(method, params)
    if (this.#isClosed) return Promise.reject(new PlotdError('ERR_DAEMON_AWAY', 'this client was closed'))
    if (!this.#wire && !repeatable) {
      const message = `${method} was not sent: there is no connection to the daemon at present`
      return Promise.reject(new PlotdError('ERR_DAEMON_AWAY', message, { method }))
    }
    const answer = this.#calls.make(method, params, repeatable)
    this.#send()
    return answer
  }

  close(): void {
    this.#isClosed = true
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
    if (this.#wire === undefined || this.#isClosed) return
    this.#wire = undefined
    if (code === MESSAGE_TOO_BIG) this.#calls.refuseLongest()
    this.#calls.afterLoss(why)
    this.#events.lost(why)
    if (this.#reconnect) this.#dialLater(FIRST_WAIT_MS)
    else this.#giveUp(new PlotdError('ERR_DAEMON_AWAY', `the connection was lost (${why})`))
  }

  #giveUp(error: PlotdError): void {
    this.#isClosed = true
    this.#calls.failAll(error)
    this.#events.givenUp(error)
  }

  /** Half of each wait is random, so that a thousand clients do not come back at the same moment. */
  #dialLater(wait: number): void {
    this.#timer = setTimeout(() => void this.#dialAgain(wait), wait / 2 + (Math.random() * wait) / 2)
  }

  async #dialAgain(wait: number): Promise<void> {
    try {
      await this.open()
    } catch (thrown) {
      const error = toPlotdError(thrown, 'ERR_DAEMON_AWAY')
      if (error.code === 'ERR_DAEMON_AWAY') return this.#dialLater(Math.min(2 * wait, LONGEST_WAIT_MS))
      return this.#giveUp(error)
    }
    if (this.#isClosed) return
    this.#events.reconnected()
    this.#send()
  }
}
