import { tourOf } from '../order/crossover.ts'
import { greedyTour } from '../order/greedy.ts'
import type { Links } from '../order/link-cost.ts'
import { searchAmong } from '../order/search.ts'
import { Tour } from '../order/tour.ts'
import type { Work } from '../work.ts'
import { Branching } from './branch.ts'
import { leastByBranchAndCut } from './branch-and-cut.ts'
import type { Solver } from './linear-program.ts'
import type { LinkGraph } from './link-graph.ts'
import { linksOfEnds } from './program-links.ts'
import { Relaxation } from './relaxation.ts'
import { tilt } from './tilt.ts'

/** A route counts as the best if every other route saves less than this, s. */
const RESOLUTION = 5e-4
/**
 * Odd sets are added at most this many times before the missing links (`Relaxation.missing`) are added, and at most
 * this many times after that.
 */
const SET_ROUNDS = 16
/**
 * Rounds of prices after each addition of odd sets, and then after each addition of missing links. Each round changes
 * all prices once (`Relaxation.raise`).
 */
const ROUNDS = 60
/** Rounds of prices before the first addition of odd sets. */
const FIRST_ROUNDS = 300
/** Rounds of prices after each addition of odd sets when no link is missing any more. */
const LAST_ROUNDS = 400
/** Weight of the latest tree in the average of trees, in the rounds of LAST_ROUNDS. */
const LATEST = 0.02
/** Number of missing links that are added at a time, for each item. */
const ADDED = 4
/** Estimated number of comparisons of each link after all links of possible routes were added. */
const COMPARED = 5000
/** Odd sets are added while each addition closes at least this fraction of the gap between the bound and `enough`. */
const GAIN = 0.02
/** Number of neighbours of each node in a search for a better route. */
const NEAR = 8
/** Number of kicks (`order/perturb.ts`) in a search for a better route. */
const KICKS = 5000
/** The time of a search for a better route, counted in compared links. */
const SEARCH = 1_500_000

/** The raised bound of a small graph. */
export interface TightBound {
  /** No route costs less, s. −Infinity if the work ended while links were missing that make the tree cheaper. */
  readonly least: number
  /** A route that costs less than the known one, and its cost, s. */
  readonly better?: { readonly tour: Tour; readonly seconds: number }
}

/** How the bound of a small graph is raised. */
export interface Tightening {
  /** The cost of a known route, s. */
  readonly knownCost: number
  /**
   * True if a tree is a route as soon as the number of links at each node equals the node's capacity. False if a tree
   * may enter a closed stroke at one vertex and leave it at another.
   */
  readonly isExact: boolean
  /** Costs of links between nodes, for a search for better routes; absent if only the bound is wanted. */
  readonly links?: Links
  /** Maximum number of links to compare, about 12 ns each. */
  readonly most: number
  /** A better route that is found after this many comparisons of links is not kept. */
  readonly forPlan: number
  /** Raises the bound where branch and bound leaves a gap. */
  readonly solver?: Solver | undefined
}

/**
 * Raises the bound of a small graph that holds every link, by prices of odd sets. If `isExact` is set, branch and bound
 * follows. If that leaves a gap and `solver` is given, branch and cut follows. If `links` is given, also searches for
 * better routes. Each search begins with a greedy tour of links with great shares in the average of the trees, and
 * improves this tour by the links with the least weights. `index.ts` explains price, odd set, share and weight.
 *
 * @param price  the price of each node at the start, s
 */
