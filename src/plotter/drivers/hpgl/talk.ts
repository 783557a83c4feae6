import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { type Clock, realClock, sleep } from '../../clock.ts'
import { Link, oneLine } from '../../link.ts'

const ESC = '\x1b'
/** What OA answers: where the pen is, and whether it is down. Nothing else that we ask for looks like it. */
const WHERE = /^(-?\d+),(-?\d+),([01])$/
/** Extended status: the buffer is empty. */
const EMPTY = 8
const POLL_MS = 40
const HEARTBEAT_MS = 2000
/** Kept free in the plotter's buffer: the escape instructions of others, and a byte or two of caution. */
const RESERVE = 16

export interface Where {
  readonly x: number
  readonly y: number
  readonly down: boolean
}

interface Marker {
  readonly reached: (where: Where) => void
  readonly lost: (error: unknown) => void
  /** Bytes of the buffer that are free once it is answered. */
  readonly bytes: number
}

/**
 * The conversation with an HP-GL plotter. Escape instructions are answered at once, whatever the plotter is doing, and
 * so serve as the watchdog and tell how much room there is; OA takes its turn in the buffer, and so tells that
 * everything before it is on the paper. No byte is ever sent that does not fit.
 */
export class HpglTalk {
  readonly link: Link
  readonly #bufferBytes: number
  readonly #markers: Marker[] = []
  /** At most so many of the plotter's buffer may be taken by what we sent. */
  #taken = 0
  #sinceMarker = 0
  #watching = false
  #wasEmpty = false

  constructor(port: Duplex, bufferBytes: number, clock: Clock = realClock) {
    this.#bufferBytes = bufferBytes
    this.link = new Link(port, { clock, delimiter: '\r', timeoutMs: 3000, onLine: (line) => this.#where(line) })
    void this.link.closed.then((error) => {
      for (const marker of this.#markers.splice(0)) marker.lost(error)
    })
  }

  /** One escape instruction that answers with a number: B room, O status, E error. */
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

  /** An instruction in the buffer that answers with one line. Only while nothing else is under way. */
  async output(instruction: 'OI' | 'OE' | 'OH' | 'OS', timeoutMs = 10_000): Promise<string> {
    const [line = ''] = await this.link.request(`${instruction};`, oneLine, timeoutMs)
    return line
  }

  /** An escape instruction without an answer. */
  control(text: string): void {
    this.link.send(`${ESC}.${text}`)
  }

  /**
   * Send HP-GL when there is room for all of it.
   *
   * @throws the signal's reason; PlotdError ERR_LINK_CLOSED, ERR_LINK_TIMEOUT
   */
  async send(text: string, signal?: AbortSignal): Promise<void> {
    await this.#room(text.length, signal)
    this.#taken += text.length
    this.#sinceMarker += text.length
    this.link.send(text)
  }

  /** Resolves when everything sent so far has been drawn, with the pen's place then. */
  async reached(signal?: AbortSignal): Promise<Where> {
    return (await this.marker(signal)).reached
  }

  /** As `reached`, but resolves as soon as the question is on its way. */
  async marker(signal?: AbortSignal): Promise<{ reached: Promise<Where> }> {
    await this.send('OA;', signal)
    const bytes = this.#sinceMarker
    this.#sinceMarker = 0
    const reached = new Promise<Where>((resolve, lost) => this.#markers.push({ reached: resolve, lost, bytes }))
    reached.catch(() => {})
    this.#watch()
    return { reached }
  }

  /** Everything that was sent and not yet obeyed is void: after ESC.K. */
  forget(why: unknown): void {
    for (const marker of this.#markers.splice(0)) marker.lost(why)
    this.#taken = 0
    this.#sinceMarker = 0
  }

  close(): void {
    this.link.close()
  }

  async #room(bytes: number, signal?: AbortSignal): Promise<void> {
    while (this.#bufferBytes - RESERVE - this.#taken < bytes) {
      signal?.throwIfAborted()
      // answered after all that was sent before it has arrived: exact
      this.#taken = this.#bufferBytes - (await this.ask('B'))
      if (this.#bufferBytes - RESERVE - this.#taken >= bytes) break
      await sleep(this.link.clock, POLL_MS, signal)
    }
    signal?.throwIfAborted()
  }

  #where(line: string): boolean {
    const [, x, y, down] = WHERE.exec(line) ?? []
    if (down === undefined) return false
    const marker = this.#markers.shift()
    this.#wasEmpty = false
    if (!marker) return true
    this.#taken = Math.max(0, this.#taken - marker.bytes)
    marker.reached({ x: Number(x), y: Number(y), down: down === '1' })
    return true
  }

  /** Nothing in the buffer, twice, and an answer still missing: noise has eaten it. */
  #judge(status: number): void {
    const empty = (status & EMPTY) !== 0
    if (empty && this.#wasEmpty) {
      const why = 'the plotter has drawn everything and never said where the pen is: is the cable good?'
      this.forget(new PlotdError('ERR_DEVICE', why))
    }
    this.#wasEmpty = empty
    this.#watch()
  }

  /** While an answer is awaited that may take minutes (a long stroke, the VIEW button), know that the wire lives. */
  #watch(): void {
    if (this.#watching || this.#markers.length === 0) return
    this.#watching = true
    this.link.clock.after(HEARTBEAT_MS, () => {
      this.#watching = false
      if (this.#markers.length === 0 || !this.link.isOpen) return
      this.ask('O').then(
        (status) => this.#judge(status),
        (error: unknown) => this.forget(error),
      )
    })
  }
}
