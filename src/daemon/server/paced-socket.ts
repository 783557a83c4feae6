import { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** In one turn of the event loop, no reader begins a step after this time, ms. Each turn pays back as much of a longer step. */
const READ_MS = 2

/**
 * Shares the time of each turn of the event loop among all sockets that read. One step of reading cannot be divided: with
 * the last bytes of a long message, `ws` unmasks all of it. The next turns have less time by what such a step takes too much.
 */
export class Pacer {
  readonly #waiting: (() => void)[] = []
  readonly #now: () => number
  /** ms of reading that no turn has paid back. */
  #spent = 0
  #isPayingBack = false

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Runs a step in the next turn or a later one, in the order of the calls. The answers to a step come before the next step. */
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
    const begun = this.#now()
    step?.()
    this.#spent += this.#now() - begun
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

/** Bytes of one step of reading. They hold fewer calls than may wait for their answers. */
const READ_BYTES = 2048
/** Bytes of several writes that are copied into one. */
const JOINED_BYTES = 65_536

/**
 * A socket whose bytes come as a pacer allows. What it writes after `gather` leaves together, so that many short answers
 * take one system call.
 */
export class PacedSocket extends Duplex {
  readonly #raw: Duplex
  readonly #pacer: Pacer
  #isWanted = false
  #isGone = false

  constructor(raw: Duplex, pacer: Pacer) {
    super({ readableHighWaterMark: 1 }) // what is read goes on at once
    this.#raw = raw
    this.#pacer = pacer
    if (raw instanceof Socket) raw.setTimeout(0).setNoDelay()
    raw.on('readable', () => this.#readLater())
    raw.on('end', () => this.push(null))
    raw.on('error', (error) => this.destroy(error))
    raw.on('close', () => this.destroy())
  }

  /**
   * When a socket closes, `ws` reads all bytes that are left, of all closed sockets in one turn. It gets none here: the
   * client has left, and waits for no answer.
   */
  override read(size?: number): unknown {
    if (!this.#isGone) return super.read(size)
    return size === undefined || size === 0 ? null : NOTHING
  }

  override _read(): void {
    this.#isWanted = true
    this.#readLater()
  }

  /** Keeps what is written in one buffer until the code of this turn has run, or until `flush`. */
  gather(): void {
    if (this.writableCorked > 0) return
    this.cork()
    process.nextTick(() => this.uncork())
  }

  /** Writes what was gathered. */
  flush(): void {
    this.uncork()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#written(done, (last) => this.#raw.write(chunk, last))
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#written(done, (last) => {
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
  #written(done: (error?: Error | null) => void, write: (last: (error?: Error | null) => void) => void): void {
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
    if (this.#raw.readableLength === 0)
      this.#raw.read() // there is nothing, or the end
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
