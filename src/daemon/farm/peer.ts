import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { PlotdClient } from '../../../clients/node/client.ts'
import { connectTo } from '../../../clients/node/connect.ts'
import { sendNode } from '../../../clients/node/send-node.ts'
import type { HttpAnswer, HttpRequest } from '../../../clients/node/wire.ts'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { inTime } from '../../in-time.ts'
import type { WirePlotter } from '../protocol/index.ts'
import type { Role } from '../protocol/roles.ts'

/** Interval of pings to the other host, ms. */
const PING_MS = 2000
/** Without an answer within this time the connection counts as lost, ms. */
const SILENT_MS = 5000
/**
 * Longest time without traffic during a request for a file, ms. The disk of a host may hang while the host still
 * answers pings. The renders and plots of the other hosts must not wait for such a host.
 */
const FILE_SILENT_MS = 30_000
/**
 * Longest random wait after the first failure, ms. This limit doubles with each further failure, up to
 * `LONGEST_WAIT_MS`.
 */
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5000

export interface PeerParts {
  readonly name: string
  readonly url: string
  /** The secret of the farm. */
  readonly secret: string
  /** The plotters of the host, as the host described them in the shared queue. */
  readonly plotters: readonly WirePlotter[]
  readonly log: Logger
  /** Called at each change of a plotter of the host. */
  readonly changed: (plotter: WirePlotter) => void
}

/** The connection to another host. When the connection breaks, the peer connects again, until `close`. */
export class Peer {
  readonly name: string
  readonly url: string
  readonly #parts: PeerParts
  readonly #plotters: Map<string, WirePlotter>
  #client: PlotdClient | undefined
  /** Ends the requests that wait for an answer, when the host no longer answers. */
  #contact = new AbortController()
  /** The time since which the host does not answer, ms since 1970; undefined while it answers. */
  #silentSince: number | undefined = Date.now()
  #whySilent = 'it has not answered yet'
  #isClosed = false

  constructor(parts: PeerParts) {
    this.#parts = parts
    this.name = parts.name
    this.url = parts.url
    this.#plotters = new Map(parts.plotters.map((plotter) => [plotter.name, plotter]))
    void this.#keepConnected()
  }

  has(plotter: string): boolean {
    return this.#plotters.has(plotter)
  }

  get isReached(): boolean {
    return this.#silentSince === undefined
  }

  /** The time since which the host does not answer, ms since 1970; Infinity while it answers. */
  get silentSince(): number {
    return this.#silentSince ?? Number.POSITIVE_INFINITY
  }

