/**
 * The room `link`: `link` sends requests to a board and matches its answers, `clock` measures time, and `permission` is
 * the right to begin a stroke. The room knows no dialect.
 */
import { type Duplex, pipeline, type TransformCallback } from 'node:stream'
import { debuglog } from 'node:util'
import { ReadlineParser } from '@serialport/parser-readline'
import { PlotdError } from '../../errors.ts'
import { type Clock, realClock } from './clock.ts'
import { type Permission, requireValid } from './permission.ts'

/** Logs everything on the wire when NODE_DEBUG=plotd:link is set. */
const wireLog = debuglog('plotd:link')

/** Longest wait for one stop command to be written, ms. */
const STOP_WRITE_MS = 250

/**
 * Time between the last stop command and the report that the link is closed, ms. After the command, an EBB may move for
 * 100 ms. Marlin and Klipper first complete their queued motion, and an HP-GL plotter completes its vector. These
 * motions may take longer than STOPPED_MS.
 */
const STOPPED_MS = 150

/**
 * A wait for an answer has this many parts. A timer fires late when the process was stopped or suspended, or had no
 * processor time. Node then runs the timer before it reads the bytes that arrived meanwhile. So a part whose timer
 * fires late does not count.
 */
const WAIT_PARTS = 4

/** A timer counts as late from this delay on, ms. */
const LATE_MS = 100

/** The link keeps this many bytes of a line whose end has not arrived. */
const MAX_LINE_BYTES = 16_384

/**
 * Divides bytes into lines. Leaves out the middle of a line that is longer than `MAX_LINE_BYTES`, so that noise without
 * line ends does not fill the memory.
 */
class LineParser extends ReadlineParser {
  override _transform(bytes: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    if (this.buffer.length > MAX_LINE_BYTES) this.buffer = this.buffer.subarray(0, MAX_LINE_BYTES)
    super._transform(bytes, encoding, done)
  }
}

/**
 * Judges one line of an answer. Returns 'more' when lines follow, 'done' at the last line, or the error that ends the
 * request. A line that `onLine` does not keep goes to the oldest unfinished request.
 */
export type Taker = (line: string) => 'more' | 'done' | PlotdError

/** A command that a link writes before it closes its port after a timeout or `giveUp`. */
export interface StopCommand {
  readonly text: string
  /** Pause before the command, ms; 0 when absent. */
  readonly afterMs?: number
}

export interface LinkOptions {
  readonly clock?: Clock
  /** Ends an incoming line; LF when absent. */
  readonly delimiter?: string
  /** Called with each line before any request gets it. Return true to keep the line from the requests. */
  readonly onLine?: (line: string) => boolean
  /** Deadline for an answer when the request sets none, ms; 2000 when absent. */
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
 * Requests and answers in lines over any byte stream. Requests may be pipelined, because answers are matched in the
 * order of sending. A request that misses its deadline closes the link, because the link would take a late answer for
 * the answer to the next request.
 */
export class Link {
  readonly clock: Clock
  /** Receives each line that arrives while no request waits, unless `onLine` keeps the line. */
  onStray: ((line: string) => void) | undefined
  /**
   * The commands that the link writes, in the order of the list, before it closes its port after a timeout or
   * `giveUp`. A device that no longer answers may still receive these commands.
   */
  stopCommands: () => readonly StopCommand[] = () => []
  /**
   * Called before each `send` and `request`. When `guard` returns false, the link does not send the bytes, but writes
   * its stop commands and closes.
   */
  guard: (() => boolean) | undefined
  /** Resolves with the reason after either side has closed the link and the stop commands are written. */
  readonly closed: Promise<PlotdError>
  readonly #port: Duplex
  readonly #options: LinkOptions
  readonly #pending: Pending[] = []
  #closeReason: PlotdError | undefined
  #announceClosed: (why: PlotdError) => void = () => {}
  #lastReceived: number

