import type { Work } from '../work.ts'
import { PairTree } from './pair-tree.ts'
import type { PlaceGraph } from './place-graph.ts'
import { Stars } from './stars.ts'

/** Weight of the latest stars and tree in the running average of all of them (`leastWithSeams` explains the words). */
const LATEST = 0.05
/** After this many rounds without a better bound the steps become shorter. */
const PATIENCE = 20
/** The search ends below this step. */
const SHORTEST = 3e-4
/** The step at the beginning of the first search for prices. */
const FIRST_STEP = 0.2
/** The step at the beginning of each later search, which has new values. `leastWithSeams` defines prices and values. */
const STEP = 0.1
/** Limit for all rounds together: the number of values of entries that they read, about 7 ns each. */
const WORK = 1_000_000_000
/** Number of searches for prices. Between two searches, `Stars.reshape` computes the values again. */
const SEARCHES = 3
/** Maximum number of rounds of each search for prices. */
const ROUNDS = 2000
/** Maximum number of pairs of places to compare between two searches, about 10 ns each. */
const RESHAPING = 250_000_000
/** Maximum number of times that the values are computed again between two searches. */
const SWEEPS = 8

/**
 * A lower bound of the cost of any route, s. On every route, the pen leaves each closed stroke where it entered.
 * `index.ts` explains entry, place, share, star and weight.
 *
 * The bound holds for any shares, because a route's cost is the sum of
 *
 * - for each node, the stop and the shares at the place that the route uses: at least the node's cheapest star.
 * - for each link, cost − both shares: at least the link's weight. A route's links join all strokes, so they weigh at
 *   least as much as the lightest tree.
 *
 * share = price of the entry + value at the place. A round raises a price if more stars than tree links use the entry,
 * on average, and lowers the price if fewer do (the volume algorithm: F. Barahona and R. Anbil, 2000). The values are
 * computed again between two searches for prices.
 *
 * @param knownCost  the cost of a known route, s; the search for prices ends when the bound reaches it
 */
export function leastWithSeams(graph: PlaceGraph, knownCost: number, work: Work): number {
  return raiseStars(new Stars(graph), knownCost, work)
}

/**
 * Finds the prices and values for the bound of `leastWithSeams`.
 *
 * @param effort  factor on the limits `WORK` and `RESHAPING`
 * @param most    maximum number of rounds of each search for prices
 * @returns the bound, s
 */
export function raiseStars(stars: Stars, knownCost: number, work: Work, effort = 1, most = ROUNDS): number {
  const { graph } = stars
  const prices = new Prices(stars)
  const sweeps = Math.min(SWEEPS, Math.floor((effort * RESHAPING) / graph.pairs))
  let [best, left] = [-Infinity, Math.floor((effort * WORK) / graph.reach.length)]
  for (let k = 0; k < SEARCHES; k++) {
    const rounds = Math.min(most, Math.floor(left / (SEARCHES - k)))
    left -= rounds
    const part = work.part(k / SEARCHES, (k + 1) / SEARCHES)
    best = Math.max(best, prices.raise(rounds, knownCost, k === 0 ? FIRST_STEP : STEP, part))
    if (best >= knownCost || sweeps === 0 || work.expired() || k + 1 === SEARCHES) break
    for (let sweep = 0; sweep < sweeps && !work.expired(); sweep++) stars.reshape()
  }
  return best
}

/** Prices of entries, with the average use of each entry by stars and trees. */
class Prices {
  readonly #stars: Stars
  readonly #tree: PairTree
  /** For each price, the average number of stars that use it − the average number of tree links that use it. */
  readonly #lack: Float64Array<ArrayBuffer>
  /** Whether the average is still empty. */
  #isEmpty = true

  constructor(stars: Stars) {
    this.#stars = stars
    this.#tree = new PairTree(stars)
    this.#lack = new Float64Array(stars.price.length)
  }

  /** Raises the bound. @returns the bound, s */
  raise(rounds: number, knownCost: number, firstStep: number, work: Work): number {
    const { price } = this.#stars
    const lack = this.#lack
    let best = this.#bound()
    let kept = price.slice()
    this.#add(this.#isEmpty ? 1 : LATEST)
    let [step, since] = [firstStep, 0]
    for (let round = 0; round < rounds && best < knownCost && step > SHORTEST; round++) {
      if (work.expired()) break
      work.progress(round / rounds)
      let norm = 0
      for (const each of lack) norm += each * each
      if (norm < 1e-9) break
      const length = (step * (knownCost - best)) / norm
      for (let e = 0; e < price.length; e++) price[e] = (kept[e] as number) + length * (lack[e] as number)
      const bound = this.#bound()
      let agreement = 0
      for (const e of this.#stars.used) agreement += lack[e] as number
      for (const e of this.#tree.used) agreement -= lack[e] as number
      this.#add(LATEST)
      if (bound > best) {
        best = bound
        kept = price.slice()
        since = 0
        if (agreement > 0) step = Math.min(2, 1.1 * step)
      } else if (++since >= PATIENCE) {
        step *= 0.7
        since = 0
      }
    }
    price.set(kept)
    return best
  }

  #bound(): number {
    return this.#stars.cost() + this.#tree.cost()
  }

  /** Adds the last stars and tree to the average. */
  #add(weight: number): void {
    const lack = this.#lack
    this.#isEmpty = false
    for (let e = 0; e < lack.length; e++) lack[e] = (1 - weight) * (lack[e] as number)
    for (const e of this.#stars.used) lack[e] = (lack[e] as number) + weight
    for (const e of this.#tree.used) lack[e] = (lack[e] as number) - weight
  }
}
