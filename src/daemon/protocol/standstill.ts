/**
 * When a process stood still for this time or longer, ms, it executes no call that was sent during the standstill. A
 * farm counts a host as lost after the same time.
 */
const STILL_MS = 20_000
const TICK_MS = 1000
/** For this time after a standstill, ms, new connections may carry calls that were sent during the standstill. */
const AFTER_MS = 1000

/**
 * Notices that this process stood still: the computer was suspended, or the process was stopped. Clients may have sent
 * calls meanwhile, and may have given up since. Such a call must not move a pen when the process continues.
 *
 * The time of day decides, because a monotonic clock stands still while Linux is suspended. When the time of day
 * is set forward by 20 s or more, plotd disconnects clients without need, and they connect again.
 */
export class Standstill {
  readonly #onEnd: (ms: number) => void
  readonly #timer: NodeJS.Timeout
  #lastLook = Date.now()
  #isJustOver = false

  /** @param onEnd  called when the process continues, with the length of the standstill, before any call is executed */
  constructor(onEnd: (ms: number) => void) {
    this.#onEnd = onEnd
    this.#timer = setInterval(() => this.#look(), TICK_MS).unref()
  }

  /** Whether a message that arrives now may have been sent during a standstill. Read this value before each message. */
  get isJustOver(): boolean {
    this.#look()
    return this.#isJustOver
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = Date.now()
    const passed = now - this.#lastLook
    this.#lastLook = now
    if (passed < STILL_MS) return
    this.#isJustOver = true
    setTimeout(() => {
      this.#isJustOver = false
    }, AFTER_MS).unref()
    this.#onEnd(passed)
  }
}
