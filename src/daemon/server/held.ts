import { PlotdError } from '../../errors.ts'
import type { Identity } from '../auth/index.ts'
import type { Config } from '../config/schema.ts'

/** All tokens together may hold so many times what one may. */
const TOKENS = 4

/** What one connection, or one request over HTTP, holds in memory. */
export interface Holding {
  /** Part of a message came. The bytes are negative for those that were counted and are no part of a message. */
  came(bytes: number): void
  /** The message is complete, and is being answered. @throws PlotdError ERR_LIMIT when too much is being answered already */
  complete(bytes: number): void
  /** The message is complete, and is not kept. */
  refused(): void
  answered(bytes: number): void
  /** The connection has ended. */
  leave(): void
}

interface Held {
  readonly identity: Identity
  readonly drop: (why: PlotdError) => void
  /** Bytes of a message that is not complete. */
  half: number
  /** Bytes of messages that are not answered. */
  whole: number
}

/**
 * Bounds the memory that messages of one token, and of all, take before they are answered, over all their connections.
 * When it is full, the oldest incomplete message makes room: a client that means it sends its message in one go.
 */
export class HeldMessages {
  readonly #most: number
  readonly #ofToken = new Map<Identity, number>()
  #ofAll = 0
  /** Those with an incomplete message, the oldest first. */
  readonly #halfSent = new Set<Held>()

  constructor({ heldBytes, messageBytes }: Config['limits']) {
    this.#most = Math.max(heldBytes, messageBytes)
  }

  /** @param drop  called when its incomplete message must make room */
  join(identity: Identity, drop: (why: PlotdError) => void): Holding {
    const held: Held = { identity, drop, half: 0, whole: 0 }
    let left = false
    return {
      came: (bytes) => {
        held.half += bytes
        this.#add(identity, bytes)
        if (held.half > 0) this.#halfSent.add(held)
        else this.#forget(held) // a complete message in the same part has taken these bytes away already
        this.#makeRoom(identity)
      },
      complete: (bytes) => {
        this.#forget(held)
        if (this.#isFull(identity, bytes)) throw this.#refusal()
        held.whole += bytes
        this.#add(identity, bytes)
      },
      refused: () => this.#forget(held),
      answered: (bytes) => {
        if (left) return
        held.whole -= bytes
        this.#add(identity, -bytes)
      },
      leave: () => {
        left = true
        this.#forget(held)
        this.#add(identity, -held.whole)
        held.whole = 0
      },
    }
  }

  #forget(held: Held): void {
    this.#halfSent.delete(held)
    this.#add(held.identity, -held.half)
    held.half = 0
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
      const oldest = this.#oldest((held) => !ofToken || held.identity === identity)
      if (oldest === undefined) return
      this.#forget(oldest)
      oldest.drop(this.#refusal())
    }
  }

  #oldest(isMeant: (held: Held) => boolean): Held | undefined {
    for (const held of this.#halfSent) if (isMeant(held)) return held
    return undefined
  }

  #refusal(): PlotdError {
    const message = `the messages of a token that are not complete or not answered hold at most ${this.#most} bytes: send each in one go`
    return new PlotdError('ERR_LIMIT', message, { limit: 'heldBytes', most: this.#most })
  }
}
