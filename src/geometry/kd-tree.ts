import { indices } from './drawing.ts'

/** Maximum number of points in a leaf; a query compares the points of a leaf one by one. */
const LEAF = 8

/**
 * Nearest neighbours of points in a plane. The distribution of the points hardly changes the time of a query. A grid
 * would be slow where many points lie close together, as in the dark areas of a picture of dots.
 *
 * A balanced k-d tree (J. L. Bentley, 1975), without an object for each node. The points are permuted so that the
 * middle of every range splits the range, by x and y in turn.
 */
export class KdTree {
  readonly size: number
  /** Index of the point at each place of the tree. Points at near places are mostly near in space. */
  readonly pointAt: Uint32Array<ArrayBuffer>
  readonly #xy: Float64Array<ArrayBuffer>

  // the query under way
  #results: Int32Array = new Int32Array(0)
  #distance2: Float64Array = new Float64Array(0)
  #limit = 0
  #count = 0
  #qx = 0
  #qy = 0
  #owner: Int32Array | undefined
  #skip = -1

  /** @param points  interleaved x, y; copied */
  constructor(points: Float64Array) {
    this.size = points.length / 2
    this.pointAt = indices(this.size)
    this.#xy = points.slice() as Float64Array<ArrayBuffer>
    this.#split(0, this.size - 1, 0)
  }

  /**
   * The `k` points nearest to x, y, nearest first, including a point at x, y itself.
   *
   * @param ids        receives their indices
   * @param distances  receives their squared distances
   * @returns the number of results: k, or fewer when there are fewer points
   */
  nearest(x: number, y: number, k: number, ids: Int32Array, distances: Float64Array): number {
    this.#results = ids
    this.#distance2 = distances
    this.#limit = Math.min(k, this.size)
    this.#count = 0
    this.#qx = x
    this.#qy = y
    if (this.#limit > 0) this.#visit(0, this.size - 1, 0)
    return this.#count
  }

  /** Like `nearest`, without the points whose owner is `at.skip`. @param owner the owner of each point, by its index */
  nearestOfOthers(
    at: { readonly x: number; readonly y: number; readonly skip: number },
    k: number,
    owner: Int32Array,
    ids: Int32Array,
    distances: Float64Array,
  ): number {
    this.#owner = owner
    this.#skip = at.skip
    const count = this.nearest(at.x, at.y, k, ids, distances)
    this.#owner = undefined
    return count
  }

  #visit(from: number, to: number, axis: 0 | 1): void {
    if (to - from < LEAF) {
      for (let i = from; i <= to; i++) this.#offer(i)
      return
    }
    const middle = (from + to) >> 1
    const off = (axis === 0 ? this.#qx : this.#qy) - (this.#xy[2 * middle + axis] as number)
    const other = axis === 0 ? 1 : 0
    if (off <= 0) this.#visit(from, middle - 1, other)
    else this.#visit(middle + 1, to, other)
    this.#offer(middle)
    if (this.#count === this.#limit && off * off >= (this.#distance2[this.#count - 1] as number)) return
    if (off <= 0) this.#visit(middle + 1, to, other)
    else this.#visit(from, middle - 1, other)
  }

  /** Inserts a point into the sorted results if it is near enough. */
  #offer(place: number): void {
    if (this.#owner !== undefined && this.#owner[this.pointAt[place] as number] === this.#skip) return
    const dx = (this.#xy[2 * place] as number) - this.#qx
    const dy = (this.#xy[2 * place + 1] as number) - this.#qy
    const d = dx * dx + dy * dy
    const distances = this.#distance2
    const results = this.#results
    let i = this.#count
    if (i === this.#limit) {
      if (d >= (distances[i - 1] as number)) return
      i--
    } else this.#count++
    for (; i > 0 && (distances[i - 1] as number) > d; i--) {
      distances[i] = distances[i - 1] as number
      results[i] = results[i - 1] as number
    }
    distances[i] = d
    results[i] = this.pointAt[place] as number
  }

  #split(from: number, to: number, axis: 0 | 1): void {
    if (to - from < LEAF) return
    const middle = (from + to) >> 1
    this.#select(middle, from, to, axis)
    const other = axis === 0 ? 1 : 0
    this.#split(from, middle - 1, other)
    this.#split(middle + 1, to, other)
  }

  /**
   * Quickselect (Hoare). Moves points until each coordinate before place `k` is at most the coordinate at `k`, and each
   * coordinate after `k` is at least the coordinate at `k`.
   */
  #select(k: number, low: number, high: number, axis: 0 | 1): void {
    const xy = this.#xy
    let from = low
    let to = high
    while (to > from) {
      this.#swap((from + to) >> 1, k)
      const pivot = this.#medianOfThree(from, k, to, axis)
      let i = from
      let j = to
      while (i <= j) {
        while ((xy[2 * i + axis] as number) < pivot) i++
        while ((xy[2 * j + axis] as number) > pivot) j--
        if (i <= j) this.#swap(i++, j--)
      }
      if (k <= j) to = j
      else if (k >= i) from = i
      else return
    }
  }

  #medianOfThree(a: number, b: number, c: number, axis: 0 | 1): number {
    const p = this.#xy[2 * a + axis] as number
    const q = this.#xy[2 * b + axis] as number
    const r = this.#xy[2 * c + axis] as number
    return Math.max(Math.min(p, q), Math.min(Math.max(p, q), r))
  }

  #swap(i: number, j: number): void {
    const { pointAt } = this
    const xy = this.#xy
    const point = pointAt[i] as number
    const px = xy[2 * i] as number
    const py = xy[2 * i + 1] as number
    pointAt[i] = pointAt[j] as number
    xy[2 * i] = xy[2 * j] as number
    xy[2 * i + 1] = xy[2 * j + 1] as number
    pointAt[j] = point
    xy[2 * j] = px
    xy[2 * j + 1] = py
  }
}