  constructor(port: Duplex, options: LinkOptions = {}) {
    this.#port = port
    this.#options = options
    this.clock = options.clock ?? realClock
    this.#lastReceived = this.clock.now()
    this.closed = new Promise((resolve) => {
      this.#announceClosed = resolve
    })
    // without object mode the parser would join lines that arrive together
    const parser = new LineParser({
      delimiter: options.delimiter ?? '\n',
      encoding: 'latin1',
      readableObjectMode: true,
    })
    parser.on('data', (raw: string) => this.#receive(raw))
    // unlike pipe(), pipeline() reports a port that fails, and destroys both streams
    pipeline(port, parser, (error) => this.#fail('ERR_LINK_CLOSED', error?.message ?? 'the device hung up', error))
    port.once('close', () => this.#fail('ERR_LINK_CLOSED', 'the device hung up'))
  }

  get isOpen(): boolean {
    return this.#closeReason === undefined
  }

  /** Arrival of the last line, ms on the link's clock. Before the first line, the time at which the link was made. */
  get lastReceived(): number {
    return this.#lastReceived
  }

  /** Number of requests without a complete answer. */
  get outstanding(): number {
    return this.#pending.length
  }

  /**
   * Sends `text` unchanged, and collects the lines of its answer.
   *
   * @param permission  needed for bytes that begin a stroke
   * @throws PlotdError ERR_LINK_TIMEOUT after closing the link, ERR_LINK_CLOSED, or the error that `take` returned;
   *   PermissionVoid before sending when the permission is void
   */
  request(
    text: string,
    take: Taker,
    timeoutMs = this.#options.timeoutMs ?? 2000,
    permission?: Permission,
  ): Promise<string[]> {
    if (this.#closeReason) return Promise.reject(this.#closeReason)
    return new Promise((resolve, reject) => {
      requireValid(permission)
      const pending = { text, timeoutMs, take, lines: [], resolve, reject, cancelDeadline: () => {} }
      this.#pending.push(pending)
      this.#startDeadline(pending)
      this.send(text)
    })
  }

  /**
   * Sends bytes, and waits for no answer. `closed` reports a port that failed, but `send` does not.
   *
   * @param permission  needed for bytes that begin a stroke
   * @throws PermissionVoid before sending when the permission is void
   */
  send(text: string, permission?: Permission): void {
    if (this.#closeReason) return
    requireValid(permission)
    if (this.guard?.() === false) {
      this.giveUp('plotd stood still in the middle of a stroke')
      return
    }
    wireLog('→ %j', text)
    this.#port.write(text, 'latin1')
  }

  /** Resolves when all sent bytes have left this process. Flow control may delay the bytes. */
  drained(): Promise<void> {
    if (this.#closeReason || this.#port.writableLength === 0) return Promise.resolve()
    return new Promise((resolve) => this.#port.write('', () => resolve()))
  }

  /** Closes the port. Requests under way fail with `ERR_LINK_CLOSED`. */
  close(why = 'plotd closed it'): void {
    this.#fail('ERR_LINK_CLOSED', why)
  }

  /** Writes the stop commands, and closes the link with `ERR_LINK_TIMEOUT`. */
  giveUp(why: string): void {
    this.#fail('ERR_LINK_TIMEOUT', why)
  }

  #receive(raw: string): void {
    // a plotter with XON/XOFF puts these bytes between its lines
    const line = raw.replaceAll('\x11', '').replaceAll('\x13', '').trim()
    if (line === '' || this.#closeReason) return
    wireLog('← %s', line)
    this.#lastReceived = this.clock.now()
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

  #startDeadline(request: Pending, parts = WAIT_PARTS): void {
    const { deadlineFactor = 1 } = this.clock
    const ms = (request.timeoutMs * deadlineFactor) / WAIT_PARTS
    const due = this.clock.now() + ms
    request.cancelDeadline = this.clock.after(ms, () => {
      const left = this.clock.now() - due < LATE_MS * deadlineFactor ? parts - 1 : parts
      if (left > 0) this.#startDeadline(request, left)
      else this.#timeOut(request)
    })
  }

  #timeOut({ text, timeoutMs }: Pending): void {
    const silence = Math.round(this.clock.now() - this.#lastReceived)
    this.#fail(
      'ERR_LINK_TIMEOUT',
      `no answer to ${JSON.stringify(text.trim())} within ${Math.round(timeoutMs)} ms; the last line arrived ${silence} ms ago`,
    )
  }

  #fail(code: 'ERR_LINK_TIMEOUT' | 'ERR_LINK_CLOSED', why: string, cause?: unknown): void {
    if (this.#closeReason) return
    const message = code === 'ERR_LINK_CLOSED' ? `the connection to the plotter was lost: ${why}` : why
    const reason = new PlotdError(code, message, {}, cause)
    wireLog('closed: %s', message)
    this.#closeReason = reason
    const announce = () => {
      for (const request of this.#pending.splice(0)) request.reject(reason)
      this.#announceClosed(reason)
    }
    for (const request of this.#pending) request.cancelDeadline()
    const stops = code === 'ERR_LINK_TIMEOUT' ? this.stopCommands() : []
    // the wait gives the board time to stop before anyone learns of the end
    this.#writeStop(stops, stops.length === 0 ? announce : () => this.clock.after(STOPPED_MS, announce))
  }

  /**
   * Writes the stop commands and closes the port. If a write is blocked for STOP_WRITE_MS, the link closes the port and
   * does not write the remaining commands.
   *
   * @param onClosed  may be called twice, because a port may still report a write after the link has destroyed it
   */
  #writeStop([first, ...rest]: readonly StopCommand[], onClosed: () => void): void {
    if (!first || this.#port.destroyed) {
      this.#port.destroy()
      onClosed()
      return
    }
    const write = () => {
      wireLog('→ %j', first.text)
      const cancel = this.clock.after(STOP_WRITE_MS, () => {
        this.#port.destroy()
        onClosed()
      })
      this.#port.write(first.text, 'latin1', () => {
        cancel()
        this.#writeStop(rest, onClosed)
      })
    }
    if (first.afterMs === undefined) write()
    else this.clock.after(first.afterMs, write)
  }
}

/** The taker for an answer of exactly one line. */
export const oneLine: Taker = () => 'done'
