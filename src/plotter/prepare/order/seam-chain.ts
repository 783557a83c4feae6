import { type Strokes, x, y } from '../../../geometry/drawing.ts'
import type { Links } from './link-cost.ts'
import type { Tour } from './tour.ts'

/** Maximum number of candidate seams of a closed stroke. The time grows with the square of this number. */
const MOST = 40
/**
 * If a stroke has more vertices than MOST, this many candidates are chosen by cost. They are the vertices with the
 * least cost of the stop there and of the links to the strokes before and after. The present seam is one more
 * candidate, and the remaining candidates are spread evenly.
 */
const WANTED = 16

/** The strokes whose seams are chosen. */
export interface SeamPlaces {
  readonly strokes: Strokes
  /** 1 for closed strokes. */
  readonly closed: Uint8Array
  /** Cost of a stop at each vertex, s. */
  readonly stop: Float32Array
  /** The present seam of each stroke, counted from the stroke's first vertex. */
  readonly shift: Uint32Array
}

/** The candidate seams of one stroke. An open stroke has one candidate: an end. */
class Column {
  count = 0
  /** The vertices of the candidates, counted from the stroke's first vertex. */
  readonly shift = new Int32Array(MOST)
  readonly x = new Float64Array(MOST)
  readonly y = new Float64Array(MOST)
  /** For each candidate, the least cost of the route up to and including this stroke, s. */
  readonly cost = new Float64Array(MOST)
}

/**
 * Chooses the seams of all strokes together, for a given order of strokes (`index.ts` explains seam, tour and home).
 * Finds the cheapest path from home back to home with one candidate of each stroke (R. Bellman, 1957). For example, two
 * circles that cross need no lift when both seams move to the crossing. Moving one seam at a time does not find this
 * place.
 */
export class SeamChain {
  readonly #input: SeamPlaces
  /**
   * For each candidate of each stroke: its vertex (`#shift`), and the best candidate of the stroke before (`#from`).
   */
  readonly #shift: Int32Array<ArrayBuffer>
  readonly #from: Uint8Array<ArrayBuffer>
  readonly #score = new Float64Array(WANTED)

  constructor(input: SeamPlaces) {
    this.#input = input
    const places = input.closed.reduce((sum, closed) => sum + (closed === 1 ? MOST : 1), 0)
    this.#shift = new Int32Array(places)
    this.#from = new Uint8Array(places)
  }

