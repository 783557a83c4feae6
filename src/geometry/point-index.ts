/** Side of a grid cell, in multiples of `reach`. With this side, most searches visit only one cell. */
const CELL = 16

/**
 * Numbers distinct places: points within `reach` of the first point of a place get the number of that place. The index
 * is a hash table of grid cells with open addressing, so adding and finding take constant time.
 */
export class PointIndex {
  readonly reach: number
  #places = 0
  /** x and y of each place. The array has the length of `#slots`, because at most half of the slots are used. */
  #xy: Float64Array
  /**
   * The number of a place plus 1 in each slot; 0 when the slot is free. A place takes the first free slot, beginning at
   * the hash of its cell.
   */
  #slots: Int32Array

  /**
   * @param reach  largest distance of a point from its place, in the unit of the coordinates
   * @param expected  approximate number of places, for which space is reserved
   */
  constructor(reach: number, expected = 0) {
    this.reach = reach
    const slots = 2 ** Math.ceil(Math.log2(Math.max(4096, 2 * expected + 2)))
    this.#xy = new Float64Array(slots)
    this.#slots = new Int32Array(slots)
  }

  get size(): number {
    return this.#places
  }

  /** The number of the place at x, y; −1 when there is none. */
  find(x: number, y: number): number {
    const { reach } = this
    const cell = CELL * reach
    const left = Math.floor((x - reach) / cell)
    const right = Math.floor((x + reach) / cell)
    const top = Math.floor((y - reach) / cell)
    const bottom = Math.floor((y + reach) / cell)
    for (let cx = left; cx <= right; cx++) {
      for (let cy = top; cy <= bottom; cy++) {
        const place = this.#inCell(cx, cy, x, y)
        if (place >= 0) return place
      }
    }
    return -1
  }

  /** The number of the place at x, y. Makes a new place when there is none. */
  add(x: number, y: number): number {
    const known = this.find(x, y)
    if (known >= 0) return known
    if (2 * (this.#places + 1) > this.#slots.length) this.#grow()
    const place = this.#places++
    this.#xy[2 * place] = x
    this.#xy[2 * place + 1] = y
    this.#insert(place)
    return place
  }

  #inCell(cx: number, cy: number, x: number, y: number): number {
    const mask = this.#slots.length - 1
    for (let slot = hash(cx, cy) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const place = (this.#slots[slot] as number) - 1
      const dx = (this.#xy[2 * place] as number) - x
      const dy = (this.#xy[2 * place + 1] as number) - y
      if (dx * dx + dy * dy <= this.reach * this.reach) return place
    }
    return -1
  }

  #insert(place: number): void {
    const cell = CELL * this.reach
    const mask = this.#slots.length - 1
    const cx = (this.#xy[2 * place] as number) / cell
    const cy = (this.#xy[2 * place + 1] as number) / cell
    let slot = hash(Math.floor(cx), Math.floor(cy)) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = place + 1
  }

  #grow(): void {
    const xy = new Float64Array(2 * this.#xy.length)
    xy.set(this.#xy)
    this.#xy = xy
    this.#slots = new Int32Array(2 * this.#slots.length)
    for (let place = 0; place < this.#places; place++) this.#insert(place)
  }
}

/** Mixes as MurmurHash3 does (A. Appleby): weaker hashes collide on the regular lattices of drawings. */
function hash(cx: number, cy: number): number {
  let h = Math.imul(Math.imul(cx, 0xcc9e2d51) ^ (cx >>> 17), 0x1b873593)
  h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64 + Math.imul(cy, 0xcc9e2d51)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
