import { Refusal } from './ipp/codes.ts'

/** A sender gets so long before it must make room, ms; and so long when it is not slow. */
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
  readonly begun: number
  readonly drop: () => void
  bytes: number
}

/**
 * Places for documents that are received at a time. When all are taken, a new document has the place of the slowest sender,
 * if that is slow or has had its time: so nobody keeps others from printing by sending slowly.
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
    const taken: Taken = { begun: now, drop, bytes: 0 }
    this.#taken.add(taken)
    return {
      came: (bytes) => {
        taken.bytes += bytes
      },
      leave: () => void this.#taken.delete(taken),
    }
  }

  /** Of those that may be dropped. */
  #slowest(now: number): Taken | undefined {
    const rate = ({ begun, bytes }: Taken): number => (1000 * bytes) / (now - begun)
    const may = [...this.#taken].filter((each) => {
      const age = now - each.begun
      return age >= LONGEST_MS || (age >= GRACE_MS && rate(each) < SLOW)
    })
    return may.sort((a, b) => rate(a) - rate(b))[0]
  }
}
