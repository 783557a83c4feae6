import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import type { Links } from './link-cost.ts'
import type { Seams } from './seams.ts'
import { inFileOrder, type Sequence } from './sequence.ts'
import { blockSize, VertexBlocks } from './vertex-blocks.ts'

/** Each place that `#between` tries adds this number to `looks`. The vertices of a closed stroke may add more. */
const TRY = 40
/** Gains below this are rounding errors, s. */
const LEAST = 1e-9

/** A cyclic list of strokes and home, each with the vertices by which the pen enters and leaves it (see `index.ts`). */
export class Route {
  readonly home: number
  readonly #points: Float64Array
  readonly #starts: Uint32Array
  readonly #links: Links
  /** The vertex of home whose links cost only a lift; −1 when there is none. */
  readonly #free: number
  readonly #closed: Uint8Array
  /** The cost of a stop at each vertex, s; 0 on open strokes. */
  readonly #stop: Float64Array
  readonly #next: Int32Array
  readonly #previous: Int32Array
  readonly #enter: Int32Array
  readonly #leave: Int32Array
  /** The cost of the link from each stroke to the next, s. */
  readonly #link: Float64Array
  readonly #blocks: VertexBlocks
  /**
   * Each changed stroke as it was before: its number, the next stroke, the stroke before it, entry and exit.
   * `#logLinks` has the cost of the link to the next stroke.
   */
  readonly #log: Int32Array
  readonly #logLinks: Float64Array
  #logged = 0
  /** For each stroke, the last change that logged its earlier state. */
  readonly #loggedAt: Int32Array
  #change = 0
  #looks = 0
  /** The stroke for which a place is sought. `#best` is the cost of the best place so far, s. */
  #own = -1
  #best = Infinity
  /** At the place that is tried: the cost of the old link, and a lower bound of each new link that has a lift, s. */
  #gained = 0
  #leastFrom = 0
  #leastTo = 0
  /** The best place so far: the stroke before it, and the vertex by which the pen enters `#own` there. */
  #after = -1
  #entry = -1
  /** Another stroke whose seam also moves, to `#seam`; −1 when there is none. */
  #moved = -1
  #seam = -1

  constructor(strokes: Strokes, start: Sequence, links: Links, seams: Seams) {
    const count = strokeCount(strokes)
    const vertices = strokes.points.length / 2
    const points = new Float64Array(2 * vertices + 4)
    points.set(strokes.points)
    points.set(links.xy.subarray(4 * count), 2 * vertices)
    this.#points = points
    this.#starts = strokes.starts
    this.#links = links
    this.home = count
    this.#free = links.endsAnywhere ? vertices : -1
    this.#closed = Uint8Array.from({ length: count + 1 }, (_, i) => (i < count && seams.isFree(i) ? 1 : 0))
    this.#stop = new Float64Array(vertices + 2)
    this.#next = new Int32Array(count + 1)
    this.#previous = new Int32Array(count + 1)
    this.#enter = new Int32Array(count + 1)
    this.#leave = new Int32Array(count + 1)
    this.#link = new Float64Array(count + 1)
    this.#log = new Int32Array(5 * (count + 1))
    this.#logLinks = new Float64Array(count + 1)
    this.#loggedAt = new Int32Array(count + 1)
    let before = count
    for (let k = 0; k < count; k++) {
      const i = start.stroke[k] as number
      const [first, last] = [strokes.starts[i] as number, (strokes.starts[i + 1] as number) - 1]
      if (this.#closed[i] === 1) {
        for (let v = first; v < last; v++) this.#stop[v] = seams.stopAt(v)
        this.#enter[i] = first + (start.seam[i] as number)
      } else this.#enter[i] = start.reversed[k] === 1 ? last : first
      this.#leave[i] = this.#otherEnd(i, this.#enter[i] as number)
      this.#next[before] = i
      this.#previous[i] = before
      before = i
    }
    this.#next[before] = count
    this.#previous[count] = before
    this.#enter[count] = vertices
    this.#leave[count] = vertices + 1
    for (let i = 0; i <= count; i++) this.#price(i)
    this.#blocks = new VertexBlocks(strokes, this.#closed, this.#stop)
  }

