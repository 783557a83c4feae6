/** Number of records that each push looks at, so that no push takes long, however long the heap is. */
const LOOKS = 2

/**
 * A binary heap of immutable records. A replaced record is skipped when it comes to the top, so a change of a record
 * costs nothing here. Push and peek are amortized O(log n).
 */
export class Heap<T> {
  readonly #isBefore: (a: T, b: T) => boolean
  readonly #isCurrent: (item: T) => boolean
  readonly #items: T[] = []
  /** The place of the last record that a push has looked at. */
  #looked = 0

  constructor(isBefore: (a: T, b: T) => boolean, isCurrent: (item: T) => boolean) {
    this.#isBefore = isBefore
    this.#isCurrent = isCurrent
  }

  push(item: T): void {
    this.#items.push(item)
    this.#rise(this.#items.length - 1)
    for (let i = 0; i < LOOKS; i++) this.#look()
  }

  /** The first current item, which stays in the heap. */
  peek(): T | undefined {
    for (;;) {
      const top = this.#items[0]
      if (top === undefined || this.#isCurrent(top)) return top
      this.#removeTop()
    }
  }

  /** Removes the first current item. */
  pop(): void {
    if (this.peek() !== undefined) this.#removeTop()
  }

  #removeTop(): void {
    const last = this.#items.pop()
    if (last === undefined || this.#items.length === 0) return
    this.#items[0] = last
    this.#sink(0)
  }

  /**
   * Looks at one record, and drops it if it was replaced, so that few replaced records pile up. Successive calls go
   * from the last record to the first.
   */
  #look(): void {
    if (this.#looked <= 0 || this.#looked > this.#items.length) this.#looked = this.#items.length
    const index = --this.#looked
    const item = this.#items[index]
    if (item === undefined || this.#isCurrent(item)) return
    const last = this.#items.pop()
    if (last === undefined || index === this.#items.length) return
    this.#items[index] = last
    this.#sink(index)
    this.#rise(index)
  }

  #rise(from: number): void {
    const items = this.#items
    const item = items[from] as T
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#isBefore(item, items[parent] as T)) break
      items[index] = items[parent] as T
      index = parent
    }
    items[index] = item
  }

  #sink(from: number): void {
    const items = this.#items
    const item = items[from] as T
    let index = from
    for (;;) {
      let child = 2 * index + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#isBefore(items[child + 1] as T, items[child] as T)) child++
      if (!this.#isBefore(items[child] as T, item)) break
      items[index] = items[child] as T
      index = child
    }
    items[index] = item
  }
}