  /** The plotters of the host, as the host shows them. While the host does not answer, their state is 'unknown'. */
  get plotters(): readonly WirePlotter[] {
    return [...this.#plotters.values()].map((plotter) => this.#asKnown(plotter))
  }

  /**
   * Passes on a call of a client.
   *
   * @param by  the client: the other host checks the client's role again
   * @throws PlotdError ERR_HOST when the host does not answer; the errors of the host. In the detail of ERR_HOST,
   *   `sent` is true if the host may have made the call
   */
  async call(method: string, params: unknown, by: { readonly name: string; readonly role: Role }): Promise<unknown> {
    if (!this.#client) {
      throw this.#away(`does not answer (${this.#whySilent}): its present state is unknown`, { sent: false })
    }
    try {
      return await this.#client.call('host.call', { method, params, by })
    } catch (thrown) {
      const error = toPlotdError(thrown)
      if (error.code !== 'ERR_DAEMON_AWAY') throw error
      const why = `no longer answers (${error.message}): whether it made the call ${method} is unknown`
      throw this.#away(why, { sent: true }, error)
    }
  }

  /**
   * Sends an HTTP request with the secret of the farm.
   *
   * @throws PlotdError ERR_DAEMON_AWAY, also when the host stops answering or sending meanwhile; ERR_UNAUTHORIZED
   */
  send(request: HttpRequest): Promise<HttpAnswer> {
    return sendNode(this.#address)({ ...request, signal: this.#contact.signal, silentMs: FILE_SILENT_MS })
  }

  close(): void {
    this.#isClosed = true
    this.#client?.close()
    this.#contact.abort()
  }

  get #address() {
    return { url: this.url, token: this.#parts.secret, verify: true }
  }

  async #keepConnected(): Promise<void> {
    for (let wait = FIRST_WAIT_MS; !this.#isClosed; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      try {
        await this.#stayConnected(() => {
          wait = FIRST_WAIT_MS
        })
      } catch (thrown) {
        this.#noteSilence(toPlotdError(thrown).message)
      }
      if (!this.#isClosed) await delay(wait / 2 + (Math.random() * wait) / 2, undefined, { ref: false })
    }
  }

  /** Connects, and stays connected until `close`. @throws PlotdError the reason why the connection failed or ended */
  async #stayConnected(onConnected: () => void): Promise<void> {
    const connecting = connectTo(this.#address, { reconnect: false, topics: ['here'], limit: 0 })
    const client = await within(connecting).catch((error: unknown) => {
      connecting.then((client) => client.close()).catch(() => {}) // a suspended host may answer later
      throw error
    })
    try {
      await this.#check(client)
      await within(client.subscribe((event) => this.#note(event)))
      this.#client = client
      this.#contact = new AbortController()
      setMaxListeners(0, this.#contact.signal) // each request adds a listener
      this.#silentSince = undefined
      onConnected()
      this.#parts.log.info({ host: this.name, url: this.url }, 'connected to a host')
      this.#announce()
      while (!this.#isClosed) {
        await delay(PING_MS, undefined, { ref: false })
        await within(client.call('server.info', {}))
      }
    } finally {
      this.#client = undefined
      this.#contact.abort()
      client.close()
    }
  }

  /** @throws PlotdError ERR_HOST when another host answers at the address of this peer */
  async #check(client: PlotdClient): Promise<void> {
    const { host } = await within(client.call('server.info', {}))
    if (host === this.name) return
    throw new PlotdError('ERR_HOST', `host ${host} answers at ${this.url}, not ${this.name}: see farm.url`)
  }

  #note(event: {
    readonly type: string
    readonly plotter?: WirePlotter
    readonly plotters?: readonly WirePlotter[]
  }): void {
    const { type, plotter: onePlotter, plotters = [] } = event
    const all = type === 'snapshot' ? plotters : [onePlotter]
    for (const plotter of all) {
      if (plotter?.host !== this.name) continue
      this.#plotters.set(plotter.name, plotter)
      if (this.isReached) this.#parts.changed(plotter)
    }
  }

  #noteSilence(why: string): void {
    if (this.#isClosed) return
    this.#whySilent = why
    if (this.#silentSince !== undefined) return
    this.#silentSince = Date.now()
    this.#parts.log.warn({ host: this.name, why }, 'a host does not answer')
    this.#announce()
  }

  #announce(): void {
    if (!this.#isClosed) for (const plotter of this.plotters) this.#parts.changed(plotter)
  }

  /** The plotter as the host shows it. While the host does not answer, the state is 'unknown'. */
  #asKnown(plotter: WirePlotter): WirePlotter {
    if (this.#silentSince === undefined) return plotter
    const { grant: _, position: __, device: ___, ...rest } = plotter
    return { ...rest, state: { is: 'unknown', since: this.#silentSince, why: `host ${this.name} does not answer` } }
  }

  #away(why: string, detail: { readonly sent: boolean }, cause?: unknown): PlotdError {
    return new PlotdError('ERR_HOST', `host ${this.name} ${why}`, { host: this.name, url: this.url, ...detail }, cause)
  }
}

/** @throws PlotdError ERR_DAEMON_AWAY when there is no answer in time */
const within = <T>(answer: Promise<T>): Promise<T> =>
  inTime(answer, SILENT_MS, () => new PlotdError('ERR_DAEMON_AWAY', `no answer within ${SILENT_MS / 1000} s`))
