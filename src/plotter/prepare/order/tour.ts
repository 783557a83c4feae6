import type { Links } from './link-cost.ts'

/**
 * A cyclic order of strokes and home with their directions, as an array. The tour enters the stroke at position p by
 * node `entry[p]` and leaves it by `entry[p] ^ 1`. `index.ts` explains node, home and stretch.
 *
 * The only operation is to reverse a stretch. If the rest of the tour is shorter than the stretch, `reverse` reverses
 * the rest, because a reversed tour is the same tour. So the direction of the tour may change, and callers must call
 * `isEntry` again after a reversal.
 */
export class Tour {
  readonly entry: Int32Array<ArrayBuffer>
  /** Position of each stroke. */
  readonly position: Int32Array<ArrayBuffer>
  readonly size: number
  /** Reversed stretches as pairs of positions, recorded since the last `commit`. */
  #log = new Int32Array(256)
  #logged = 0

  constructor(entry: Int32Array<ArrayBuffer>) {
    this.entry = entry
    this.size = entry.length
    this.position = new Int32Array(entry.length)
    for (let p = 0; p < entry.length; p++) this.position[(entry[p] as number) >> 1] = p
  }

  isEntry(node: number): boolean {
    return this.entry[this.position[node >> 1] as number] === node
  }

  /** The node to which `node` is linked. */
  link(node: number): number {
    const p = this.position[node >> 1] as number
    if (this.entry[p] === node) return (this.entry[p === 0 ? this.size - 1 : p - 1] as number) ^ 1
    return this.entry[p + 1 === this.size ? 0 : p + 1] as number
  }

  /** Reverses the strokes from the stroke of node `a` to the stroke of node `b`, forward in the present direction. */
  reverse(a: number, b: number): void {
    const i = this.position[a >> 1] as number
    const j = this.position[b >> 1] as number
    const length = ((j - i + this.size) % this.size) + 1
    if (2 * length <= this.size) this.#reversePositions(i, j, length)
    else {
      const from = j + 1 === this.size ? 0 : j + 1
      this.#reversePositions(from, i === 0 ? this.size - 1 : i - 1, this.size - length)
    }
  }

  /** Clears the record of reversals; `undo(0)` then returns to the present state. */
  commit(): void {
    this.#logged = 0
  }

  /** The length of the record of reversals, for `undo`. */
  get changes(): number {
    return this.#logged
  }

  /** Undoes the last reversals until `changes` has this value. */
  undo(to: number): void {
    while (this.#logged > to) {
      this.#logged -= 2
      const i = this.#log[this.#logged] as number
      const j = this.#log[this.#logged + 1] as number
      this.#swapRange(i, j, ((j - i + this.size) % this.size) + 1)
    }
  }

  #reversePositions(i: number, j: number, length: number): void {
    if (length === 0) return
    if (this.#logged + 2 > this.#log.length) {
      const log = new Int32Array(2 * this.#log.length)
      log.set(this.#log)
      this.#log = log
    }
    this.#log[this.#logged++] = i
    this.#log[this.#logged++] = j
    this.#swapRange(i, j, length)
  }

  #swapRange(from: number, to: number, length: number): void {
    const { entry, position, size } = this
    let i = from
    let j = to
    for (let swaps = length >> 1; swaps > 0; swaps--) {
      const a = (entry[i] as number) ^ 1
      const b = (entry[j] as number) ^ 1
      entry[i] = b
      position[b >> 1] = i
      entry[j] = a
      position[a >> 1] = j
      if (++i === size) i = 0
      if (--j < 0) j = size - 1
    }
    if ((length & 1) === 1) entry[i] = (entry[i] as number) ^ 1
  }

  /** The cost of all links of the tour, s. */
  cost(links: Links): number {
    let sum = 0
    for (let p = 0; p < this.size; p++) {
      const next = this.entry[p + 1 === this.size ? 0 : p + 1] as number
      sum += links.between((this.entry[p] as number) ^ 1, next)
    }
    return sum
  }
}
