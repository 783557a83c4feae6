import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import type { Work } from '../work.ts'
import type { Links } from './link-cost.ts'
import { type NearStrokes, nearStrokes } from './near-strokes.ts'
import { Dice } from './perturb.ts'
import type { Seams } from './seams.ts'
import { inFileOrder, type Sequence } from './sequence.ts'

/** Strokes near to each that a stroke may follow or precede. */
const NEAR = 12
/** Most stretches of the route that one step takes out, and most strokes of each. */
const STRETCHES = 4
const LENGTH = 6
/** One of so many places is passed over, so that steps differ. */
const BLINK = 50
/** Vertices of a block, which is passed over as a whole where it is too far away. */
const BLOCK = 16
/** Steps between two checks of the clock and the signal: some milliseconds. */
const STRETCH = 32

/** How long a search lasts, and which losses it accepts, s. */
export interface Rebuilding {
  readonly steps: number
  /** Losses at first and at last. */
  readonly from: number
  readonly to: number
}

/**
 * Searches for a better order, direction and seam together. Each step takes a few stretches of neighbouring strokes out of the
 * route. It puts each stroke back where that costs least, with the best seam or direction there. Losses are accepted less and
 * less (simulated annealing).
 *
 * Source: ruin and recreate, by J. Christiaens and G. Vanden Berghe, 2020.
 *
 * @param links  costs between places; those of home are the last two nodes
 * @returns the sequence that it ends with, or the given one when that is no worse
 */
export function rebuild(
  strokes: Strokes,
  start: Sequence,
  links: Links,
  seams: Seams,
  { steps, from, to }: Rebuilding,
  work: Work,
): Sequence {
  if (strokeCount(strokes) < 3) return start
  const route = new Route(strokes, start, links, seams, nearStrokes(strokes, NEAR, work))
  const before = route.cost()
  const cooling = (to / from) ** (1 / steps)
  let heat = from
  for (let k = 0; k < steps; k++) {
    if (k % STRETCH === 0) {
      if (work.expired()) break
      work.progress(k / steps)
    }
    route.step(heat)
    heat *= cooling
  }
  return route.cost() < before ? route.sequence() : start
}

/** A place for a stroke. */
interface Place {
  cost: number
  after: number
  enter: number
  /** A stroke whose seam moves too, or −1. */
  moved: number
  seam: number
}

/** A cyclic list of strokes, each with the vertices by which the pen enters and leaves it. The last item is home. */
class Route {
  readonly #points: Float64Array
  readonly #starts: Uint32Array
  readonly #links: Links
  readonly #near: NearStrokes
  readonly #dice = new Dice()
  readonly #home: number
  /** The vertex of home whose links cost only a lift, or −1. */
  readonly #free: number
  readonly #closed: Uint8Array
  /** By vertex, the cost of a stop; 0 on open strokes. */
  readonly #stop: Float64Array
  readonly #next: Int32Array
  readonly #previous: Int32Array
  readonly #enter: Int32Array
  readonly #leave: Int32Array
  readonly #middle: Float64Array
  readonly #radius: Float64Array
  readonly #saved: number[] = []
  readonly #savedAt: Int32Array
  readonly #best: Place = { cost: Infinity, after: -1, enter: -1, moved: -1, seam: -1 }
  #round = 0

