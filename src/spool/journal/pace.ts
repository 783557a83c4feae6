import type { DiskFile } from './disk.ts'

/** ms. A disk whose writes take less on average may be waited for on the main thread. */
const QUICK_MS = 1
/** ms. One write that takes longer than this sends everything back to the threads at once. */
const STALL_MS = 10
/** Writes that the average looks back on, more or less. */
const MEMORY = 16
/** ms. How long the threads are kept to after a stall; doubled with each, up to the longest. */
const PENANCE_MS = 100
const LONGEST_PENANCE_MS = 60_000
/** A frame longer than this is never written on the main thread. */
const LARGEST_BYTES = 256 << 10

/** After a thread's write during which nothing else came, so many are made on the main thread before it is tried again. */
const ALONE = 128

/**
 * Decides who writes a frame: the main thread, which spares the way through libuv's threads (20 µs and more) and holds
 * up the event loop while the disk works, or such a thread. The main thread does it only while the disk has lately been
 * quick, while nothing that must not be held up is going on, and while there is nothing else to do meanwhile: where
 * everybody waits for the frame, the loop has nothing to lose.
 */
export class Pace {
  /** Whether the event loop must not be held up at all: a pen is drawing. */
  isPatient: () => boolean = () => false
  /** Whether something more is to be written already. */
  hasMore: () => boolean = () => false
  readonly #now: () => number
  #average: number
  /** The shortest of the writes by threads since the average was last set, and how many there were at all. */
  #shortest = Number.POSITIVE_INFINITY
  #byThreads = 0
  #threadsUntil = 0
  #penance = PENANCE_MS
  /** Frames until a thread is tried again. */
  #alone = ALONE

  /**
   * @param now      ms of a clock that never goes back
   * @param average  what a write may be expected to take, ms, until it is known
   */
  constructor(now: () => number = () => performance.now(), average = 2 * QUICK_MS) {
    this.#now = now
    this.#average = average
  }

  /** Whether writes have lately taken little time. */
  get isQuick(): boolean {
    return this.#average < QUICK_MS
  }

  /** Whether the main thread may write a frame of that many bytes. */
  mayHold(bytes: number): boolean {
    if (this.#alone === 0 || !this.isQuick || bytes > LARGEST_BYTES || this.isPatient()) return false
    return this.#now() >= this.#threadsUntil
  }

  /** Does a write, here or on a thread, and remembers how long it took. */
  async write(file: Pick<DiskFile, 'write' | 'writeNow'>, bytes: Uint8Array, at: number): Promise<void> {
    const isHere = this.mayHold(bytes.length)
    const start = this.#now()
    if (isHere) {
      file.writeNow(bytes, at)
      this.#alone--
      this.#tookHere(this.#now() - start)
    } else {
      await file.write(bytes, at)
      this.#alone = this.hasMore() ? 0 : ALONE
      if (bytes.length <= LARGEST_BYTES) this.#tookThread(this.#now() - start)
    }
  }

  #tookHere(ms: number): void {
    this.#average += (ms - this.#average) / MEMORY
    if (ms > STALL_MS) {
      this.#threadsUntil = this.#now() + this.#penance
      this.#penance = Math.min(2 * this.#penance, LONGEST_PENANCE_MS)
    } else if (ms < QUICK_MS) this.#penance = Math.max(PENANCE_MS, this.#penance * EASING)
  }

  /** Of a thread's write it is known when the event loop came to hear of it, so of several only the shortest tells. */
  #tookThread(ms: number): void {
    this.#shortest = Math.min(this.#shortest, ms)
    if (++this.#byThreads % MEMORY > 0) return
    this.#average = this.#shortest
    this.#shortest = Number.POSITIVE_INFINITY
  }
}

/** A thousand quick writes in a row more than halve the penance. */
const EASING = 0.999
