/** The event loop does other work after about this long, ms. */
const SLICE_MS = 4

/**
 * Calls all followers when there is news, in slices: a thousand clients do not hold up an answer to a plotter. A follower
 * that was called before the latest news is called again in the next round.
 */
export class FanOut {
  readonly #followers = new Set<() => void>()
  readonly #now: () => number
  /** Followers of this round that are not called yet, the next one last. */
  #left: (() => void)[] = []
  #hasNews = false
  #next: NodeJS.Immediate | undefined
  #isClosed = false

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** @returns a function that ends it */
  follow(follower: () => void): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** There is news: all followers are called soon. */
  announce(): void {
    if (this.#isClosed) return
    this.#hasNews = true
    this.#next ??= setImmediate(() => this.#slice())
  }

  /** Resolves when all followers have been called for all news so far. */
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
    if (this.#left.length === 0) {
      this.#hasNews = false
      this.#left = [...this.#followers].reverse()
    }
    const end = this.#now() + SLICE_MS
    try {
      for (let follower = this.#left.pop(); follower; follower = this.#left.pop()) {
        if (this.#followers.has(follower)) follower()
        if (this.#now() >= end) break
      }
    } finally {
      const hasMore = !this.#isClosed && (this.#left.length > 0 || this.#hasNews)
      this.#next = hasMore ? setImmediate(() => this.#slice()) : undefined
    }
  }
}
