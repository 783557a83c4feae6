import { Refusal } from './ipp/codes.ts'

/** A sender below this rate is slow, bytes/s. */
const SLOW = 64 * 1024
/** A slow sender may lose its place after this time, ms. */
const GRACE_MS = 10_000
/** A fast sender, too, may lose its place after this time, ms. */
const LONGEST_MS = 120_000

export interface DocumentPlace {
  count(bytes: number): void
  leave(): void
}

interface Transfer {
  readonly beganAt: number
  readonly drop: () => void
  bytes: number
}

/**
 * Places for the documents that the printer receives at the same time. When no place is free, a new document takes the
 * place of the slowest sender that may lose its place. So a slow sender cannot block the printer.
 */
export class DocumentPlaces {
  readonly #most: number
  readonly #now: () => number
  readonly #transfers = new Set<Transfer>()

  constructor(most: number, now: () => number = () => performance.now()) {
    this.#most = most
    this.#now = now
  }

  /** Takes a place. @param drop  called when the document loses its place to a new one @throws Refusal `busy` */
  take(drop: () => void): DocumentPlace {
    const now = this.#now()
    if (this.#transfers.size >= this.#most) {
      const slowest = this.#slowest(now)
      if (slowest === undefined) throw new Refusal('busy', `plotd receives ${this.#most} documents already: try again`)
      this.#transfers.delete(slowest)
      slowest.drop()
    }
    const transfer: Transfer = { beganAt: now, drop, bytes: 0 }
    this.#transfers.add(transfer)
    return {
      count: (bytes) => {
        transfer.bytes += bytes
      },
      leave: () => void this.#transfers.delete(transfer),
    }
  }

  /** The slowest of the documents that may lose their places. */
  #slowest(now: number): Transfer | undefined {
    const rate = ({ beganAt, bytes }: Transfer): number => (1000 * bytes) / (now - beganAt)
    const candidates = [...this.#transfers].filter((transfer) => {
      const age = now - transfer.beganAt
      return age >= LONGEST_MS || (age >= GRACE_MS && rate(transfer) < SLOW)
    })
    return candidates.sort((a, b) => rate(a) - rate(b))[0]
  }
}
