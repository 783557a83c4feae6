import { tourOf } from '../order/crossover.ts'
import { greedyTour } from '../order/greedy.ts'
import type { Links } from '../order/link-cost.ts'
import { searchAmong } from '../order/search.ts'
import { Tour } from '../order/tour.ts'
import type { Work } from '../work.ts'
import { Branching } from './branch.ts'
import type { LinkGraph } from './link-graph.ts'
import { Relaxation } from './relaxation.ts'
import { tilt } from './tilt.ts'

/** A route counts as the best when no other is cheaper by this, s: half a millisecond. */
const RESOLUTION = 5e-4
/** Most rounds of cuts, rounds of prices for each, and those before the first cut. */
const CUTS = 16
const ROUNDS = 60
const FIRST_ROUNDS = 300
/** The same when no link is missing: more rounds, in which the latest tree weighs less. */
const LAST_ROUNDS = 400
const LATEST = 0.02
/** Cuts go on while they close this share of the gap. */
const GAIN = 0.02
/** Neighbours of a node, and kicks, of a search for a better route. */
const NEAR = 8
const KICKS = 5000
/** A search takes as long as so many links. */
const SEARCH = 1_500_000

/** What is known of the routes of a small graph. */
export interface Tightened {
  /** No route costs less, s. */
  readonly least: number
  /** A route that costs less than the known one, and its cost, s. */
  readonly better?: { readonly tour: Tour; readonly seconds: number }
}

/** Links to compare. */
export interface Effort {
  readonly root: number
  readonly all: number
}

/** How the bound of a small graph is raised. */
export interface Tightening {
  /** The cost of a known route, s. */
  readonly plan: number
  /** Whether each tree with the right links is a route: not where a closed stroke may be entered and left at two vertices. */
  readonly isExact: boolean
  /** Costs between places, for a search for better routes; absent where the route may start anywhere. */
  readonly links?: Links
  /** Most links to compare, about 12 ns each, before branches and in all. */
  readonly most: Effort
  /** The same until a better route is kept no more. */
  readonly forPlan: Effort
}

/**
 * Raises the bound of a small graph that holds every link: by cuts, and where every tree with the right links is a route, by branch
 * and bound. On the way it searches for better routes, from the links that have the greatest shares in the average of the trees.
 *
 * @param price  of each node, from which to start
 */
export function tightened(
  graph: LinkGraph,
  price: Float64Array,
  { plan, isExact, links, most, forPlan }: Tightening,
  work: Work,
): Tightened {
  const of = new Relaxation(graph, price, most.root)
  let best: Tightened['better']
  let enough = plan - RESOLUTION
  const keep = (tour: Tour, links: Links): void => {
    const seconds = tour.cost(links)
    if (seconds > enough) return
    if (of.work <= forPlan.root) best = { tour, seconds }
    enough = seconds - RESOLUTION
  }
  const search = (): void => {
    if (!links || of.isSpent) return
    of.work += SEARCH
    const tour = new Tour(greedyTour(links, of.likeliest(NEAR)))
    searchAmong(tour, links, of.lightest(NEAR, links), KICKS, work)
    keep(tour, links)
  }
  const cut = (raise: () => number, after: () => void): void => {
    for (let round = 0; round < CUTS && least <= enough && !of.isSpent; round++) {
      if (work.expired() || of.addCuts() === 0) break
      const before = least
      least = Math.max(least, raise())
      after()
      if (least - before < GAIN * (enough - before)) break
    }
  }
  const raise = (): number => of.raise(ROUNDS, enough)
  const drop = (): void => of.drop(of.dear(enough))
  if (links) tilt(of, links, enough)
  let least = of.raise(FIRST_ROUNDS, enough)
  cut(raise, () => {})
  search()
  while (!of.takeIn(-Infinity)) {
    if (of.isSpent || work.expired()) return { least: -Infinity, ...(best && { better: best }) }
    raise()
  }
  of.takeIn(enough)
  least = of.bound()
  if (least <= enough) {
    drop()
    cut(() => of.raise(LAST_ROUNDS, enough, LATEST), drop)
    search()
  }
  if (isExact && least <= enough && !work.expired()) {
    const ofPlan = of.work <= forPlan.root ? forPlan.all : 0
    if (!of.isSpent) of.most = most.all
    const branching = new Branching(of, { best: enough + RESOLUTION, resolution: RESOLUTION, forPlan: ofPlan }, work)
    branching.decide()
    if (branching.route && links) {
      const tour = tourOfRoute(of, branching.route)
      best = { tour, seconds: tour.cost(links) }
    }
    enough = Math.min(enough, branching.best - RESOLUTION)
    if (!branching.isOpen) least = enough
  }
  return { least: Math.min(least, enough), ...(best && { better: best }) }
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
