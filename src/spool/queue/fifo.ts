/** A queue of immutable records. A replaced record is skipped when it comes to the head. */
export class Fifo<T> {
  readonly #isCurrent: (item: T) => boolean
  #items: (T | undefined)[] = []
  #head = 0
  #sweepAt = 1024

  constructor(isCurrent: (item: T) => boolean) {
    this.#isCurrent = isCurrent
  }

  push(item: T): void {
    this.#items.push(item)
    if (this.#items.length > this.#sweepAt) this.#sweep()
  }

  /** The first current item, which stays in the queue. */
  peek(): T | undefined {
    for (; this.#head < this.#items.length; this.#head++) {
      const item = this.#items[this.#head]
      if (item !== undefined && this.#isCurrent(item)) return item
      this.#items[this.#head] = undefined
    }
    this.#items = []
    this.#head = 0
    return undefined
  }

  /** The first `count` current items, which stay in the queue. */
  first(count: number): T[] {
    const items: T[] = []
    for (let i = this.#head; i < this.#items.length && items.length < count; i++) {
      const item = this.#items[i]
      if (item !== undefined && this.#isCurrent(item)) items.push(item)
    }
    return items
  }

  /** Drops replaced records whenever the queue has doubled, so that they do not pile up. */
  #sweep(): void {
    this.#items = this.#items.filter((item) => item !== undefined && this.#isCurrent(item))
    this.#head = 0
    this.#sweepAt = Math.max(1024, 2 * this.#items.length)
  }
}
