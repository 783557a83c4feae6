import { Refusal } from './ipp/codes.ts'

/** Time before a slow sender must make room, and before any other sender must, ms. */
const GRACE_MS = 10_000
const LONGEST_MS = 120_000
/** Below this a sender is slow, bytes a second. */
const SLOW = 64 * 1024

/** A document that is being received. */
export interface DocumentPlace {
  came(bytes: number): void
  leave(): void
}

interface Taken {
  readonly beganAt: number
  readonly drop: () => void
  bytes: number
}

/**
 * Places for documents that are received at a time. When all are taken, a new document gets the place of the slowest sender, if
 * that one is slow or its time is over. So a slow sender cannot block the printer.
 */
export class DocumentPlaces {
  readonly #most: number
  readonly #now: () => number
  readonly #taken = new Set<Taken>()

  constructor(most: number, now: () => number = () => performance.now()) {
    this.#most = most
    this.#now = now
  }

  /** @param drop  called when it must make room @throws Refusal busy */
  take(drop: () => void): DocumentPlace {
    const now = this.#now()
    if (this.#taken.size >= this.#most) {
      const slowest = this.#slowest(now)
      if (slowest === undefined) throw new Refusal('busy', `${this.#most} documents are being received: try again`)
      this.#taken.delete(slowest)
      slowest.drop()
    }
    const place: Taken = { beganAt: now, drop, bytes: 0 }
    this.#taken.add(place)
    return {
      came: (bytes) => {
        place.bytes += bytes
      },
      leave: () => void this.#taken.delete(place),
    }
  }

  /** The slowest of the documents that may be dropped. */
  #slowest(now: number): Taken | undefined {
    const rate = ({ beganAt, bytes }: Taken): number => (1000 * bytes) / (now - beganAt)
    const may = [...this.#taken].filter((entry) => {
      const age = now - entry.beganAt
      return age >= LONGEST_MS || (age >= GRACE_MS && rate(entry) < SLOW)
    })
    return may.sort((a, b) => rate(a) - rate(b))[0]
  }
}
