import type { HpglOptions } from '../profiles/profile.ts'

const BITS_PER_BYTE = 10

/**
 * Kept free in the plotter's buffer: a byte or two of caution; and where the port holds back whoever fills the buffer, more
 * than the plotter wants free (80 bytes), or it would hold back our questions too.
 */
const RESERVE = { ask: 16, 'xon-xoff': 96, hardware: 96 } as const

/** More is sent when what is on the wire takes no longer than this, ms: a stop has to wait behind it. */
export const WIRE_MS = 150
/** A buffer that was found full is asked about again after so long, ms. */
export const POLL_MS = 40
/** What asks for the room, and what is answered with how late an answer is, bytes. */
export const ASK_BYTES = 3
const ANSWER_BYTES = 5

/** Bytes of the buffer that are used. */
export const usable = ({ bufferBytes, flow }: HpglOptions): number => bufferBytes - RESERVE[flow]

/** Longest instruction that is sent, bytes: a part of the buffer, so that streaming never stalls. */
export const longestPart = ({ bufferBytes }: HpglOptions): number => Math.min(120, Math.floor(bufferBytes / 4))

/**
 * The room in the buffer is asked for when so many bytes have been sent since: not after every part, as one question at a
 * time is under way, and the next would then come last on the wire, which would run dry before it is answered.
 */
export const askEvery = (options: HpglOptions): number =>
  Math.min(256, Math.max(options.bufferBytes / 6, 1.5 * longestPart(options)))

/** Seconds that a byte takes on the wire. */
export const byteSeconds = ({ baudRate }: HpglOptions): number => BITS_PER_BYTE / baudRate

/** Something that the plotter does: it had read so many bytes when it began. */
interface Deed {
  readonly read: number
  readonly from: number
  readonly until: number
}

/**
 * One stroke's bytes on the way to a plotter, as the driver sends them: never more than fits by what was last heard of the
 * buffer, and the wire never filled far ahead. Times in seconds from when the stroke begins to be sent.
 */
export class HpglFeed {
  readonly #byte: number
  readonly #usable: number
  readonly #askEvery: number
  /** When the wire is free, and when the driver goes on. */
  #wireFree = 0
  #now = 0
  #sent = 0
  #gone = 0
  #asked = 0
  /** When the question that is under way arrives. */
  #question: number | undefined
  #deeds: Deed[] = []
  #deed: Deed = { read: 0, from: 0, until: 0 }
  #heard = 0

  constructor(options: HpglOptions) {
    this.#byte = byteSeconds(options)
    this.#usable = usable(options)
    this.#askEvery = askEvery(options)
  }

  /** Bytes sent so far. */
  get sent(): number {
    return this.#sent
  }

  /** @returns when the first of so many bytes goes on the wire */
  send(bytes: number): number {
    this.#now = Math.max(this.#now, this.#wireFree - WIRE_MS / 1000)
    this.#hear()
    const full = () => this.#sent - this.#gone + bytes > this.#usable
    while (full()) {
      if (this.#question === undefined) this.#ask()
      this.#now = Math.max(this.#now, (this.#question ?? 0) + ANSWER_BYTES * this.#byte)
      this.#hear()
      if (full()) this.#now += POLL_MS / 1000
    }
    const start = Math.max(this.#now, this.#wireFree)
    this.#wireFree = start + bytes * this.#byte
    this.#sent += bytes
    if (this.#sent - this.#asked >= this.#askEvery && this.#question === undefined) this.#ask()
    return start
  }

  /** The plotter reads up to that byte at `from`, and is busy with it until `until`. */
  does(read: number, from: number, until: number): void {
    this.#deeds.push({ read, from, until })
  }

  #ask(): void {
    this.#wireFree = Math.max(this.#now, this.#wireFree) + ASK_BYTES * this.#byte
    this.#question = this.#wireFree
    this.#asked = this.#sent
  }

  #hear(): void {
    const at = this.#question
    if (at === undefined || at + ANSWER_BYTES * this.#byte > this.#now) return
    this.#question = undefined
    for (let next = this.#deeds[this.#heard]; next && next.from <= at; next = this.#deeds[++this.#heard]) {
      this.#deed = next
    }
    const { read, until } = this.#deed
    this.#gone = Math.max(this.#gone, until <= at ? this.#asked : read)
  }
}
