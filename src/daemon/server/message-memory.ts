import { PlotdError } from '../../errors.ts'
import type { Identity } from '../auth/index.ts'
import type { Config } from '../config/schema.ts'

/** Limit of all tokens together, as a multiple of the limit of one token. */
const TOKENS = 4

/** Counts the memory that the messages of one connection, or of one HTTP request, take. */
export interface ConnectionMemory {
  /** A part of a message arrived. A negative number takes back bytes that were counted and belong to no message. */
  receive(bytes: number): void
  /** The message is complete, and its answer begins. @throws PlotdError ERR_LIMIT when too many messages wait for an answer */
  complete(bytes: number): void
  /** The message is complete, and the server does not keep it. */
  discard(): void
  /** The message has its answer. */
  release(bytes: number): void
  /** The connection has ended. */
  close(): void
}

interface Share {
  readonly identity: Identity
  readonly drop: (why: PlotdError) => void
  /** Bytes of the incomplete message. */
  half: number
  /** Bytes of the messages without an answer. */
  whole: number
}

/**
 * Bounds the memory that messages take until they have their answer: for each token over all its connections, and for all
 * tokens together. At the bound the oldest incomplete message is dropped, since an honest client sends its message in one go.
 */
export class MessageMemory {
  readonly #most: number
  readonly #ofToken = new Map<Identity, number>()
  #ofAll = 0
  /** The connections with an incomplete message, the oldest first. */
  readonly #halfSent = new Set<Share>()

  constructor({ heldBytes, messageBytes }: Config['limits']) {
    this.#most = Math.max(heldBytes, messageBytes)
  }

  /** @param drop  called when the incomplete message of the connection must go */
  open(identity: Identity, drop: (why: PlotdError) => void): ConnectionMemory {
    const share: Share = { identity, drop, half: 0, whole: 0 }
    let isClosed = false
    return {
      receive: (bytes) => {
        share.half += bytes
        this.#add(identity, bytes)
        if (share.half > 0) this.#halfSent.add(share)
        else this.#forget(share) // a complete message in the same part was subtracted before
        this.#makeRoom(identity)
      },
      complete: (bytes) => {
        this.#forget(share)
        if (this.#isFull(identity, bytes)) throw this.#refusal()
        share.whole += bytes
        this.#add(identity, bytes)
      },
      discard: () => this.#forget(share),
      release: (bytes) => {
        if (isClosed) return
        share.whole -= bytes
        this.#add(identity, -bytes)
      },
      close: () => {
        isClosed = true
        this.#forget(share)
        this.#add(identity, -share.whole)
        share.whole = 0
      },
    }
  }

  #forget(share: Share): void {
    this.#halfSent.delete(share)
    this.#add(share.identity, -share.half)
    share.half = 0
  }

  #add(identity: Identity, bytes: number): void {
    const sum = (this.#ofToken.get(identity) ?? 0) + bytes
    if (sum > 0) this.#ofToken.set(identity, sum)
    else this.#ofToken.delete(identity)
    this.#ofAll += bytes
  }

  #isFull(identity: Identity, more = 0): boolean {
    return (this.#ofToken.get(identity) ?? 0) + more > this.#most || this.#ofAll + more > TOKENS * this.#most
  }

  #makeRoom(identity: Identity): void {
    while (this.#isFull(identity)) {
      const ofToken = (this.#ofToken.get(identity) ?? 0) > this.#most
      const oldest = this.#oldest((share) => !ofToken || share.identity === identity)
      if (oldest === undefined) return
      this.#forget(oldest)
      oldest.drop(this.#refusal())
    }
  }

  #oldest(isMeant: (share: Share) => boolean): Share | undefined {
    for (const share of this.#halfSent) if (isMeant(share)) return share
    return undefined
  }

  #refusal(): PlotdError {
    const message = `the messages of a token that are not complete or not answered hold at most ${this.#most} bytes: send each in one go`
    return new PlotdError('ERR_LIMIT', message, { limit: 'heldBytes', most: this.#most })
  }
}
