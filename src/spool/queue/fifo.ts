/** A queue of immutable records. Records that were replaced meanwhile are skipped. */
export class Fifo<T> {
  readonly #isCurrent: (item: T) => boolean
  #items: (T | undefined)[] = []
  #head = 0

  constructor(isCurrent: (item: T) => boolean) {
    this.#isCurrent = isCurrent
  }

  push(item: T): void {
    this.#items.push(item)
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
    if (this.#head > 1024 && this.#head > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    const items: T[] = []
    for (let i = this.#head; i < this.#items.length && items.length < count; i++) {
      const item = this.#items[i]
      if (item !== undefined && this.#isCurrent(item)) items.push(item)
    }
    return items
  }
}