  constructor(strokes: Strokes, start: Sequence, links: Links, seams: Seams, near: NearStrokes) {
    const count = strokeCount(strokes)
    const vertices = strokes.points.length / 2
    const points = new Float64Array(2 * vertices + 4)
    points.set(strokes.points)
    points.set(links.xy.subarray(4 * count), 2 * vertices)
    this.#points = points
    this.#starts = strokes.starts
    this.#links = links
    this.#near = near
    this.#home = count
    this.#free = links.endsAnywhere ? vertices : -1
    this.#closed = Uint8Array.from({ length: count + 1 }, (_, i) => (i < count && seams.isFree(i) ? 1 : 0))
    this.#stop = new Float64Array(vertices + 2)
    this.#next = new Int32Array(count + 1)
    this.#previous = new Int32Array(count + 1)
    this.#enter = new Int32Array(count + 1)
    this.#leave = new Int32Array(count + 1)
    this.#savedAt = new Int32Array(count + 1)
    const blocks = Math.ceil(vertices / BLOCK)
    this.#middle = new Float64Array(2 * blocks)
    this.#radius = new Float64Array(blocks)
    for (let b = 0; b < blocks; b++) this.#circle(b, b * BLOCK, Math.min(vertices, (b + 1) * BLOCK))
    let before = count
    for (let k = 0; k < count; k++) {
      const i = start.stroke[k] as number
      const [first, last] = [this.#at(this.#starts, i), this.#at(this.#starts, i + 1) - 1]
      const isClosed = this.#closed[i] === 1
      if (isClosed) for (let v = first; v < last; v++) this.#stop[v] = seams.stopAt(v)
      if (isClosed) this.#enter[i] = first + (start.seam[i] as number)
      else this.#enter[i] = start.reversed[k] === 1 ? last : first
      this.#leave[i] = this.#otherEnd(i, this.#at(this.#enter, i))
      this.#next[before] = i
      this.#previous[i] = before
      before = i
    }
    this.#next[before] = count
    this.#previous[count] = before
    this.#enter[count] = vertices
    this.#leave[count] = vertices + 1
  }

  /** Of the whole route, s. */
  cost(): number {
    let sum = 0
    for (let i = 0; i <= this.#home; i++) {
      const enter = this.#at(this.#enter, i)
      sum += this.#cost(this.#at(this.#leave, this.#at(this.#previous, i)), enter) + (this.#stop[enter] as number)
    }
    return sum
  }

  step(heat: number): void {
    this.#round++
    this.#saved.length = 0
    const out = this.#takeOut()
    let worse = out.change
    shuffle(out.items, this.#dice)
    for (const i of out.items) worse += this.#putBack(i, out.gaps)
    for (const i of out.items) worse += this.#moveSeam(i) + this.#moveSeam(this.#at(this.#previous, i))
    if (worse > -heat * Math.log((this.#dice.below(1e6) + 1) / 1e6)) this.#undo()
  }

  sequence(): Sequence {
    const sequence = inFileOrder(this.#home)
    let i = this.#at(this.#next, this.#home)
    for (let k = 0; k < this.#home; k++, i = this.#at(this.#next, i)) {
      const [first, enter] = [this.#at(this.#starts, i), this.#at(this.#enter, i)]
      sequence.stroke[k] = i
      if (this.#closed[i] === 1) sequence.seam[i] = enter - first
      else sequence.reversed[k] = enter === first ? 0 : 1
    }
    return sequence
  }

  #at(values: Int32Array | Uint32Array, i: number): number {
    return values[i] as number
  }

  #circle(block: number, first: number, end: number): void {
    const points = this.#points
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let v = first; v < end; v++) {
      const [px, py] = [points[2 * v] as number, points[2 * v + 1] as number]
      minX = Math.min(minX, px)
      maxX = Math.max(maxX, px)
      minY = Math.min(minY, py)
      maxY = Math.max(maxY, py)
    }
    this.#middle.set([(minX + maxX) / 2, (minY + maxY) / 2], 2 * block)
    this.#radius[block] = Math.hypot(maxX - minX, maxY - minY) / 2
  }

  #cost(v: number, w: number): number {
    if (v === this.#free || w === this.#free) return this.#links.costs.lift
    const points = this.#points
    const dx = (points[2 * v] as number) - (points[2 * w] as number)
    const dy = (points[2 * v + 1] as number) - (points[2 * w + 1] as number)
    return this.#links.ofDistance2(dx * dx + dy * dy)
  }

  /** No vertex of a block is linked to v for less. */
  #least(v: number, block: number): number {
    if (v === this.#free) return this.#links.costs.lift
    const points = this.#points
    const dx = (points[2 * v] as number) - (this.#middle[2 * block] as number)
    const dy = (points[2 * v + 1] as number) - (this.#middle[2 * block + 1] as number)
    const d = Math.max(0, Math.sqrt(dx * dx + dy * dy) - (this.#radius[block] as number))
    return this.#links.ofDistance2(d * d)
  }

  #save(i: number): void {
    if (this.#savedAt[i] === this.#round) return
    this.#savedAt[i] = this.#round
    this.#saved.push(i, this.#at(this.#next, i), this.#at(this.#previous, i))
    this.#saved.push(this.#at(this.#enter, i), this.#at(this.#leave, i))
  }

  #undo(): void {
    for (let s = 0; s < this.#saved.length; s += 5) {
      const [i, next, previous, enter, leave] = this.#saved.slice(s, s + 5) as [number, number, number, number, number]
      this.#next[i] = next
      this.#previous[i] = previous
      this.#enter[i] = enter
      this.#leave[i] = leave
    }
  }

  #takeOut(): { items: number[]; gaps: number[]; change: number } {
    const seed = this.#dice.below(this.#home)
    const stretches = 1 + this.#dice.below(STRETCHES)
    const { most, stroke } = this.#near
    const items: number[] = []
    const gaps = new Set<number>()
    let change = 0
    for (let n = -1, taken = 0; n < most && taken < stretches; n++) {
      const near = n < 0 ? seed : this.#at(stroke, seed * most + n)
      if (near < 0) break
      if (this.#at(this.#next, near) < 0) continue
      let i = near
      for (let back = this.#dice.below(LENGTH); back > 0; back--) {
        const before = this.#at(this.#previous, i)
        if (before === this.#home) break
        i = before
      }
      for (let left = 1 + this.#dice.below(LENGTH); left > 0 && i !== this.#home; left--) {
        const next = this.#at(this.#next, i)
        gaps.delete(i)
        gaps.add(this.#at(this.#previous, i))
        change += this.#remove(i)
        items.push(i)
        i = next
      }
      taken++
    }
    return { items, gaps: [...gaps], change }
  }

  #remove(i: number): number {
    const [a, b] = [this.#at(this.#previous, i), this.#at(this.#next, i)]
    for (const each of [a, i, b]) this.#save(each)
    const [from, to] = [this.#at(this.#leave, a), this.#at(this.#enter, b)]
    const [enter, leave] = [this.#at(this.#enter, i), this.#at(this.#leave, i)]
    this.#next[a] = b
    this.#previous[b] = a
    this.#next[i] = -1
    return this.#cost(from, to) - this.#cost(from, enter) - this.#cost(leave, to) - (this.#stop[enter] as number)
  }

  /** Puts stroke i where it costs least: beside a stroke near to it, or into one of the gaps. @returns the cost */
  #putBack(i: number, gaps: readonly number[]): number {
    const best = this.#best
    best.cost = Infinity
    best.after = -1
    const { most, stroke, own, other } = this.#near
    for (let n = i * most; n < (i + 1) * most; n++) {
      const j = this.#at(stroke, n)
      if (j < 0) break
      if (this.#at(this.#next, j) < 0 || this.#dice.below(BLINK) === 0) continue
      this.#try(i, j, best)
      this.#try(i, this.#at(this.#previous, j), best)
      if (this.#closed[i] !== 1 || this.#closed[j] !== 1) continue
      this.#tryBoth(this.#at(own, n), j, this.#at(other, n), best)
    }
    for (const gap of gaps) if (this.#at(this.#next, gap) >= 0) this.#try(i, gap, best)
    if (best.after < 0) this.#try(i, this.#home, best)
    this.#insert(i, best)
    return best.cost
  }

  #insert(i: number, { after: a, enter, moved, seam }: Place): void {
    const b = this.#at(this.#next, a)
    for (const each of [a, i, b]) this.#save(each)
    this.#next[a] = i
    this.#previous[i] = a
    this.#next[i] = b
    this.#previous[b] = i
    this.#enter[i] = enter
    this.#leave[i] = this.#otherEnd(i, enter)
    if (moved < 0) return
    this.#save(moved)
    this.#enter[moved] = this.#leave[moved] = seam
  }

  #otherEnd(i: number, enter: number): number {
    if (this.#closed[i] === 1) return enter
    const [first, last] = [this.#at(this.#starts, i), this.#at(this.#starts, i + 1) - 1]
    return enter === first ? last : first
  }

  /** Stroke i after stroke a, by its best vertex. */
  #try(i: number, a: number, best: Place): void {
    const [from, to] = [this.#at(this.#leave, a), this.#at(this.#enter, this.#at(this.#next, a))]
    const gained = this.#cost(from, to)
    const [first, last] = [this.#at(this.#starts, i), this.#at(this.#starts, i + 1) - 1]
    if (this.#closed[i] !== 1) {
      offer(best, this.#cost(from, first) + this.#cost(last, to) - gained, a, first)
      offer(best, this.#cost(from, last) + this.#cost(first, to) - gained, a, last)
      return
    }
    for (let v = first; v < last; ) {
      const block = Math.floor(v / BLOCK)
      const end = Math.min(last, (block + 1) * BLOCK)
      const before = this.#least(from, block) - gained
      if (before < best.cost && before + this.#least(to, block) < best.cost) {
        for (; v < end; v++) {
          const cost = this.#cost(from, v) + (this.#stop[v] as number) - gained
          if (cost < best.cost) offer(best, cost + this.#cost(v, to), a, v)
        }
      }
      v = end
    }
  }

  /** Stroke i at vertex v before or after stroke j, whose seam moves to w. */
  #tryBoth(v: number, j: number, w: number, best: Place): void {
    const [a, b] = [this.#at(this.#previous, j), this.#at(this.#next, j)]
    const [from, to, seam] = [this.#at(this.#leave, a), this.#at(this.#enter, b), this.#at(this.#enter, j)]
    const stops = (this.#stop[v] as number) + (this.#stop[w] as number) - (this.#stop[seam] as number)
    const more = this.#cost(v, w) + stops - this.#cost(from, seam) - this.#cost(seam, to)
    const last = more + this.#cost(from, w) + this.#cost(v, to)
    const first = more + this.#cost(from, v) + this.#cost(w, to)
    offer(best, last, j, v, j, w)
    offer(best, first, a, v, j, w)
  }

  /** Moves the seam of i to its best vertex, or turns an open stroke. @returns the change of cost */
  #moveSeam(i: number): number {
    if (i === this.#home) return 0
    const [a, b] = [this.#at(this.#previous, i), this.#at(this.#next, i)]
    const best = this.#best
    best.cost = Infinity
    const [enter, leave] = [this.#at(this.#enter, i), this.#at(this.#leave, i)]
    const [from, to] = [this.#at(this.#leave, a), this.#at(this.#enter, b)]
    const now = this.#cost(from, enter) + this.#cost(leave, to) + (this.#stop[enter] as number) - this.#cost(from, to)
    this.#next[a] = b
    this.#try(i, a, best)
    this.#next[a] = i
    if (best.cost >= now - 1e-9) return 0
    this.#save(i)
    this.#enter[i] = best.enter
    this.#leave[i] = this.#otherEnd(i, best.enter)
    return best.cost - now
  }
}

function offer(best: Place, cost: number, after: number, enter: number, moved = -1, seam = -1): void {
  if (cost >= best.cost) return
  best.cost = cost
  best.after = after
  best.enter = enter
  best.moved = moved
  best.seam = seam
}

function shuffle(items: number[], dice: Dice): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = dice.below(i + 1)
    ;[items[i], items[j]] = [items[j] as number, items[i] as number]
  }
}
