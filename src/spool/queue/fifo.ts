/** Records in the order in which they came, of which those that were replaced meanwhile are passed over. */
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

  /** The first current item, which stays. */
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

  /** Up to `count` current items from the first on, which stay. */
  first(count: number): T[] {
    if (this.#head > 1024 && this.#head > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    const found: T[] = []
    for (let i = this.#head; i < this.#items.length && found.length < count; i++) {
      const item = this.#items[i]
      if (item !== undefined && this.#isCurrent(item)) found.push(item)
    }
    return found
  }
}
