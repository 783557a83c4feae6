import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import type { Work } from '../work.ts'
import type { Links } from './link-cost.ts'
import type { NearStrokes } from './near-strokes.ts'
import type { Dice } from './perturb.ts'
import { Route } from './route.ts'
import type { Seams } from './seams.ts'
import type { Sequence } from './sequence.ts'

/** Maximum number of stretches that one step takes out of the route. */
const STRETCHES = 4
/** Maximum number of strokes of a stretch. */
const LENGTH = 3
/** About one in BLINK near strokes is skipped at random, so that steps differ. */
const BLINK = 50
/** Steps between two checks of the clock and the signal: some milliseconds. */
const CHECK_EVERY = 128
/**
 * A step ends early when its increase of cost exceeds the accepted increase by more than this, s. Moving seams at the
 * end of a step rarely gains that much.
 */
const SLACK = 0.01

/** How long a search lasts, and which increases of cost it accepts. */
export interface Rebuilding {
  readonly steps: number
  /** An increase of cost that about every third step accepts, s. Larger increases are accepted more rarely. */
  readonly loss: number
  /** Successive searches share one generator of random numbers, so that each search makes other steps. */
  readonly dice: Dice
}

export interface Rebuilt {
  readonly sequence: Sequence
  /** A weighted count of the places and vertices tried: a measure of time that is the same on every machine. */
  readonly looks: number
}

/**
 * Searches for better order, directions and seams together. Each step takes a few stretches near a closed stroke out of
 * the route. Then the step puts each of these strokes back at its cheapest place, with the best seam or direction
 * there, and moves seams near these strokes. A step that raises the cost too much is undone. Small increases of cost
 * are accepted, so that the search goes on when no step gains. `index.ts` explains stretch, route and seam.
 *
 * Source: ruin and recreate, by J. Christiaens and G. Vanden Berghe, 2020.
 *
 * @param links  costs between nodes; home's nodes are the last two
 * @returns the sequence after the last step if it costs less than `start`, else `start`
 */
export function rebuild(
  strokes: Strokes,
  start: Sequence,
  links: Links,
  seams: Seams,
  near: NearStrokes,
  { steps, loss, dice }: Rebuilding,
  work: Work,
): Rebuilt {
  const { closed } = seams
  if (strokeCount(strokes) < 3 || closed.length === 0) return { sequence: start, looks: 0 }
  const route = new Route(strokes, start, links, seams)
  const before = route.cost()
  const search = new Rebuild(route, near, closed, dice)
  for (let k = 0; k < steps; k++) {
    if (k % CHECK_EVERY === 0) {
      if (work.expired()) break
      work.progress(k / steps)
    }
    search.step(loss)
  }
  return { sequence: route.cost() < before ? route.sequence() : start, looks: route.looks }
}

/** The steps of a search. All steps use the same arrays. */
class Rebuild {
  readonly #route: Route
  readonly #near: NearStrokes
  readonly #closed: Uint32Array
  /** For each entry of `near`, the cost of the link between its two vertices and of the stops at them, s. */
  readonly #both: Float64Array
  readonly #dice: Dice
  /** The strokes that the step has taken out of the route. */
  readonly #out = new Int32Array(STRETCHES * LENGTH)
  #outCount = 0
  /** The strokes before the gaps that the removed strokes left. */
  readonly #gaps = new Int32Array(STRETCHES * LENGTH)
  /** For each stroke, the value of `#look` when `#putBack` last tried the place after the stroke. */
  readonly #seen: Int32Array
  /** The number of calls of `#putBack`. */
  #look = 0

