import { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/**
 * The time for reading in one turn of the event loop, ms. When the steps of a turn have taken this time, the next step
 * waits for a later turn.
 */
const READ_MS = 2

/**
 * Divides the time of each turn of the event loop among all sockets that read. One step of reading cannot be divided:
 * when the last bytes of a message arrive, `ws` unmasks the whole message. When such a step takes too long, the next
 * turns have less time.
 */
export class Pacer {
  readonly #waiting: (() => void)[] = []
  readonly #now: () => number
  /** Time of past reading that is still to be deducted from later turns, ms. */
  #spent = 0
  #isPayingBack = false

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /**
   * Runs a step in the next turn of the event loop, or in a later turn, in the order of the calls. Before the
   * next step runs, the daemon sends the answers that are ready.
   */
  take(step: () => void): void {
    this.#waiting.push(step)
    setImmediate(this.#next)
  }

  readonly #next = (): void => {
    if (this.#spent >= READ_MS) {
      setImmediate(this.#next)
      return
    }
    const step = this.#waiting.shift()
    const start = this.#now()
    step?.()
    this.#spent += this.#now() - start
    if (this.#isPayingBack || this.#spent === 0) return
    this.#isPayingBack = true
    setImmediate(this.#payBack)
  }

  readonly #payBack = (): void => {
    this.#spent = Math.max(0, this.#spent - READ_MS)
    this.#isPayingBack = this.#spent > 0
    if (this.#isPayingBack) setImmediate(this.#payBack)
  }
}

const NOTHING = Buffer.alloc(0)

/**
 * Maximum size of one step of reading, bytes. One step has fewer messages than a client may have unanswered by default
 * (`limits.batch`).
 */
const READ_BYTES = 3072
/** Up to this number of bytes, several writes become one. */
const JOINED_BYTES = 65_536

/**
 * A socket that reads when a pacer allows. After `gather` the socket sends all writes of the turn together, so that
 * many short answers take one system call.
 */
export class PacedSocket extends Duplex {
  readonly #raw: Duplex
  readonly #pacer: Pacer
  #isWanted = false
  #isGone = false

  constructor(raw: Duplex, pacer: Pacer) {
    // The stream reads nothing ahead.
    super({ readableHighWaterMark: 1 })
    this.#raw = raw
    this.#pacer = pacer
    if (raw instanceof Socket) raw.setTimeout(0).setNoDelay()
    raw.on('readable', () => this.#readLater())
    raw.on('end', () => this.push(null))
    raw.on('error', (error) => this.destroy(error))
    raw.on('close', () => this.destroy())
  }

  /**
   * Returns nothing after the socket has closed. Otherwise `ws` would read the remaining bytes of all closed sockets in
   * one turn, although their clients wait for no answer.
   */
  override read(size?: number): unknown {
    if (!this.#isGone) return super.read(size)
    return size === undefined || size === 0 ? null : NOTHING
  }

  override _read(): void {
    this.#isWanted = true
    this.#readLater()
  }

  /** Keeps all writes in one buffer until the code of this turn has run, or until `flush`. */
  gather(): void {
    if (this.writableCorked > 0) return
    this.cork()
    process.nextTick(() => this.uncork())
  }

  /** Sends the writes since `gather`. */
  flush(): void {
    this.uncork()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#writeRaw(done, (last) => this.#raw.write(chunk, last))
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#writeRaw(done, (last) => {
      if (this.writableLength <= JOINED_BYTES) {
        this.#raw.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), last)
        return
      }
      this.#raw.cork()
      for (const [i, { chunk }] of chunks.entries()) this.#raw.write(chunk, i === chunks.length - 1 ? last : undefined)
      this.#raw.uncork()
    })
  }

  /** Calls `done` at once when the system took the bytes, so that they do not count as buffered. */
  #writeRaw(done: (error?: Error | null) => void, write: (last: (error?: Error | null) => void) => void): void {
    let isDone = false
    const once = (error?: Error | null): void => {
      if (!isDone) done(error)
      isDone = true
    }
    write(once)
    if (this.#raw.writableLength === 0 && !this.#raw.destroyed) once()
  }

  override _final(done: () => void): void {
    this.#raw.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#isGone = true
    this.#raw.destroy()
    done(error)
  }

  #readLater(): void {
    // When no bytes are buffered, this `read` lets the socket report its end.
    if (this.#raw.readableLength === 0) this.#raw.read()
    else if (this.#isWanted && !this.#isGone) this.#read()
  }

  #read(): void {
    this.#isWanted = false
    this.#pacer.take(() => {
      const bytes = this.#raw.readableLength > READ_BYTES ? READ_BYTES : undefined
      const chunk: unknown = this.#isGone ? null : this.#raw.read(bytes)
      if (chunk === null) this.#isWanted = true
      else this.push(chunk)
    })
  }
}
