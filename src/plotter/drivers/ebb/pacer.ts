import { type Clock, sleep } from '../../link/clock.ts'

/** A command is sent this long before there is room for it, so that the board need not wait for it, ms. */
const LEAD_MS = 2

/** Enough motion on the board to bridge any pause of this process; more would only be more to stop, ms. */
const AHEAD_MS = 400

/**
 * Knows, without asking, when the board has room. It reckons each command to end as early as it can: the command
 * cannot start before it is sent, nor before the one ahead of it ends. Reckoning early can only make the board hold
 * a command for a moment; reckoning late would starve it.
 *
 * One command executes and `depth` wait in the FIFO. A further one would block the board's parser, and with it ES.
 */
export class Pacer {
  readonly #clock: Clock
  readonly #ends: number[] = []
  depth = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when one more command may be sent. */
  async room(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const now = this.#clock.now()
      while (this.#ends.length > 0 && (this.#ends[0] ?? 0) <= now + LEAD_MS) this.#ends.shift()
      const enough = this.#ends.length >= 2 && this.remainingMs > AHEAD_MS
      if (this.#ends.length <= this.depth && !enough) return
      await sleep(this.#clock, Math.max(0.04, (this.#ends[0] ?? now) - now - LEAD_MS), signal)
    }
  }

  /** A command that takes `ms` is being sent now. */
  sent(ms: number): void {
    this.#ends.push(Math.max(this.#clock.now(), this.#ends.at(-1) ?? 0) + ms)
  }

  /** How long the board will be busy, as far as is known. */
  get remainingMs(): number {
    return Math.max(0, (this.#ends.at(-1) ?? 0) - this.#clock.now())
  }

  clear(): void {
    this.#ends.length = 0
  }
}
