import { type Strokes, strokeCount } from '../../src/geometry/drawing.ts'
import { endsOf } from '../../src/plotter/prepare/order/index.ts'
import { type LinkCosts, Links } from '../../src/plotter/prepare/order/link-cost.ts'
import { Seams } from '../../src/plotter/prepare/order/seams.ts'
import { inFileOrder, inSequence } from '../../src/plotter/prepare/order/sequence.ts'
import { type NearStrokes, nearStrokes } from './near-strokes.ts'
import { seeded } from './seeded.ts'

/** Strokes near to each that a stroke may follow or precede. */
const NEAR = 20
/** Stretches of the route that one step takes out, and the strokes of each. */
const STRETCHES = 4
const LENGTH = 6
/** A position is passed over with this probability, so that steps differ. */
const BLINK = 0.02
/** Vertices of a block, which is passed over as a whole where it is too far away. */
const BLOCK = 16
const HOME = { x: 0, y: 0 }

/** What a reference minimises. */
export interface Goal {
  readonly costs: LinkCosts
  /** Whether a stop at a seam costs time. */
  readonly areStopsCounted: boolean
  /** Losses that are accepted at first and at last, in the unit of the costs. */
  readonly from: number
  readonly to: number
}

/**
 * A strong reference for drawings of closed strokes, which shares only the costs with the planner. Each step takes a few
 * stretches of neighbouring strokes out of the route, and puts each stroke back where it costs least, with the best seam or
 * direction there (ruin and recreate, after J. Christiaens and G. Vanden Berghe, 2020). Losses are accepted less and less
 * (simulated annealing). It starts from the given order.
 *
 * @returns the strokes in the order that it ends with
 */
export function freeSeamReference(strokes: Strokes, goal: Goal, steps: number, seed = 1): Strokes {
  const route = new Route(strokes, goal, nearStrokes(strokes, NEAR), seeded(seed))
  const cooling = (goal.to / goal.from) ** (1 / steps)
  let heat = goal.from
  for (let k = 0; k < steps; k++) {
    route.step(heat)
    heat *= cooling
  }
  return route.strokes()
}

/** A cyclic list of strokes, each with the vertices by which the pen enters and leaves it. The last item is home. */
class Route {
  readonly #strokes: Strokes
  readonly #links: Links
  readonly #near: NearStrokes
  readonly #random: () => number
  readonly #home: number
  readonly #isFree: boolean[]
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
  #round = 0

