import { type Clock, sleep } from '../../link/clock.ts'

/**
 * plotd sends a command this long before the board has room for it, ms. Otherwise the board would wait for commands.
 */
const LEAD_MS = 2

/**
 * While the board has two commands or more, with more motion than this, ms, plotd sends no further command. So much
 * motion bridges an interruption of plotd's process. More motion would delay a pause of the plot.
 */
const AHEAD_MS = 400

/**
 * Computes when the board has room, without a query. It assumes the earliest end of each command: a command starts when
 * it is sent, or when the command before it ends, whichever is later. If an estimate is too early, a command waits on
 * the board for a moment. If an estimate were too late, the board's queue would run empty.
 *
 * One command executes and `depth` commands wait in the FIFO. A further command would block the board's parser, which
 * could then not read a stop (ES).
 */
export class Pacer {
  readonly #clock: Clock
  readonly #ends: number[] = []
  /** Size of the board's FIFO, commands. */
  depth = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when the next command may be sent. */
  async untilRoom(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const now = this.#clock.now()
      while (this.#ends.length > 0 && (this.#ends[0] ?? 0) <= now + LEAD_MS) this.#ends.shift()
      const isAhead = this.#ends.length >= 2 && this.remainingMs > AHEAD_MS
      if (this.#ends.length <= this.depth && !isAhead) return
      await sleep(this.#clock, Math.max(0.04, (this.#ends[0] ?? now) - now - LEAD_MS), signal)
    }
  }

  /** Records that plotd now sends a command that takes `ms`. */
  record(ms: number): void {
    this.#ends.push(Math.max(this.#clock.now(), this.#ends.at(-1) ?? 0) + ms)
  }

  /** The time until the board has executed all commands, ms. */
  get remainingMs(): number {
    return Math.max(0, (this.#ends.at(-1) ?? 0) - this.#clock.now())
  }

  clear(): void {
    this.#ends.length = 0
  }
}
