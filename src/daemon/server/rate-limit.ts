import { PlotdError } from '../../errors.ts'

/** The number of bytes, in or out, that cost as much as one call. */
const BYTES_A_CALL = 8192

/** The cost of bytes, in calls. */
export const costOf = (bytes: number): number => bytes / BYTES_A_CALL

/**
 * A token bucket, which gains `rate` calls a second, and holds at most twice that number. Work takes its cost from the
 * bucket, in calls. A usual call costs 1, bytes cost by their number, and some methods cost more (`cost` in METHODS).
 */
export class Bucket {
  readonly #rate: number
  #level: number
  #updatedAt: number

  constructor(rate: number, now: number) {
    this.#rate = rate
    this.#level = 2 * rate
    this.#updatedAt = now
  }

  /**
   * Takes the cost of one call.
   *
   * @param now  ms of a clock that never goes back
   * @returns    false when the bucket holds less than one call
   */
  take(now: number): boolean {
    this.#level = Math.min(2 * this.#rate, this.#level + ((now - this.#updatedAt) * this.#rate) / 1000)
    this.#updatedAt = now
    if (this.#level < 1) return false
    this.#level--
    return true
  }

  /** Whether the level is below 0, because costs were more than the bucket held. */
  get isInDebt(): boolean {
    return this.#level < 0
  }

  /** Takes a cost that may exceed the level of the bucket. `take` refuses calls until the level is at least 1 again. */
  owe(cost: number): void {
    this.#level -= cost
  }

  get refusal(): PlotdError {
    const message = `more than ${this.#rate} calls a second, or fewer calls of a higher cost: try again later`
    return new PlotdError('ERR_LIMIT', message, { limit: 'messagesPerSecond', rate: this.#rate })
  }
}