  /** @param move  called for each seam that should move, with its new vertex, counted from the stroke's first vertex */
  settle(tour: Tour, links: Links, move: (stroke: number, shift: number) => void): void {
    const { size, entry } = tour
    const home = tour.position[size - 1] as number
    const first = new Uint32Array(size)
    let [before, now] = [new Column(), new Column()]
    for (let k = 1; k < size; k++) {
      const p = (home + k) % size
      const places = first[k - 1] as number
      this.#places(now, tour, links, p)
      for (let v = 0; v < now.count; v++) this.#shift[places + v] = now.shift[v] as number
      if (k === 1) setOut(now, (entry[home] as number) ^ 1, links)
      else advance(now, before, links, this.#from.subarray(places))
      first[k] = places + now.count
      if (this.#input.closed[(entry[p] as number) >> 1] !== 1) leaveByOtherEnd(now, entry[p] as number, links)
      ;[before, now] = [now, before]
    }
    let place = lastPlace(before, entry[home] as number, links)
    for (let k = size - 1; k >= 1; k--) {
      const i = (entry[(home + k) % size] as number) >> 1
      const at = (first[k - 1] as number) + place
      const shift = this.#shift[at] as number
      if (this.#input.closed[i] === 1 && shift !== this.#input.shift[i]) move(i, shift)
      place = this.#from[at] as number
    }
  }

  /** Lists the candidates of the stroke at position p, each with the cost of a stop there. */
  #places(column: Column, { entry, size }: Tour, links: Links, p: number): void {
    const node = entry[p] as number
    const i = node >> 1
    column.count = 0
    if (this.#input.closed[i] !== 1) {
      add(column, 0, links.xy[2 * node] as number, links.xy[2 * node + 1] as number, 0)
      return
    }
    const { starts } = this.#input.strokes
    const segmentCount = (starts[i + 1] as number) - (starts[i] as number) - 1
    if (segmentCount <= MOST) {
      for (let v = 0; v < segmentCount; v++) this.#add(column, i, v)
      return
    }
    this.#add(column, i, this.#input.shift[i] as number)
    const before = (entry[p === 0 ? size - 1 : p - 1] as number) ^ 1
    this.#addWanted(column, i, segmentCount, links, before, entry[p + 1 === size ? 0 : p + 1] as number)
    const round = MOST - column.count
    for (let n = 0; n < round; n++) this.#add(column, i, Math.floor((n * segmentCount) / round))
  }

  /** Adds the candidates that cost least, by the stop and the links to the strokes before and after. */
  #addWanted(column: Column, i: number, segmentCount: number, links: Links, before: number, after: number): void {
    const { strokes, stop } = this.#input
    const first = strokes.starts[i] as number
    const from = column.count
    const score = this.#score
    let kept = 0
    for (let v = 0; v < segmentCount; v++) {
      const [vx, vy] = [x(strokes.points, first + v), y(strokes.points, first + v)]
      const cost = (stop[first + v] as number) + links.toPoint(before, vx, vy) + links.toPoint(after, vx, vy)
      let n = kept
      if (kept < WANTED) kept++
      else if (cost >= (score[--n] as number)) continue
      for (; n > 0 && (score[n - 1] as number) > cost; n--) {
        score[n] = score[n - 1] as number
        column.shift[from + n] = column.shift[from + n - 1] as number
      }
      score[n] = cost
      column.shift[from + n] = v
    }
    for (let n = 0; n < kept; n++) this.#add(column, i, column.shift[from + n] as number)
  }

  #add(column: Column, i: number, shift: number): void {
    const { strokes, stop } = this.#input
    const v = (strokes.starts[i] as number) + shift
    add(column, shift, x(strokes.points, v), y(strokes.points, v), stop[v] as number)
  }
}

function add(column: Column, shift: number, px: number, py: number, cost: number): void {
  const n = column.count++
  column.shift[n] = shift
  column.x[n] = px
  column.y[n] = py
  column.cost[n] = cost
}

/** Adds the cost of the link from home to each candidate of the first stroke. */
function setOut({ count, x: xs, y: ys, cost }: Column, home: number, links: Links): void {
  for (let v = 0; v < count; v++) cost[v] = (cost[v] as number) + links.toPoint(home, xs[v] as number, ys[v] as number)
}

/** For each candidate of a stroke, finds the candidate of the previous stroke from which the route is cheapest. */
function advance(now: Column, before: Column, links: Links, from: Uint8Array): void {
  for (let v = 0; v < now.count; v++) {
    const [px, py] = [now.x[v] as number, now.y[v] as number]
    let [best, least] = [0, Infinity]
    for (let u = 0; u < before.count; u++) {
      const dx = (before.x[u] as number) - px
      const dy = (before.y[u] as number) - py
      const d2 = dx * dx + dy * dy
      const soFar = before.cost[u] as number
      if (!links.mayCostLess(d2, least - soFar)) continue
      const cost = soFar + links.ofDistance2(d2)
      if (cost >= least) continue
      best = u
      least = cost
    }
    from[v] = best
    now.cost[v] = (now.cost[v] as number) + least
  }
}

/** Moves the candidate of an open stroke to the end by which the pen leaves the stroke. */
function leaveByOtherEnd(column: Column, entry: number, { xy }: Links): void {
  column.x[0] = xy[2 * (entry ^ 1)] as number
  column.y[0] = xy[2 * (entry ^ 1) + 1] as number
}

/** The candidate of the last stroke that makes the whole route cheapest. */
function lastPlace({ count, x: xs, y: ys, cost }: Column, home: number, links: Links): number {
  let [best, least] = [0, Infinity]
  for (let u = 0; u < count; u++) {
    const all = (cost[u] as number) + links.toPoint(home, xs[u] as number, ys[u] as number)
    if (all < least) [best, least] = [u, all]
  }
  return best
}
