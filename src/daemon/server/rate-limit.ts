import { PlotdError } from '../../errors.ts'

/** Bytes in and out that cost as much as a call. */
const BYTES_A_CALL = 8192

/** What bytes cost, in calls. */
export const costOf = (bytes: number): number => bytes / BYTES_A_CALL

/**
 * A token bucket. It is filled with `rate` a second and holds twice that. What is taken is the cost of the work, in calls:
 * a call costs 1, bytes cost by their number, and a method that looks at all jobs costs more (`cost` in METHODS).
 */
export class Bucket {
  readonly #rate: number
  #level: number
  #at: number

  constructor(rate: number, now: number) {
    this.#rate = rate
    this.#level = 2 * rate
    this.#at = now
  }

  /** @param now  ms of a clock that never goes back */
  take(now: number): boolean {
    this.#level = Math.min(2 * this.#rate, this.#level + ((now - this.#at) * this.#rate) / 1000)
    this.#at = now
    if (this.#level < 1) return false
    this.#level--
    return true
  }

  /** Paid before the next call is let through: so one message may cost more than the bucket holds, and the average holds. */
  owe(cost: number): void {
    this.#level -= cost
  }

  get refusal(): PlotdError {
    const message = `more than ${this.#rate} calls a second, or less of what costs more: try again later`
    return new PlotdError('ERR_LIMIT', message, { limit: 'messagesPerSecond', rate: this.#rate })
  }
}
