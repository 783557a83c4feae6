/** The loop belongs to the plotters' links again after at most about this long. */
const SLICE_MS = 4

/**
 * Goes round all followers when there is news, a slice of time each turn of the loop: a thousand clients do not hold up
 * an answer to a plotter. Who was passed before the latest news is seen in the next round.
 */
export class Rounds {
  readonly #followers = new Set<() => void>()
  readonly #now: () => number
  #left: (() => void)[] = []
  #news = false
  #next: NodeJS.Immediate | undefined

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Told that there is news, by call without arguments. @returns how to end it */
  follow(follower: () => void): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** There is news. */
  tell(): void {
    this.#news = true
    this.#next ??= setImmediate(() => this.#slice())
  }

  close(): void {
    clearImmediate(this.#next)
    this.#followers.clear()
  }

  #slice(): void {
    if (this.#left.length === 0) {
      this.#news = false
      this.#left = [...this.#followers].reverse()
    }
    const end = this.#now() + SLICE_MS
    for (let follower = this.#left.pop(); follower; follower = this.#left.pop()) {
      if (this.#followers.has(follower)) follower()
      if (this.#now() >= end) break
    }
    const more = this.#left.length > 0 || this.#news
    this.#next = more ? setImmediate(() => this.#slice()) : undefined
  }
}
