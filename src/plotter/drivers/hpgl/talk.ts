import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { type Clock, realClock, sleep } from '../../link/clock.ts'
import { Link, oneLine } from '../../link/link.ts'
import type { Permission } from '../../link/permission.ts'
import { ASK_BYTES, askEvery, byteSeconds, POLL_MS, usable, WIRE_MS } from '../../motion/hpgl-feed.ts'
import type { HpglOptions } from '../../profiles/profile.ts'
import { orAbort } from '../await-or-abort.ts'
import { tooLong } from '../line-length.ts'
import { ABORT_AND_LIFT } from './program.ts'

const ESC = '\x1b'
/** The answer to OA: position and pen. No other answer has this form. */
const PLACE = /^(-?\d+),(-?\d+),([01])$/
/** Bit 3 of the extended status, set when the buffer is empty. */
const EMPTY = 8
/** Interval of the checks of the wire, ms. */
const HEARTBEAT_MS = 2000

/** The pen's place, plotter units. */
export interface PenPlace {
  readonly x: number
  readonly y: number
  readonly isDown: boolean
}

/** An OA that the plotter has not answered. */
interface Marker {
  readonly resolve: (place: PenPlace) => void
  readonly reject: (error: unknown) => void
  /** Number of bytes sent up to this OA. When the plotter answers the OA, it has executed all of these bytes. */
  readonly sent: number
}

/**
 * Requests to an HP-GL plotter. The plotter answers escape instructions at once, also while it draws. So their answers
 * report the room in the buffer, and show that the plotter is connected. OA waits in the buffer like any instruction,
 * so its answer shows that everything before OA is drawn. plotd sends only bytes that fit into the buffer. While the
 * bytes on the wire need longer than `WIRE_MS`, plotd sends no more HP-GL, because a stop must wait for these bytes.
 */
export class HpglTalk {
  readonly link: Link
  readonly #options: HpglOptions
  readonly #markers: Marker[] = []
  /** Number of bytes sent. */
  #sent = 0
  /** Number of sent bytes that have certainly left the buffer. */
  #consumed = 0
  #sentAtRequest = 0
  #roomRequest: Promise<void> | undefined
  /** The computed time at which all sent bytes have arrived, ms. */
  #arrivesAt = 0
  #isWatching = false
  #wasEmpty = false

