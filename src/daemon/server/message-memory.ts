import { PlotdError } from '../../errors.ts'
import type { Identity } from '../auth/index.ts'
import type { Config } from '../config/schema.ts'

/** The limit of all tokens together, as a multiple of the limit of one token. */
const TOKENS = 4

/** Each further part of an incomplete message counts as at least this many bytes: its buffer takes memory, too. */
const PART = 200

/** Counts the memory that the messages of one connection, or of one HTTP request, take. */
export interface ConnectionMemory {
  /** Counts bytes of an incomplete message. A negative number subtracts the bytes of a ping or pong. */
  receive(bytes: number): void
  /**
   * To be called when a message is complete.
   *
   * @param bytes  of the whole message
   * @throws PlotdError ERR_LIMIT when incomplete messages and messages without an answer hold too many bytes
   */
  complete(bytes: number): void
  /** To be called when the server refuses a complete message. */
  discard(): void
  /** To be called when a message has its answer. */
  release(bytes: number): void
  /** To be called when the connection or the HTTP request has ended. */
  close(): void
}

/** Bytes that all connections of one token or page session hold. */
interface Total {
  bytes: number
}

interface Connection {
  readonly total: Total
  readonly drop: (why: PlotdError) => void
  /** Bytes of the incomplete message. */
  incomplete: number
  /** Bytes of the complete messages without an answer. */
  complete: number
}

/**
 * Limits the memory that messages take until they have their answer. One limit is for each token or page session, over
 * all its connections. Another limit is for all tokens and sessions together. At a limit this class drops the oldest
 * incomplete message, because an honest client sends a message without pauses.
 */
export class MessageMemory {
  /** Maximum number of bytes of one token. */
  readonly #most: number
  readonly #totals = new WeakMap<Identity, Total>()
  #ofAll = 0
  /** The connections with an incomplete message, the oldest first. */
  readonly #incomplete = new Set<Connection>()

  constructor({ heldBytes, messageBytes }: Config['limits']) {
    this.#most = Math.max(heldBytes, messageBytes)
  }

  /** @param drop  called when the incomplete message of the connection must be dropped */
  open(identity: Identity, drop: (why: PlotdError) => void): ConnectionMemory {
    const total = this.#totals.get(identity) ?? { bytes: 0 }
    this.#totals.set(identity, total)
    const connection: Connection = { total, drop, incomplete: 0, complete: 0 }
    let isClosed = false
    return {
      receive: (bytes) => {
        const counted = bytes > 0 && connection.incomplete > 0 ? Math.max(bytes, PART) : bytes
        connection.incomplete += counted
        this.#add(total, counted)
        if (connection.incomplete > 0) this.#incomplete.add(connection)
        // One read may hold the end of a message and a ping. `complete` then removes the bytes of both from the count.
        // The negative number for the ping makes `connection.incomplete` negative, and `#forget` sets it to 0.
        else this.#forget(connection)
        this.#makeRoom(total)
      },
      complete: (bytes) => {
        this.#forget(connection)
        if (this.#isFull(total, bytes)) throw this.#refusal()
        connection.complete += bytes
        this.#add(total, bytes)
      },
      discard: () => this.#forget(connection),
      release: (bytes) => {
        if (isClosed) return
        connection.complete -= bytes
        this.#add(total, -bytes)
      },
      close: () => {
        isClosed = true
        this.#forget(connection)
        this.#add(total, -connection.complete)
        connection.complete = 0
      },
    }
  }

  #forget(connection: Connection): void {
    this.#incomplete.delete(connection)
    this.#add(connection.total, -connection.incomplete)
    connection.incomplete = 0
  }

  #add(total: Total, bytes: number): void {
    total.bytes += bytes
    this.#ofAll += bytes
  }

  #isFull(total: Total, more = 0): boolean {
    return total.bytes + more > this.#most || this.#ofAll + more > TOKENS * this.#most
  }

  #makeRoom(total: Total): void {
    while (this.#isFull(total)) {
      const isTokenFull = total.bytes > this.#most
      const oldest = this.#oldest((connection) => !isTokenFull || connection.total === total)
      if (oldest === undefined) return
      this.#forget(oldest)
      oldest.drop(this.#refusal())
    }
  }

  #oldest(isCandidate: (connection: Connection) => boolean): Connection | undefined {
    for (const connection of this.#incomplete) if (isCandidate(connection)) return connection
    return undefined
  }

  #refusal(): PlotdError {
    const bounds = `at most ${this.#most} bytes for one token, and ${TOKENS * this.#most} bytes for all tokens`
    const message = `the unfinished and unanswered messages may hold ${bounds}: send each message without pauses`
    return new PlotdError('ERR_LIMIT', message, { limit: 'heldBytes', most: this.#most })
  }
}
