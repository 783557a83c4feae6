/** Time of one slice, ms. */
const SLICE_MS = 4

/**
 * Calls all followers after new events, in slices, so that a thousand clients do not delay a command to a plotter. One
 * round calls each follower once. When an event comes during a round, another round follows.
 */
export class FanOut {
  readonly #followers = new Set<() => void>()
  readonly #now: () => number
  /** Followers that this round has not called yet, in reverse order: the last item is called next. */
  #waiting: (() => void)[] = []
  #hasNewEvents = false
  #next: NodeJS.Immediate | undefined
  #isClosed = false

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Adds a follower. @returns a function that removes the follower */
  follow(follower: () => void): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** Schedules a call of every follower, because there are new events. */
  announce(): void {
    if (this.#isClosed) return
    this.#hasNewEvents = true
    this.#next ??= setImmediate(() => this.#slice())
  }

  /** Resolves when all followers have been called for all events so far. */
  async delivered(): Promise<void> {
    while (this.#next) await new Promise((turn) => setImmediate(turn))
  }

  close(): void {
    this.#isClosed = true
    clearImmediate(this.#next)
    this.#next = undefined
    this.#followers.clear()
  }

  #slice(): void {
    if (this.#waiting.length === 0) {
      this.#hasNewEvents = false
      this.#waiting = [...this.#followers].reverse()
    }
    const end = this.#now() + SLICE_MS
    try {
      for (let follower = this.#waiting.pop(); follower; follower = this.#waiting.pop()) {
        if (this.#followers.has(follower)) follower()
        if (this.#now() >= end) break
      }
    } finally {
      const hasMore = !this.#isClosed && (this.#waiting.length > 0 || this.#hasNewEvents)
      this.#next = hasMore ? setImmediate(() => this.#slice()) : undefined
    }
  }
}
