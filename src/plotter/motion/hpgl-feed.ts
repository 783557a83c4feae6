import type { HpglOptions } from '../profiles/profile.ts'

/** Eight data bits, a start bit and a stop bit. */
const BITS_PER_BYTE = 10

/**
 * Bytes of the buffer that the driver keeps free. With flow control the plotter stops the sender when only 80 bytes are
 * free, and a stopped sender can send no requests. So with flow control the reserve is larger than 80 bytes.
 */
const RESERVE = { ask: 16, 'xon-xoff': 96, hardware: 96 } as const

/** Longest transmission time of the bytes on the wire, ms. A stop must wait for them. */
export const WIRE_MS = 150
/** Wait before the next request when the buffer was full, ms. */
export const POLL_MS = 40
/** Length of a request for the room in the buffer, bytes. */
export const ASK_BYTES = 3
/** Length of the answer to a request for the room in the buffer, bytes. */
const ANSWER_BYTES = 5

/** Usable bytes of the buffer. */
export const usable = ({ bufferBytes, flow }: HpglOptions): number => bufferBytes - RESERVE[flow]

/** Longest instruction, bytes: at most a quarter of the buffer, so that streaming never stalls. */
export const longestPart = ({ bufferBytes }: HpglOptions): number => Math.min(120, Math.floor(bufferBytes / 4))

/**
 * Bytes between two requests for the room in the buffer. Only one request is under way at a time. A request after every
 * instruction would often be the last on the wire. If the driver then needed room, it could send nothing until the
 * answer, and the wire would run empty.
 */
export const askEvery = (options: HpglOptions): number =>
  Math.min(256, Math.max(options.bufferBytes / 6, 1.5 * longestPart(options)))

/** Seconds that a byte takes on the wire. */
export const byteSeconds = ({ baudRate }: HpglOptions): number => BITS_PER_BYTE / baudRate

/** An operation of the plotter, from one time until another, s. Before it, the plotter had read `read` bytes. */
interface Operation {
  readonly read: number
  readonly from: number
  readonly until: number
}

/**
 * Models how the bytes of one stroke reach the plotter. Like the driver, the model never sends more bytes than the
 * plotter has reported as free, and sends only a little ahead of the wire. Times are in seconds from the first byte.
 */
export class HpglFeed {
  readonly #byte: number
  readonly #usable: number
  readonly #askEvery: number
  /** The time at which the wire is free. */
  #wireFree = 0
  /** The driver's present time. */
  #now = 0
  #sent = 0
  /** Bytes that the plotter has certainly read, by the last answer. */
  #consumed = 0
  #sentAtRequest = 0
  /** The time at which the pending request arrives at the plotter. */
  #requestAt: number | undefined
  #operations: Operation[] = []
  /** When the last answered request arrived, the plotter had begun this operation and no later one. */
  #lastBegun: Operation = { read: 0, from: 0, until: 0 }
  #nextIndex = 0

  constructor(options: HpglOptions) {
    this.#byte = byteSeconds(options)
    this.#usable = usable(options)
    this.#askEvery = askEvery(options)
  }

  /** Bytes sent so far. */
  get sent(): number {
    return this.#sent
  }

  /** Puts bytes on the wire when there is room. @returns the time at which the first byte is on the wire */
  send(bytes: number): number {
    this.#now = Math.max(this.#now, this.#wireFree - WIRE_MS / 1000)
    this.#receiveAnswer()
    const isFull = () => this.#sent - this.#consumed + bytes > this.#usable
    while (isFull()) {
      if (this.#requestAt === undefined) this.#ask()
      this.#now = Math.max(this.#now, (this.#requestAt ?? 0) + ANSWER_BYTES * this.#byte)
      this.#receiveAnswer()
      if (isFull()) this.#now += POLL_MS / 1000
    }
    const start = Math.max(this.#now, this.#wireFree)
    this.#wireFree = start + bytes * this.#byte
    this.#sent += bytes
    if (this.#sent - this.#sentAtRequest >= this.#askEvery && this.#requestAt === undefined) this.#ask()
    return start
  }

  /** Records that the plotter has read `read` bytes at `from` and is busy until `until`. */
  record(read: number, from: number, until: number): void {
    this.#operations.push({ read, from, until })
  }

  #ask(): void {
    this.#wireFree = Math.max(this.#now, this.#wireFree) + ASK_BYTES * this.#byte
    this.#requestAt = this.#wireFree
    this.#sentAtRequest = this.#sent
  }

  #receiveAnswer(): void {
    const requestAt = this.#requestAt
    if (requestAt === undefined || requestAt + ANSWER_BYTES * this.#byte > this.#now) return
    this.#requestAt = undefined
    for (
      let next = this.#operations[this.#nextIndex];
      next && next.from <= requestAt;
      next = this.#operations[++this.#nextIndex]
    ) {
      this.#lastBegun = next
    }
    const { read, until } = this.#lastBegun
    // The answer tells the state at the arrival of the request. During an operation the plotter reads no further.
    this.#consumed = Math.max(this.#consumed, until <= requestAt ? this.#sentAtRequest : read)
  }
}