export function tightenBound(graph: LinkGraph, price: Float64Array, tightening: Tightening, work: Work): TightBound {
  const { knownCost, isExact, links, most, forPlan, solver } = tightening
  const relaxation = new Relaxation(graph, price, most)
  let best: TightBound['better']
  /** A better route that is found after this much work is not kept. */
  let kept = forPlan
  let enough = knownCost - RESOLUTION
  if (links) tilt(relaxation, links, enough)
  let least = relaxation.raise(FIRST_ROUNDS, enough)
  const keep = (tour: Tour, links: Links): void => {
    const seconds = tour.cost(links)
    if (seconds > enough) return
    if (relaxation.work <= kept) best = { tour, seconds }
    enough = seconds - RESOLUTION
  }
  const search = (): void => {
    if (!links || relaxation.isSpent) return
    relaxation.work += SEARCH
    const tour = new Tour(greedyTour(links, relaxation.likeliest(NEAR)))
    searchAmong(tour, links, relaxation.lightest(NEAR, links), KICKS, work)
    keep(tour, links)
  }
  const addSets = (raise: () => number, after: () => void): void => {
    for (let round = 0; round < SET_ROUNDS && least <= enough && !relaxation.isSpent; round++) {
      if (work.expired() || relaxation.addOddSets() === 0) break
      const before = least
      least = Math.max(least, raise())
      after()
      if (least - before < GAIN * (enough - before)) break
    }
  }
  const raise = (): number => relaxation.raise(ROUNDS, enough)
  const drop = (): void => relaxation.drop(relaxation.linksAbove(enough))
  addSets(raise, () => {})
  search()
  let missing = relaxation.missing(enough)
  while (missing.cheaper.length > 0) {
    if (relaxation.isSpent || work.expired()) return bound(-Infinity, best)
    relaxation.add(missing.cheaper.slice(0, ADDED * relaxation.items))
    raise()
    missing = relaxation.missing(enough)
  }
  const whole = relaxation.work + COMPARED * (relaxation.a.length + missing.possible.length)
  if (whole > forPlan) kept = 0
  // branch and cut raises the bound even if this work does not suffice
  if (whole > most && !(isExact && solver)) return bound(Math.min(relaxation.bound(), enough), best)
  relaxation.add(missing.possible)
  least = relaxation.bound()
  if (least <= enough) {
    drop()
    addSets(() => relaxation.raise(LAST_ROUNDS, enough, LATEST), drop)
    search()
  }
  if (!isExact || least > enough || work.expired()) return bound(Math.min(least, enough), best)
  return closeGap(relaxation, { least, enough, kept, better: best }, tightening, work)
}

const bound = (least: number, better: TightBound['better']): TightBound => ({ least, ...(better && { better }) })

/** The state of `tightenBound` after the rounds of prices. */
interface Gap {
  readonly least: number
  readonly better: TightBound['better']
  /** The greatest bound that is of use, s. */
  readonly enough: number
  /** A better route that is found after this much work is not kept. */
  readonly kept: number
}

/** Raises `least` towards `enough` by branch and bound, and then by branch and cut. */
function closeGap(
  relaxation: Relaxation,
  { least, better, enough, kept }: Gap,
  { links, solver }: Tightening,
  work: Work,
): TightBound {
  const branching = new Branching(
    relaxation,
    { best: enough + RESOLUTION, resolution: RESOLUTION, forPlan: kept },
    work,
  )
  branching.decide()
  const { route } = branching
  const tour = route && links && tourOfRoute(relaxation, route)
  const best = tour ? { tour, seconds: tour.cost(links) } : better
  const highest = Math.min(enough, branching.best - RESOLUTION)
  if (!branching.isOpen) return bound(highest, best)
  if (!solver || work.expired()) return bound(Math.min(least, highest), best)
  const cut = leastByBranchAndCut(solver, linksOfEnds(relaxation), highest, work)
  return bound(Math.min(highest, Math.max(least, cut)), best)
}

/** The tour of the links of a route. */
function tourOfRoute({ a, b, capacity }: Relaxation, route: readonly number[]): Tour {
  const link = new Int32Array(capacity.length)
  for (const e of route) {
    link[a[e] as number] = b[e] as number
    link[b[e] as number] = a[e] as number
  }
  return tourOf(link)
}
