import { PlotdError } from '../../errors.ts'

/** A token bucket: `rate` a second on average, twice that at once. */
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

  /** Paid before the next is let through: so a batch may be larger than what there is, and the average holds. */
  owe(count: number): void {
    this.#level -= count
  }

  get refusal(): PlotdError {
    const message = `more than ${this.#rate} calls a second`
    return new PlotdError('ERR_LIMIT', message, { limit: 'messagesPerSecond', rate: this.#rate })
  }
}