  /** The cost of the whole route, s. */
  cost(): number {
    let sum = 0
    for (let i = 0; i <= this.home; i++)
      sum += (this.#link[i] as number) + (this.#stop[this.#enter[i] as number] as number)
    return sum
  }

  /** The cost of a link between two vertices and of the stops at them, s. */
  costOfBoth(v: number, w: number): number {
    return this.#cost(v, w) + (this.#stop[v] as number) + (this.#stop[w] as number)
  }

  sequence(): Sequence {
    const sequence = inFileOrder(this.home)
    let i = this.#next[this.home] as number
    for (let k = 0; k < this.home; k++, i = this.#next[i] as number) {
      const [first, enter] = [this.#starts[i] as number, this.#enter[i] as number]
      sequence.stroke[k] = i
      if (this.#closed[i] === 1) sequence.seam[i] = enter - first
      else sequence.reversed[k] = enter === first ? 0 : 1
    }
    return sequence
  }

  /** A weighted count of places and vertices that `try` has compared: a measure of time that every machine shares. */
  get looks(): number {
    return this.#looks
  }

  before(i: number): number {
    return this.#previous[i] as number
  }

  after(i: number): number {
    return this.#next[i] as number
  }

  isOut(i: number): boolean {
    return (this.#next[i] as number) < 0
  }

  /** Begins a change that `undo` can take back. */
  begin(): void {
    this.#change++
    this.#logged = 0
  }

  /** Takes back the changes since `begin`. */
  undo(): void {
    const log = this.#log
    for (let n = 0; n < this.#logged; n++) {
      const i = log[5 * n] as number
      this.#next[i] = log[5 * n + 1] as number
      this.#previous[i] = log[5 * n + 2] as number
      this.#enter[i] = log[5 * n + 3] as number
      this.#leave[i] = log[5 * n + 4] as number
      this.#link[i] = this.#logLinks[n] as number
    }
  }

  /** Takes a stroke out of the route. @returns the change of cost, s */
  remove(i: number): number {
    const [a, b] = [this.#previous[i] as number, this.#next[i] as number]
    this.#save(a)
    this.#save(i)
    this.#save(b)
    const old = (this.#link[a] as number) + (this.#link[i] as number) + (this.#stop[this.#enter[i] as number] as number)
    this.#next[a] = b
    this.#previous[b] = a
    this.#next[i] = -1
    return this.#price(a) - old
  }

  /** Begins a search for the cheapest place for stroke i, at a cost below `limit`, s. */
  search(i: number, limit: number): void {
    this.#own = i
    this.#best = limit
    this.#after = -1
  }

  /** Puts the stroke into its best place. @returns the change of cost, s; Infinity when there is no place */
  insertAtBest(): number {
    const [i, a] = [this.#own, this.#after]
    if (a < 0) return Infinity
    const b = this.#next[a] as number
    this.#save(a)
    this.#save(i)
    this.#save(b)
    this.#next[a] = i
    this.#previous[i] = a
    this.#next[i] = b
    this.#previous[b] = i
    this.#enter[i] = this.#entry
    this.#leave[i] = this.#otherEnd(i, this.#entry)
    const moved = this.#moved
    if (moved >= 0) {
      this.#save(moved)
      this.#enter[moved] = this.#leave[moved] = this.#seam
      const before = this.#previous[moved] as number
      this.#save(before)
      this.#price(before)
      this.#price(moved)
    }
    this.#price(a)
    this.#price(i)
    return this.#best
  }

  /** Tries the place after stroke a, with the best of the likely vertices as the entry. */
  try(a: number): void {
    this.#between(a, this.#next[a] as number, this.#link[a] as number)
  }

  /** Tries `#own` with its seam at v, before and after stroke j with its seam at w. @param both  `costOfBoth(v, w)` */
  tryBoth(v: number, j: number, w: number, both: number): void {
    if (this.#closed[this.#own] !== 1 || this.#closed[j] !== 1) return
    const [a, b] = [this.#previous[j] as number, this.#next[j] as number]
    const more =
      both - (this.#stop[this.#enter[j] as number] as number) - (this.#link[a] as number) - (this.#link[j] as number)
    if (more >= this.#best) return
    const [from, to] = [this.#leave[a] as number, this.#enter[b] as number]
    this.#offer(more + this.#cost(from, w) + this.#cost(v, to), j, v, j, w)
    this.#offer(more + this.#cost(from, v) + this.#cost(w, to), a, v, j, w)
  }

  /** Moves the seam of stroke i, or reverses an open stroke, if that costs less. @returns the change of cost, s */
  moveSeam(i: number): number {
    if (i === this.home) return 0
    const [a, b] = [this.#previous[i] as number, this.#next[i] as number]
    const now = (this.#link[a] as number) + (this.#link[i] as number) + (this.#stop[this.#enter[i] as number] as number)
    this.search(i, now - LEAST)
    this.#between(a, b, 0)
    if (this.#after < 0) return 0
    this.#save(i)
    this.#save(a)
    this.#enter[i] = this.#entry
    this.#leave[i] = this.#otherEnd(i, this.#entry)
    this.#price(a)
    this.#price(i)
    return this.#best - now
  }

  #offer(cost: number, after: number, entry: number, moved: number, seam: number): void {
    if (cost >= this.#best) return
    this.#best = cost
    this.#after = after
    this.#entry = entry
    this.#moved = moved
    this.#seam = seam
  }

  /** Tries the place between strokes a and b, whose link of cost `gained` falls away. */
  #between(a: number, b: number, gained: number): void {
    const i = this.#own
    this.#looks += TRY
    const [from, to] = [this.#leave[a] as number, this.#enter[b] as number]
    const [first, last] = [this.#starts[i] as number, (this.#starts[i + 1] as number) - 1]
    if (this.#closed[i] !== 1) {
      this.#offer(this.#cost(from, first) + this.#cost(last, to) - gained, a, first, -1, -1)
      this.#offer(this.#cost(from, last) + this.#cost(first, to) - gained, a, last, -1, -1)
    } else if (to === this.#free) {
      const more = this.#links.costs.lift - gained
      for (let v = first; v < last; v++)
        this.#offer(this.#cost(from, v) + (this.#stop[v] as number) + more, a, v, -1, -1)
    } else this.#closedBetween(a, from, to, gained)
  }

  #closedBetween(a: number, from: number, to: number, gained: number): void {
    const links = this.#links
    const { join, lift } = links.costs
    const fromGap = this.#blocks.gap(this.#own, this.#points[2 * from] as number, this.#points[2 * from + 1] as number)
    const leastFrom = links.ofDistance2(fromGap * fromGap)
    const most = this.#best + gained
    if (leastFrom >= most) return
    const toGap = this.#blocks.gap(this.#own, this.#points[2 * to] as number, this.#points[2 * to + 1] as number)
    const leastTo = links.ofDistance2(toGap * toGap)
    if (leastFrom + leastTo >= most) return
    const fromReach = links.reach(most - Math.max(leastTo, lift))
    const toReach = links.reach(most - Math.max(leastFrom, lift))
    if (fromGap > join && toGap > join && (fromGap > fromReach || toGap > toReach)) return
    this.#gained = gained
    this.#leastFrom = Math.max(leastFrom, lift)
    this.#leastTo = Math.max(leastTo, lift)
    if (this.#blocks.hasEqualStops[this.#own] === 1) this.#tryEqualStops(a, from, to)
    else this.#tryBlocks(a, from, to)
  }

  /** Tries each vertex that a join would link to a neighbour, and the vertex nearest to each neighbour. */
  #tryEqualStops(a: number, from: number, to: number): void {
    const points = this.#points
    const { join } = this.#links.costs
    const [fx, fy] = [points[2 * from] as number, points[2 * from + 1] as number]
    const [tx, ty] = [points[2 * to] as number, points[2 * to + 1] as number]
    const [first, last] = [this.#starts[this.#own] as number, (this.#starts[this.#own + 1] as number) - 1]
    this.#looks += last - first
    let [leastFrom, leastTo, nearFrom, nearTo] = [Infinity, Infinity, first, first]
    for (let v = first; v < last; v++) {
      const [vx, vy] = [points[2 * v] as number, points[2 * v + 1] as number]
      const from2 = (vx - fx) * (vx - fx) + (vy - fy) * (vy - fy)
      const to2 = (vx - tx) * (vx - tx) + (vy - ty) * (vy - ty)
      if (from2 <= join * join || to2 <= join * join) this.#offerVertex(a, v, from2, to2)
      if (from2 < leastFrom) {
        leastFrom = from2
        nearFrom = v
      }
      if (to2 < leastTo) {
        leastTo = to2
        nearTo = v
      }
    }
    if (leastFrom > join * join) this.#offerVertex(a, nearFrom, leastFrom, this.#distance2(nearFrom, to))
    if (leastTo > join * join) this.#offerVertex(a, nearTo, this.#distance2(nearTo, from), leastTo)
  }

  /**
   * Tries the vertices block by block. Either a join connects a vertex to a neighbour, or the pen is lifted before and
   * after the stroke. With two lifts, a vertex beyond the reach of either link costs at least the best so far.
   */
  #tryBlocks(a: number, from: number, to: number): void {
    const links = this.#links
    const { join } = links.costs
    const points = this.#points
    const { blocks } = this.#blocks
    const [fx, fy] = [points[2 * from] as number, points[2 * from + 1] as number]
    const [tx, ty] = [points[2 * to] as number, points[2 * to + 1] as number]
    const [first, last] = [this.#starts[this.#own] as number, (this.#starts[this.#own + 1] as number) - 1]
    const size = blockSize(last - first)
    this.#looks += 2 * Math.ceil((last - first) / size)
    let best = Infinity
    let [fromReach, toReach] = [0, 0]
    let block = 3 * (this.#blocks.firstBlock[this.#own] as number)
    for (let begin = first; begin < last; begin += size, block += 3) {
      if (this.#best < best) {
        best = this.#best
        fromReach = links.reach(best + this.#gained - this.#leastTo)
        toReach = links.reach(best + this.#gained - this.#leastFrom)
      }
      const [mx, my, radius] = [blocks[block] as number, blocks[block + 1] as number, blocks[block + 2] as number]
      const from2 = (mx - fx) * (mx - fx) + (my - fy) * (my - fy)
      const to2 = (mx - tx) * (mx - tx) + (my - ty) * (my - ty)
      const isLifted = from2 <= (fromReach + radius) ** 2 && to2 <= (toReach + radius) ** 2
      if (!isLifted && Math.min(from2, to2) > (join + radius) ** 2) continue
      const end = Math.min(last, begin + size)
      this.#looks += 2 * (end - begin)
      for (let v = begin; v < end; v++) this.#tryVertex(a, v, from, to, fromReach, toReach)
    }
  }

  #tryVertex(a: number, v: number, from: number, to: number, fromReach: number, toReach: number): void {
    const { join } = this.#links.costs
    const [from2, to2] = [this.#distance2(v, from), this.#distance2(v, to)]
    const isLifted = from2 <= fromReach * fromReach && to2 <= toReach * toReach
    if (isLifted || Math.min(from2, to2) <= join * join) this.#offerVertex(a, v, from2, to2)
  }

  /** @param from2, to2  squared distances to the vertex before and to the vertex after, mm² */
  #offerVertex(a: number, v: number, from2: number, to2: number): void {
    const links = this.#links
    const cost = links.ofDistance2(from2) + links.ofDistance2(to2) + (this.#stop[v] as number) - this.#gained
    this.#offer(cost, a, v, -1, -1)
  }

  #distance2(v: number, w: number): number {
    const points = this.#points
    const dx = (points[2 * v] as number) - (points[2 * w] as number)
    const dy = (points[2 * v + 1] as number) - (points[2 * w + 1] as number)
    return dx * dx + dy * dy
  }

  #cost(v: number, w: number): number {
    if (v === this.#free || w === this.#free) return this.#links.costs.lift
    return this.#links.ofDistance2(this.#distance2(v, w))
  }

  /** Stores the cost of the link from stroke i to the next. @returns that cost, s */
  #price(i: number): number {
    const cost = this.#cost(this.#leave[i] as number, this.#enter[this.#next[i] as number] as number)
    this.#link[i] = cost
    return cost
  }

  #save(i: number): void {
    if (this.#loggedAt[i] === this.#change) return
    this.#loggedAt[i] = this.#change
    const n = this.#logged++
    const log = this.#log
    log[5 * n] = i
    log[5 * n + 1] = this.#next[i] as number
    log[5 * n + 2] = this.#previous[i] as number
    log[5 * n + 3] = this.#enter[i] as number
    log[5 * n + 4] = this.#leave[i] as number
    this.#logLinks[n] = this.#link[i] as number
  }

  #otherEnd(i: number, enter: number): number {
    if (this.#closed[i] === 1) return enter
    const first = this.#starts[i] as number
    return enter === first ? (this.#starts[i + 1] as number) - 1 : first
  }
}
