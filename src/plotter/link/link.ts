import { type Duplex, pipeline } from 'node:stream'
import { debuglog } from 'node:util'
import { ReadlineParser } from '@serialport/parser-readline'
import { PlotdError } from '../../errors.ts'
import { type Clock, realClock } from './clock.ts'
import { type Permission, PermissionVoid } from './permission.ts'

/** The wire log: NODE_DEBUG=plotd:link. */
const wireLog = debuglog('plotd:link')

const LEAVE_MS = 250

/**
 * A deadline that is noticed so much too late says that this process stood still (stopped, asleep, starved). Timers come
 * before what was received meanwhile, so the device gets the time once more.
 */
const STOOD_STILL_MS = 1000

/**
 * What a request makes of one line of its answer: 'more' to come, 'done', or an error that ends it. Lines go to the
 * oldest request that is not done yet.
 */
export type Taker = (line: string) => 'more' | 'done' | PlotdError

export interface LinkOptions {
  readonly clock?: Clock
  /** What ends an incoming line: LF unless said otherwise. */
  readonly delimiter?: string
  /** Lines that answer no request: return true to take one before any request sees it. */
  readonly onLine?: (line: string) => boolean
  /** Reply deadline unless a request sets its own, ms. */
  readonly timeoutMs?: number
}

interface Pending {
  readonly text: string
  readonly timeoutMs: number
  readonly take: Taker
  readonly lines: string[]
  readonly resolve: (lines: string[]) => void
  readonly reject: (error: PlotdError) => void
  cancelDeadline: () => void
}

/**
 * A conversation in lines over any byte stream. Requests may be pipelined: each gets the lines that its taker
 * accepts, in the order of sending. A request that misses its deadline closes the link, because its late answer
 * would be taken for the next one's.
 */
export class Link {
  readonly clock: Clock
  /** Gets the lines that nobody waits for. */
  onStray: ((line: string) => void) | undefined
  /** Sent before the port is let go of, when the device no longer answers: it may still hear. */
  lastWords: string | undefined
  /** Resolves when the link is closed, by whichever side. */
  readonly closed: Promise<PlotdError>
  readonly #port: Duplex
  readonly #options: LinkOptions
  readonly #pending: Pending[] = []
  #end: PlotdError | undefined
  #announceEnd: (why: PlotdError) => void = () => {}
  #lastHeard: number

