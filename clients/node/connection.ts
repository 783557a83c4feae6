import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { Calls } from './rpc.ts'
import type { Dial, Wire } from './wire.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 10_000
/** Pause after the daemon refused a call because of its rate limit, ms. */
const RATE_PAUSE_MS = 100
/** Close code for a message that is too big (RFC 6455, 7.4.1). */
const MESSAGE_TOO_BIG = 1009

export interface ConnectionOptions {
  /** Dial again after a lost connection, without a time limit (default true). */
  readonly reconnect?: boolean
}

export interface ConnectionHandlers {
  onNotification(method: string, params: unknown): void
  /** Called when a new connection is open, before the client sends the calls that waited for a connection. */
  onReconnect(): void
  onLoss(why: string): void
  /** Called when an error, not a call of `close`, ended the connection for good. */
  onGiveUp(error: PlotdError): void
}

/** Whether a call may be sent twice. Such a call changes nothing, or it is a submit whose keys prevent a second job. */
const isRepeatable = (method: string, params: unknown): boolean =>
  /\.(list|get|keys|cards|place|wait|check|info|logs|subscribe|render|describe|discover)$/.test(method) ||
  (method === 'job.plot' && (params as { dryRun?: boolean }).dryRun === true) ||
  (method === 'job.submit' && isKeyed(params)) ||
  (method === 'job.submitAll' && (params as { jobs: readonly unknown[] }).jobs.every(isKeyed))

const isKeyed = (job: unknown): boolean => (job as { idempotencyKey?: string }).idempotencyKey !== undefined

/** A connection that dials again after it was lost. Repeatable calls wait for the next connection. */
export class Connection {
  readonly #dial: Dial
  readonly #calls = new Calls()
  readonly #handlers: ConnectionHandlers
  readonly #reconnect: boolean
  #wire: Wire | undefined
  #isClosed = false
  /** Set while this client sends nothing because of the daemon's rate limit. */
  #ratePause: ReturnType<typeof setTimeout> | undefined
  #dialTimer: ReturnType<typeof setTimeout> | undefined

  constructor(dial: Dial, handlers: ConnectionHandlers, { reconnect = true }: ConnectionOptions = {}) {
    this.#dial = dial
    this.#handlers = handlers
    this.#reconnect = reconnect
  }

  async open(): Promise<void> {
    const wire = await this.#dial({
      message: (text) => this.#receive(text),
      closed: (why, code) => this.#handleLoss(why, code),
    })
    if (this.#isClosed) return wire.close()
    this.#wire = wire
  }

  /** Sends a call. @throws PlotdError ERR_DAEMON_AWAY, ERR_LIMIT for a long message, and the daemon's errors */
  call(method: string, params: unknown): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new PlotdError('ERR_DAEMON_AWAY', 'this client was closed'))
    const mayRepeat = isRepeatable(method, params)
    if (!this.#wire && !mayRepeat) {
      const message = `${method} was not sent: there is no connection to the daemon at present`
      return Promise.reject(new PlotdError('ERR_DAEMON_AWAY', message, { method }))
    }
    const answer = this.#calls.add(method, params, mayRepeat)
    this.#send()
    return answer
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#dialTimer)
    clearTimeout(this.#ratePause)
    this.#wire?.close()
    this.#calls.failAll(new PlotdError('ERR_DAEMON_AWAY', 'this client was closed'))
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as { id?: number; method?: string; params?: unknown }
    if (message.method !== undefined) {
      this.#handlers.onNotification(message.method, message.params)
      return
    }
    if (this.#calls.settle(message) === 'refused by the rate limit') this.#pause()
    this.#send()
  }

  #send(): void {
    while (this.#wire && this.#ratePause === undefined) {
      const text = this.#calls.next()
      if (text === undefined) return
      this.#wire.send(text)
    }
  }

  #pause(): void {
    this.#ratePause ??= setTimeout(() => {
      this.#ratePause = undefined
      this.#send()
    }, RATE_PAUSE_MS)
  }

  #handleLoss(why: string, code: number): void {
    if (this.#wire === undefined || this.#isClosed) return
    this.#wire = undefined
    if (code === MESSAGE_TOO_BIG) this.#calls.refuseLongest()
    this.#calls.handleLoss(why)
    this.#handlers.onLoss(why)
    if (this.#reconnect) this.#dialLater(FIRST_WAIT_MS)
    else this.#giveUp(new PlotdError('ERR_DAEMON_AWAY', `the connection was lost (${why})`))
  }

  #giveUp(error: PlotdError): void {
    this.#isClosed = true
    this.#calls.failAll(error)
    this.#handlers.onGiveUp(error)
  }

  /**
   * Dials again after a wait. Half of the wait is random, so that a thousand clients do not reconnect at the same
   * moment.
   * @param wait  ms
   */
  #dialLater(wait: number): void {
    this.#dialTimer = setTimeout(() => void this.#dialAgain(wait), wait / 2 + (Math.random() * wait) / 2)
  }

  async #dialAgain(wait: number): Promise<void> {
    try {
      await this.open()
    } catch (thrown) {
      const error = toPlotdError(thrown, 'ERR_DAEMON_AWAY')
      // ERR_LIMIT: other clients use all permitted connections, for example when many reconnect after a restart.
      if (error.code === 'ERR_DAEMON_AWAY' || error.code === 'ERR_LIMIT')
        return this.#dialLater(Math.min(2 * wait, LONGEST_WAIT_MS))
      return this.#giveUp(error)
    }
    if (this.#isClosed) return
    this.#handlers.onReconnect()
    this.#send()
  }
}