  constructor(route: Route, near: NearStrokes, closed: Uint32Array, dice: Dice) {
    this.#route = route
    this.#near = near
    this.#closed = closed
    this.#dice = dice
    this.#seen = new Int32Array(route.home + 1)
    const { stroke, own, other } = near
    this.#both = Float64Array.from(stroke, (j, n) =>
      j < 0 ? 0 : route.costOfBoth(own[n] as number, other[n] as number),
    )
  }

  /** Makes one step, or undoes it. @param loss  as in `Rebuilding` */
  step(loss: number): void {
    const route = this.#route
    const most = -loss * Math.log((this.#dice.below(1e6) + 1) / 1e6)
    route.begin()
    let worse = this.#takeOut()
    this.#shuffle()
    for (let k = 0; k < this.#outCount; k++) {
      worse += this.#putBack(this.#out[k] as number, most + SLACK - worse)
      if (worse > most + SLACK) break
    }
    for (let k = 0; k < this.#outCount && worse <= most + SLACK; k++) {
      const i = this.#out[k] as number
      worse += route.moveSeam(i) + route.moveSeam(route.before(i))
    }
    if (worse > most) route.undo()
  }

  #shuffle(): void {
    const items = this.#out
    for (let i = this.#outCount - 1; i > 0; i--) {
      const j = this.#dice.below(i + 1)
      const item = items[i] as number
      items[i] = items[j] as number
      items[j] = item
    }
  }

  /** Takes some stretches out of the route, near a closed stroke. @returns the change of cost, s */
  #takeOut(): number {
    const route = this.#route
    const dice = this.#dice
    const seed = this.#closed[dice.below(this.#closed.length)] as number
    const stretches = 1 + dice.below(STRETCHES)
    const { most, stroke } = this.#near
    this.#outCount = 0
    let change = 0
    for (let n = -1, taken = 0; n < most && taken < stretches; n++) {
      const near = n < 0 ? seed : (stroke[seed * most + n] as number)
      if (near < 0) break
      if (route.isOut(near)) continue
      change += this.#takeStretch(near)
      taken++
    }
    return change
  }

  /** Takes out a stretch that begins with stroke `near` or a little before it. @returns the change of cost, s */
  #takeStretch(near: number): number {
    const route = this.#route
    let i = near
    for (let back = this.#dice.below(LENGTH); back > 0; back--) {
      const before = route.before(i)
      if (before === route.home) break
      i = before
    }
    let change = 0
    for (let left = 1 + this.#dice.below(LENGTH); left > 0 && i !== route.home; left--) {
      const next = route.after(i)
      this.#gaps[this.#outCount] = route.before(i)
      this.#out[this.#outCount++] = i
      change += route.remove(i)
      i = next
    }
    return change
  }

  /**
   * Puts stroke i at its cheapest place: beside a stroke near to stroke i, or into one of the gaps.
   *
   * @returns the change of cost, s; Infinity when no place costs less than `limit`
   */
  #putBack(i: number, limit: number): number {
    const route = this.#route
    const { most, stroke, own, other } = this.#near
    route.search(i, limit)
    this.#look++
    const end = (i + 1) * most
    for (let n = i * most; n < end; n++) {
      const j = stroke[n] as number
      if (j < 0) break
      if (!this.#isPassed(j)) route.tryBoth(own[n] as number, j, other[n] as number, this.#both[n] as number)
    }
    for (let n = i * most; n < end; n++) {
      const j = stroke[n] as number
      if (j < 0) break
      if (this.#isPassed(j)) continue
      this.#try(j)
      this.#try(route.before(j))
    }
    for (let k = 0; k < this.#outCount; k++) {
      const gap = this.#gaps[k] as number
      if (!route.isOut(gap)) this.#try(gap)
    }
    return route.insertAtBest()
  }

  /** Whether stroke j is out of the route, or is skipped at random. */
  #isPassed(j: number): boolean {
    return this.#route.isOut(j) || this.#dice.below(BLINK) === 0
  }

  /** Tries the place after stroke a, if `#putBack` has not tried this place for the present stroke. */
  #try(a: number): void {
    if (this.#seen[a] === this.#look) return
    this.#seen[a] = this.#look
    this.#route.try(a)
  }
}
