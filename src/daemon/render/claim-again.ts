import { RETRY_MS } from './end-claim.ts'

/** Longest wait after failed claims, ms. */
const LONGEST_MS = 60_000

/**
 * Runs rounds of claims. After a round that failed, waits and calls `wake`. Without this call, perhaps no event would
 * start the next round, for example after the database was full for a moment. The wait doubles with each failure in a
 * row.
 */
export class ClaimAgain {
  readonly #wake: () => unknown
  readonly #onError: (error: unknown) => void
  #waitMs = RETRY_MS
  #timer: NodeJS.Timeout | undefined

  constructor(wake: () => unknown, onError: (error: unknown) => void) {
    this.#wake = wake
    this.#onError = onError
  }

  async run(claim: () => Promise<void>): Promise<void> {
    try {
      await claim()
      this.#waitMs = RETRY_MS
    } catch (error) {
      this.#onError(error)
      clearTimeout(this.#timer)
      this.#timer = setTimeout(this.#wake, this.#waitMs).unref()
      this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_MS)
    }
  }
}