  constructor(strokes: Strokes, { costs, areStopsCounted }: Goal, near: NearStrokes, random: () => number) {
    const count = strokeCount(strokes)
    // home is one vertex after all others
    const points = new Float64Array(strokes.points.length + 2)
    points.set(strokes.points)
    this.#strokes = { points, starts: strokes.starts }
    this.#links = new Links(endsOf(strokes, { from: HOME, to: HOME }), costs)
    const seams = new Seams(strokes, this.#links)
    this.#near = near
    this.#random = random
    this.#home = count
    this.#isFree = Array.from({ length: count }, (_, i) => seams.isFree(i))
    this.#stop = new Float64Array(points.length / 2)
    this.#next = Int32Array.from({ length: count + 1 }, (_, i) => (i + 1) % (count + 1))
    this.#previous = Int32Array.from({ length: count + 1 }, (_, i) => (i + count) % (count + 1))
    this.#enter = new Int32Array(count + 1)
    this.#leave = new Int32Array(count + 1)
    const blocks = Math.ceil(points.length / 2 / BLOCK)
    this.#middle = new Float64Array(2 * blocks)
    this.#radius = new Float64Array(blocks)
    for (let b = 0; b < blocks; b++) this.#circle(b, b * BLOCK, Math.min(points.length / 2, (b + 1) * BLOCK))
    this.#savedAt = new Int32Array(count + 1)
    for (let i = 0; i < count; i++) {
      const [first, last] = [strokes.starts[i] as number, (strokes.starts[i + 1] as number) - 1]
      this.#enter[i] = first
      this.#leave[i] = this.#isFree[i] === true ? first : last
      if (this.#isFree[i] === true && areStopsCounted)
        for (let v = first; v < last; v++) this.#stop[v] = seams.stopAt(v)
    }
    this.#enter[count] = this.#leave[count] = points.length / 2 - 1
  }

  step(heat: number): void {
    this.#round++
    this.#saved.length = 0
    const out = this.#takeOut()
    let worse = out.change
    shuffle(out.items, this.#random)
    for (const i of out.items) worse += this.#putBack(i, out.gaps)
    for (const i of out.items) worse += this.#moveSeam(i) + this.#moveSeam(this.#at(this.#previous, i))
    if (worse > -heat * Math.log(this.#random())) this.#undo()
  }

  /** The strokes in the present order. */
  strokes(): Strokes {
    const sequence = inFileOrder(this.#home)
    const { points, starts } = this.#strokes
    let i = this.#at(this.#next, this.#home)
    for (let k = 0; k < this.#home; k++, i = this.#at(this.#next, i)) {
      const [first, enter] = [starts[i] as number, this.#at(this.#enter, i)]
      sequence.stroke[k] = i
      if (this.#isFree[i] === true) sequence.seam[i] = enter - first
      else sequence.reversed[k] = enter === first ? 0 : 1
    }
    return inSequence({ points: points.subarray(0, -2), starts }, sequence)
  }

  #at(values: Int32Array, i: number): number {
    return values[i] as number
  }

  #circle(block: number, first: number, end: number): void {
    const { points } = this.#strokes
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
    const { points } = this.#strokes
    const dx = (points[2 * v] as number) - (points[2 * w] as number)
    const dy = (points[2 * v + 1] as number) - (points[2 * w + 1] as number)
    return this.#links.ofDistance2(dx * dx + dy * dy)
  }

  /** No vertex of a block is linked to v for less. */
  #least(v: number, block: number): number {
    const { points } = this.#strokes
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
    const seed = Math.floor(this.#random() * this.#home)
    const stretches = 1 + Math.floor(this.#random() * STRETCHES)
    const { most, stroke } = this.#near
    const items: number[] = []
    const gaps = new Set<number>()
    let change = 0
    for (let n = -1, taken = 0; n < most && taken < stretches; n++) {
      const near = n < 0 ? seed : this.#at(stroke, seed * most + n)
      if (near < 0) break
      if (this.#at(this.#next, near) < 0) continue
      let i = near
      for (let back = Math.floor(this.#random() * LENGTH); back > 0; back--) {
        const before = this.#at(this.#previous, i)
        if (before === this.#home) break
        i = before
      }
      for (let left = 1 + Math.floor(this.#random() * LENGTH); left > 0 && i !== this.#home; left--) {
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
    const best = { cost: Infinity, after: -1, enter: -1, moved: -1, seam: -1 }
    const { most, stroke, own, other } = this.#near
    for (let n = i * most; n < (i + 1) * most; n++) {
      const j = this.#at(stroke, n)
      if (j < 0) break
      if (this.#at(this.#next, j) < 0 || this.#random() < BLINK) continue
      this.#try(i, j, best)
      this.#try(i, this.#at(this.#previous, j), best)
      if (this.#isFree[i] !== true || this.#isFree[j] !== true) continue
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
    if (this.#isFree[i] === true) return enter
    const [first, last] = [this.#strokes.starts[i] as number, (this.#strokes.starts[i + 1] as number) - 1]
    return enter === first ? last : first
  }

  /** Stroke i after stroke a, by its best vertex. */
  #try(i: number, a: number, best: Place): void {
    const [from, to] = [this.#at(this.#leave, a), this.#at(this.#enter, this.#at(this.#next, a))]
    const gained = this.#cost(from, to)
    const [first, last] = [this.#strokes.starts[i] as number, (this.#strokes.starts[i + 1] as number) - 1]
    const offer = (enter: number, leave: number): void => {
      const before = this.#cost(from, enter) + (this.#stop[enter] as number) - gained
      if (before >= best.cost) return
      const cost = before + this.#cost(leave, to)
      if (cost < best.cost) Object.assign(best, { cost, after: a, enter, moved: -1 })
    }
    if (this.#isFree[i] !== true) {
      offer(first, last)
      offer(last, first)
      return
    }
    for (let v = first; v < last; ) {
      const block = Math.floor(v / BLOCK)
      const end = Math.min(last, (block + 1) * BLOCK)
      const before = this.#least(from, block) - gained
      if (before < best.cost && before + this.#least(to, block) < best.cost) for (let w = v; w < end; w++) offer(w, w)
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
    if (last < best.cost) Object.assign(best, { cost: last, after: j, enter: v, moved: j, seam: w })
    if (first < best.cost) Object.assign(best, { cost: first, after: a, enter: v, moved: j, seam: w })
  }

  /** Moves the seam of i to its best vertex, or turns an open stroke. @returns the change of cost */
  #moveSeam(i: number): number {
    if (i === this.#home) return 0
    const [a, b] = [this.#at(this.#previous, i), this.#at(this.#next, i)]
    const best: Place = { cost: Infinity, after: a, enter: -1, moved: -1, seam: -1 }
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

interface Place {
  cost: number
  after: number
  enter: number
  /** A stroke whose seam moves too, or −1. */
  moved: number
  seam: number
}

function shuffle(items: number[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[items[i], items[j]] = [items[j] as number, items[i] as number]
  }
}
