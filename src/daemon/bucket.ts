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
}