  constructor(port: Duplex, options: HpglOptions, clock: Clock = realClock) {
    this.#options = options
    this.link = new Link(port, { clock, delimiter: '\r', timeoutMs: 3000, onLine: (line) => this.#receivePlace(line) })
    this.link.stopCommands = () => [{ text: ABORT_AND_LIFT }]
    void this.link.closed.then((error) => {
      for (const marker of this.#markers.splice(0)) marker.reject(error)
    })
  }

  /**
   * Asks for the room in the buffer (B), the status (O), or the RS-232 error (E), which the plotter then clears.
   *
   * @throws PlotdError ERR_DEVICE_UNKNOWN when the answer is no number; ERR_LINK_*
   */
  async ask(letter: 'B' | 'O' | 'E'): Promise<number> {
    const [line = ''] = await this.link.request(`${ESC}.${letter}`, oneLine)
    const value = Number(line)
    if (!Number.isInteger(value)) {
      throw new PlotdError(
        'ERR_DEVICE_UNKNOWN',
        `ESC.${letter} was answered ${JSON.stringify(line)}; a number was expected`,
      )
    }
    return value
  }

  /**
   * Sends an instruction that the plotter executes in order, and returns the line that the plotter answers. Call
   * `output` only while nothing else is under way.
   */
  async output(instruction: 'OI' | 'OE' | 'OH' | 'OS', timeoutMs = 10_000): Promise<string> {
    const [line = ''] = await this.link.request(`${instruction};`, oneLine, timeoutMs)
    return line
  }

  /** Discards all bytes that are not executed, and lifts the pen after the vector under way. */
  abort(why: unknown): void {
    this.forget(why)
    this.link.send(ABORT_AND_LIFT)
  }

  /** Sends an escape instruction that has no answer. */
  control(text: string): void {
    this.link.send(`${ESC}.${text}`)
  }

  /**
   * Sends HP-GL when the buffer has room for all of it.
   *
   * @param permission  needed for HP-GL that begins a stroke
   * @throws the signal's reason; PermissionVoid; PlotdError ERR_LINK_CLOSED, ERR_LINK_TIMEOUT, ERR_DEVICE_UNKNOWN;
   *   ERR_DEVICE when the text can never fit into the buffer
   */
  async send(text: string, signal?: AbortSignal, permission?: Permission): Promise<void> {
    const most = usable(this.#options)
    if (text.length > most) throw tooLong(text, most)
    await this.#whenRoom(text.length, signal)
    if (permission) await orAbort(this.link.drained(), signal)
    this.link.send(text, permission)
    this.#sent += text.length
    this.#onWire(text.length)
    // The error needs no handling. After a timeout the link is closed, so the next `send` throws. After an answer that
    // is no number, `#whenRoom` asks again.
    if (this.#sent - this.#sentAtRequest >= askEvery(this.#options)) this.#requestRoom().catch(() => {})
  }

  /** Resolves with the pen's place when the plotter has drawn everything that was sent. */
  async whenDrawn(signal?: AbortSignal): Promise<PenPlace> {
    return (await this.marker(signal)).whenDrawn
  }

  /** Resolves as soon as OA is sent. The result resolves with the pen's place when everything before OA is drawn. */
  async marker(signal?: AbortSignal): Promise<{ whenDrawn: Promise<PenPlace> }> {
    await this.send('OA;', signal)
    const sent = this.#sent
    const place = new Promise<PenPlace>((resolve, reject) => this.#markers.push({ resolve, reject, sent }))
    place.catch(() => {})
    if (this.link.isOpen) this.#startHeartbeat()
    else this.forget(await this.link.closed)
    return { whenDrawn: place }
  }

  /**
   * Rejects all markers, and counts all sent bytes as consumed. In a plot, the buffer is empty, or ESC.K empties the
   * buffer next. Otherwise only the few bytes of a user's command may still wait there.
   */
  forget(why: unknown): void {
    for (const marker of this.#markers.splice(0)) marker.reject(why)
    this.#consumed = this.#sent
  }

  /** Resolves when the buffer has room for `bytes`, and the bytes on the wire need at most `WIRE_MS`. */
  async #whenRoom(bytes: number, signal?: AbortSignal): Promise<void> {
    const { clock } = this.link
    const hasRoom = () => usable(this.#options) - (this.#sent - this.#consumed) >= bytes
    for (;;) {
      signal?.throwIfAborted()
      if (!this.link.isOpen) throw await this.link.closed
      const ahead = this.#arrivesAt - clock.now() - WIRE_MS
      if (ahead > 0) await sleep(clock, ahead, signal)
      else if (hasRoom()) return
      else {
        await this.#requestRoom()
        if (!hasRoom()) await sleep(clock, POLL_MS, signal)
      }
    }
  }

  /**
   * Asks for the room, one request at a time. The answer is exact, because all bytes before the request have arrived.
   */
  #requestRoom(): Promise<void> {
    const ask = async () => {
      const sent = this.#sent
      this.#sentAtRequest = sent
      this.#onWire(ASK_BYTES)
      const buffered = this.#options.bufferBytes - (await this.ask('B'))
      this.#consumed = Math.max(this.#consumed, sent - buffered)
    }
    this.#roomRequest ??= ask().finally(() => {
      this.#roomRequest = undefined
    })
    return this.#roomRequest
  }

  #onWire(bytes: number): void {
    const now = this.link.clock.now()
    this.#arrivesAt = Math.max(now, this.#arrivesAt) + bytes * byteSeconds(this.#options) * 1000
  }

  #receivePlace(line: string): boolean {
    const [, x, y, down] = PLACE.exec(line) ?? []
    if (down === undefined) return false
    const marker = this.#markers.shift()
    this.#wasEmpty = false
    if (!marker) return true
    this.#consumed = Math.max(this.#consumed, marker.sent)
    marker.resolve({ x: Number(x), y: Number(y), isDown: down === '1' })
    return true
  }

  /** If two reports in a row show an empty buffer while OA is unanswered, noise has destroyed the answer. */
  #checkStatus(status: number): void {
    const isEmpty = (status & EMPTY) !== 0
    if (isEmpty && this.#wasEmpty) {
      const why = 'the plotter has drawn everything but did not answer OA: is the cable good?'
      this.forget(new PlotdError('ERR_DEVICE', why))
    }
    this.#wasEmpty = isEmpty
    this.#startHeartbeat()
  }

  /**
   * Checks the wire while plotd waits for the answer to OA. This answer may take minutes, for a long stroke or while
   * VIEW holds the plotter.
   */
  #startHeartbeat(): void {
    if (this.#isWatching || this.#markers.length === 0) return
    this.#isWatching = true
    this.link.clock.after(HEARTBEAT_MS, () => {
      this.#isWatching = false
      if (this.#markers.length === 0 || !this.link.isOpen) return
      this.ask('O').then(
        (status) => this.#checkStatus(status),
        (error: unknown) => this.forget(error),
      )
    })
  }
}
