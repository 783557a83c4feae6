/** The reaction of the host's port to the plotter's request to wait. */
export type HostFlow = 'ignores' | 'xon-xoff' | 'hardware'

const ESC = 27
const XON = 0x11
const XOFF = 0x13

/**
 * The timing of a serial line: ten bits a byte (8N1) at the baud rate. While the plotter's signals stop the host, no
 * byte arrives.
 */
export class Uart {
  readonly msPerByte: number
  #waiting: Buffer = Buffer.alloc(0)
  /** Time at which the byte on the wire arrives, ms. */
  #arrives = 0
  #isStopped = false

  constructor(baudRate: number) {
    this.msPerByte = 10_000 / baudRate
  }

  /** Adds bytes that the host writes to its port at `now`, ms. */
  queue(bytes: Uint8Array, now: number): void {
    if (this.#waiting.length === 0) this.#arrives = Math.max(this.#arrives, now) + this.msPerByte
    this.#waiting = Buffer.concat([this.#waiting, bytes])
  }

  /** Time at which the next byte arrives, ms; Infinity when no byte waits or the host is stopped. */
  get next(): number {
    return this.#waiting.length === 0 || this.#isStopped ? Infinity : this.#arrives
  }

  /**
   * Time at which the second byte after the first ESC arrives, ms. Without such a byte, the time at which the last byte
   * arrives. One timer at this time is enough: the plotter then takes the earlier bytes too. Their answers may come
   * later than from a real plotter, but the host still waits for the answer to its last bytes.
   */
  get nextTurn(): number {
    if (this.next === Infinity) return Infinity
    const instruction = this.#waiting.indexOf(ESC)
    const last = this.#waiting.length - 1
    return this.#arrives + Math.min(last, instruction < 0 ? last : instruction + 2) * this.msPerByte
  }

  /** Removes the next byte and returns it. */
  take(): number {
    const byte = this.#waiting[0] ?? 0
    this.#waiting = this.#waiting.subarray(1)
    this.#arrives += this.msPerByte
    return byte
  }

  /** Tells the host to wait. */
  stop(): void {
    this.#isStopped = true
  }

  /** Tells the host to continue. */
  go(now: number): void {
    if (!this.#isStopped) return
    this.#isStopped = false
    this.#arrives = Math.max(this.#arrives, now + this.msPerByte)
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  clear(): void {
    this.#waiting = Buffer.alloc(0)
    this.#isStopped = false
  }
}

/** How the plotter asks the host to wait and to continue: by these bytes, or by a wire if both lists are empty. */
export interface Handshake {
  /** Free bytes of the buffer at which the plotter asks the host to wait. */
  readonly threshold: number
  readonly stop: readonly number[]
  readonly go: readonly number[]
}

export const XON_XOFF: Handshake = { threshold: 81, stop: [XOFF], go: [XON] }
