import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { type Clock, realClock, sleep } from '../../link/clock.ts'
import { Link, oneLine } from '../../link/link.ts'
import type { Permission } from '../../link/permission.ts'
import { ASK_BYTES, askEvery, byteSeconds, POLL_MS, usable, WIRE_MS } from '../../motion/hpgl-feed.ts'
import type { HpglOptions } from '../../profiles/profile.ts'
import { orAbort } from '../await-or-abort.ts'

const ESC = '\x1b'
/** What OA answers: where the pen is, and whether it is down. Nothing else that we ask for looks like it. */
const WHERE = /^(-?\d+),(-?\d+),([01])$/
/** Extended status: the buffer is empty. */
const EMPTY = 8
const HEARTBEAT_MS = 2000

export interface Where {
  readonly x: number
  readonly y: number
  readonly down: boolean
}

interface Marker {
  readonly reached: (where: Where) => void
  readonly lost: (error: unknown) => void
  /** Bytes sent up to it, which have been obeyed once it is answered. */
  readonly sent: number
}

/**
 * The conversation with an HP-GL plotter. Escape instructions are answered at once, whatever the plotter is doing, and
 * so serve as the watchdog and tell how much room there is; OA takes its turn in the buffer, and so tells that
 * everything before it is on the paper. No byte is ever sent that does not fit, and the wire is never filled far ahead,
 * however large the buffer is: what stops the plotter goes the same way.
 */
export class HpglTalk {
  readonly link: Link
  readonly #options: HpglOptions
  readonly #markers: Marker[] = []
  /** Bytes sent, and those of them that are known to have left the buffer. */
  #sent = 0
  #gone = 0
  #asked = 0
  #asking: Promise<void> | undefined
  /** When all that was sent has arrived, by reckoning, ms. */
  #arrived = 0
  #watching = false
  #wasEmpty = false

  constructor(port: Duplex, options: HpglOptions, clock: Clock = realClock) {
    this.#options = options
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
   * @param permission  needed for HP-GL that begins a stroke
   * @throws the signal's reason; PermissionVoid; PlotdError ERR_LINK_CLOSED, ERR_LINK_TIMEOUT
   */
  async send(text: string, signal?: AbortSignal, permission?: Permission): Promise<void> {
    await this.#room(text.length, signal)
    if (permission) await (signal ? orAbort(this.link.drained(), signal) : this.link.drained())
    this.link.send(text, permission)
    this.#sent += text.length
    this.#onWire(text.length)
    if (this.#sent - this.#asked >= askEvery(this.#options)) this.#learn().catch(() => {}) // the next to send is told
  }

  /** Resolves when everything sent so far has been drawn, with the pen's place then. */
  async reached(signal?: AbortSignal): Promise<Where> {
    return (await this.marker(signal)).reached
  }

  /** As `reached`, but resolves as soon as the question is on its way. */
  async marker(signal?: AbortSignal): Promise<{ reached: Promise<Where> }> {
    await this.send('OA;', signal)
    const sent = this.#sent
    const reached = new Promise<Where>((resolve, lost) => this.#markers.push({ reached: resolve, lost, sent }))
    reached.catch(() => {})
    if (this.link.isOpen) this.#watch()
    else this.forget(await this.link.closed) // who was closed before is told now
    return { reached }
  }

  /** Everything that was sent and not yet obeyed is void: after ESC.K. */
  forget(why: unknown): void {
    for (const marker of this.#markers.splice(0)) marker.lost(why)
    this.#gone = this.#sent
  }

  close(): void {
    this.link.close()
  }

  async #room(bytes: number, signal?: AbortSignal): Promise<void> {
    const { clock } = this.link
    const fits = () => usable(this.#options) - (this.#sent - this.#gone) >= bytes
    for (;;) {
      signal?.throwIfAborted()
      if (!this.link.isOpen) throw await this.link.closed
      const ahead = this.#arrived - clock.now() - WIRE_MS
      if (ahead > 0) await sleep(clock, ahead, signal)
      else if (fits()) return
      else {
        await this.#learn()
        if (!fits()) await sleep(clock, POLL_MS, signal)
      }
    }
  }

  /** Ask for the room, once at a time: answered after all that was sent before it has arrived, so exact. */
  #learn(): Promise<void> {
    const ask = async () => {
      const sent = this.#sent
      this.#asked = sent
      this.#onWire(ASK_BYTES)
      const taken = this.#options.bufferBytes - (await this.ask('B'))
      this.#gone = Math.max(this.#gone, sent - taken)
    }
    this.#asking ??= ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  #onWire(bytes: number): void {
    const now = this.link.clock.now()
    this.#arrived = Math.max(now, this.#arrived) + bytes * byteSeconds(this.#options) * 1000
  }

  #where(line: string): boolean {
    const [, x, y, down] = WHERE.exec(line) ?? []
    if (down === undefined) return false
    const marker = this.#markers.shift()
    this.#wasEmpty = false
    if (!marker) return true
    this.#gone = Math.max(this.#gone, marker.sent)
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