  constructor(port: Duplex, options: LinkOptions = {}) {
    this.#port = port
    this.#options = options
    this.clock = options.clock ?? realClock
    this.#lastHeard = this.clock.now()
    this.closed = new Promise((resolve) => {
      this.#announceEnd = resolve
    })
    // object mode, or lines that arrive together are read as one
    const parser = new ReadlineParser({
      delimiter: options.delimiter ?? '\n',
      encoding: 'latin1',
      readableObjectMode: true,
    })
    parser.on('data', (raw: string) => this.#hear(raw))
    // unlike pipe(), pipeline() tells when the port dies; parser and port are destroyed together
    pipeline(port, parser, (error) => this.#fail('ERR_LINK_CLOSED', error?.message ?? 'the device hung up', error))
    port.once('close', () => this.#fail('ERR_LINK_CLOSED', 'the device hung up'))
  }

  get isOpen(): boolean {
    return this.#end === undefined
  }

  /** When the last line came, on the link's clock. */
  get lastHeard(): number {
    return this.#lastHeard
  }

  get outstanding(): number {
    return this.#pending.length
  }

  /**
   * Send `text` (with its terminator) and collect the lines that answer it.
   *
   * @param permission  needed for bytes that begin a stroke
   * @throws PlotdError ERR_LINK_TIMEOUT (and closes the link), ERR_LINK_CLOSED, or what the taker found;
   *   PermissionVoid, and then nothing was sent
   */
  request(
    text: string,
    take: Taker,
    timeoutMs = this.#options.timeoutMs ?? 2000,
    permission?: Permission,
  ): Promise<string[]> {
    if (this.#end) return Promise.reject(this.#end)
    if (permission?.isValid === false) return Promise.reject(new PermissionVoid())
    return new Promise((resolve, reject) => {
      const pending = { text, timeoutMs, take, lines: [], resolve, reject, cancelDeadline: () => {} }
      this.#pending.push(pending)
      this.#await(pending)
      this.send(text)
    })
  }

  /**
   * Send bytes that get no answer. A dead port shows in `closed`, not here.
   *
   * @param permission  needed for bytes that begin a stroke: this is the last look at it before they leave the process
   * @throws PermissionVoid, and then nothing was sent
   */
  send(text: string, permission?: Permission): void {
    if (this.#end) return
    if (permission?.isValid === false) throw new PermissionVoid()
    wireLog('→ %j', text)
    this.#port.write(text, 'latin1')
  }

  /** Resolves when all bytes that were sent have left this process: a device may hold them back by flow control. */
  drained(): Promise<void> {
    if (this.#end || this.#port.writableLength === 0) return Promise.resolve()
    return new Promise((resolve) => this.#port.write('', () => resolve()))
  }

  close(): void {
    this.#fail('ERR_LINK_CLOSED', 'closed')
  }

  /** Close, because the device has not done in time what it was asked for. */
  giveUp(why: string): void {
    this.#fail('ERR_LINK_TIMEOUT', why)
  }

  #hear(raw: string): void {
    // XON and XOFF come between the lines, if a plotter was told to send them
    const line = raw.replaceAll('\x11', '').replaceAll('\x13', '').trim()
    if (line === '' || this.#end) return
    wireLog('← %s', line)
    this.#lastHeard = this.clock.now()
    if (this.#options.onLine?.(line)) return
    const [oldest] = this.#pending
    if (!oldest) {
      this.onStray?.(line)
      return
    }
    const verdict = oldest.take(line)
    oldest.lines.push(line)
    if (verdict === 'more') return
    this.#pending.shift()
    oldest.cancelDeadline()
    if (verdict === 'done') oldest.resolve(oldest.lines)
    else oldest.reject(verdict)
  }

  #await(request: Pending): void {
    const { patience = 1 } = this.clock
    const due = this.clock.now() + request.timeoutMs * patience
    request.cancelDeadline = this.clock.after(request.timeoutMs * patience, () => {
      if (this.clock.now() - due < STOOD_STILL_MS * patience) this.#miss(request)
      else this.#await(request)
    })
  }

  #miss({ text, timeoutMs }: Pending): void {
    const silence = Math.round(this.clock.now() - this.#lastHeard)
    this.#fail(
      'ERR_LINK_TIMEOUT',
      `no answer to ${JSON.stringify(text.trim())} within ${timeoutMs} ms; the last line came ${silence} ms ago`,
    )
  }

  #fail(code: 'ERR_LINK_TIMEOUT' | 'ERR_LINK_CLOSED', why: string, cause?: unknown): void {
    if (this.#end) return
    const message = code === 'ERR_LINK_CLOSED' ? `the connection to the plotter was lost: ${why}` : why
    const end = new PlotdError(code, message, {}, cause)
    wireLog('closed: %s', message)
    this.#end = end
    if (code === 'ERR_LINK_TIMEOUT' && this.lastWords !== undefined) this.#takeLeave(this.lastWords)
    else this.#port.destroy()
    for (const request of this.#pending.splice(0)) {
      request.cancelDeadline()
      request.reject(end)
    }
    this.#announceEnd(end)
  }

  /** A write that never ends must not keep the port open. */
  #takeLeave(words: string): void {
    wireLog('→ %j', words)
    const leave = () => this.#port.destroy()
    const cancel = this.clock.after(LEAVE_MS, leave)
    this.#port.write(words, 'latin1', () => {
      cancel()
      leave()
    })
  }
}

/** Takes exactly one line, whatever it says. */
export const oneLine: Taker = () => 'done'
