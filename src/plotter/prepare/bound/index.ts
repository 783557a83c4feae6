/**
 * The room `prepare/bound`. Import only from this file.
 *
 * - `link-graph` (links and their costs) and `one-tree` (the cheapest tree for given prices) bound all drawings.
 * - `tighten` bounds small drawings, with `tilt`, `relaxation`, `first-links`, `tree-maximum`, `odd-sets`,
 *   `violated-sets`, and `branch` with `gains`.
 * - `seam-bound` bounds drawings with closed strokes, with `place-graph`, `stars` and `pair-tree`.
 * - `seam-proof` bounds small drawings with closed strokes, with `slacks`, `set-routes` and `set-table`.
 * - `branch-and-cut` raises a bound of `tighten` or `seam-proof` that leaves a gap, with `program-links`,
 *   `linear-program`, `active-columns`, `narrowed`, `row`, `conditions` and `combs`.
 *
 * Words of all files (`order/index.ts` explains node, home, link, seam and tour):
 *
 * - item: a stroke or home. Item i has nodes 2i and 2i + 1. A closed stroke uses node 2i only
 * - capacity of a node: the number of links that it has in a route: 1, or 2 for a closed stroke
 * - 1-tree: a tree of links that joins the items, with one more link. Every route is a 1-tree. `Relaxation` uses a tree
 *   of strokes, with one link for each end of home
 * - price of a node: each link at the node counts as cheaper by the price, and the bound rises by capacity · price. So
 *   no price changes the cost of a route, but prices change which 1-tree is the cheapest
 * - weight of a link: its cost minus the prices of its two nodes. `Relaxation` also subtracts the price of each odd set
 *   that the link leaves (`OddSets`)
 * - fractional route: the average of many trees (the average tree), or a solution of a linear program
 * - share of a link: how much of the link a fractional route uses, 0 to 1
 * - odd set: a set of nodes whose capacities have an odd sum. At least one link of every route leaves the set
 *
 * Words of the files for closed strokes, where share and weight mean something else:
 *
 * - place: where the pen may enter and leave a node. An open end is one place. A place of a closed stroke is a vertex,
 *   or a disc round some vertices
 * - node: an end of an open stroke, or the start or end of the route, each with one place. A closed stroke is one node
 *   with many places
 * - entry: a pair of nodes with a direction: it belongs to one node and names the other. Its `twin` is the same pair in
 *   the other direction
 * - share: a part of a link's cost that is charged to one of its two nodes, and depends on that node's place
 * - star: one place of a node, with the links at this place: two links at a closed stroke, else one link. The cost of a
 *   star is the cost of the stop at the place + the shares of these links
 * - weight of a link: its cost minus both shares, the least value over all places of its two nodes
 */
import { at, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import {
  costInOrder,
  endsOf,
  inSequence,
  type Point,
  type RouteEnds,
  type Sequence,
  sequenceOf,
} from '../order/index.ts'
import { type LinkCosts, Links } from '../order/link-cost.ts'
import { Seams } from '../order/seams.ts'
import { isClosed } from '../order/sequence.ts'
import type { Work } from '../work.ts'
import type { Solver } from './linear-program.ts'
import { type Freedom, type LinkGraph, linkGraph } from './link-graph.ts'
import { OneTree } from './one-tree.ts'
import { PlaceGraph } from './place-graph.ts'
import { leastWithSeams } from './seam-bound.ts'
import { FEW_SEAMS, provenWithSeams, type SeamEffort } from './seam-proof.ts'
import { tightenBound } from './tighten.ts'

export { loadSolver, type Solver } from './linear-program.ts'

/** Maximum number of links to weigh for one bound: about 20 ns each. */
const WORK = 1_500_000_000
const MAX_ROUNDS = 3000
/** More rounds than this without a better bound halve the steps. */
const PATIENCE = 20
/** The bound counts as equal to the plan's cost when it is this near, s. */
const NEAR = 1e-4
/**
 * Maximum number of places for a tighter bound, and of nodes for a proof. A proof has two nodes for each stroke and two
 * for home, so up to 200 strokes.
 */
const FEW = 402
/** Number of nearest places that are compared with each place: `all` / number of places, within `least` … `most`. */
const NEAR_PLACES = { least: 48, most: 250, all: 1_000_000 }
/** Maximum number of links to compare for a tighter bound before the solver runs: about five seconds. */
const OF_BOUND = 450_000_000
/** Maximum number of links to compare for a better plan, with effort 1: about half a second. */
const OF_PLAN = 50_000_000

/** Efforts for a drawing with closed strokes: for a tighter bound, and for a better plan with effort 1. */
const OF_SEAMS_BOUND: SeamEffort = { prices: 1, links: 400_000_000, ways: 8_000_000 }
const OF_SEAMS_PLAN: SeamEffort = { prices: 0.05, rounds: 500, links: 6_000_000, ways: 120_000 }

/** The nodes of the route's end and start when there is only one stroke. */
const [END, START] = [2, 3]

/** The route whose cost is bounded from below. */
export interface BoundRoute {
  /** Where the route starts and ends. If a point is absent, the route may start or end anywhere. */
  readonly from?: Point | undefined
  readonly to?: Point | undefined
}

/** The proof of a plan. */
export interface Proof {
  /** No route costs less, s. */
  readonly least: number
  /** A better order than the plan's, and its cost, s. */
  readonly better?: { readonly order: Sequence; readonly seconds: number }
}

/** The known plan and the effort for `proven`. */
export interface Proving {
  /** The cost of a known route, s. */
  readonly knownCost: number
  /** Effort to find a better plan; with 1, the search takes at most about a second. */
  readonly effort: number
  /**
   * Whether more effort follows, which raises the bound but keeps the plan. With `isBounded`, a drawing with closed
   * strokes may have up to 200 strokes, otherwise up to 40.
   */
  readonly isBounded: boolean
  /** Raises the bound where the proof leaves a gap, if `isBounded` is set. */
  readonly solver?: Solver | undefined
}

/** Whether branch and bound may prove the order of these strokes: up to 200 strokes, all without a movable seam. */
export function isProvable(strokes: Strokes, areSeamsFree: boolean): boolean {
  const count = strokeCount(strokes)
  if (2 * count + 2 > FEW) return false
  for (let i = 0; i < count; i++) if (areSeamsFree && isClosed(strokes, i)) return false
  return true
}

/**
 * Tries to prove that a plan has the least cost of all orders, directions, seams and joins. The limit is 200 open
 * strokes. If some strokes are closed, the limit is 40 strokes, or 200 with `isBounded`. Often finds a better plan on
 * the way. The effort for a better plan is counted in links, so this plan depends only on the input, unless the time of
 * `work` is up. The effort of the solver is counted in steps, and the solver raises only the bound.
 *
 * `isBounded` does not change the better plan. With `isBounded`, the proof takes up to three minutes longer.
 *
 * @param strokes  in the best known order, if all are open; the first comparisons include the links of this order
 * @returns undefined with effort 0, for fewer than two strokes, and for more strokes than these limits
 */
export function proven(
  strokes: Strokes,
  { from, to }: RouteEnds,
  costs: LinkCosts,
  areSeamsFree: boolean,
  { knownCost, effort, isBounded, solver }: Proving,
  work: Work,
): Proof | undefined {
  const count = strokeCount(strokes)
  if (count < 2 || 2 * count + 2 > FEW || effort === 0) return undefined
  const route = { from, ...(to && { to }) }
  const links = new Links(endsOf(strokes, route), { ...costs, perMm: 0 }, to === undefined)
  const seams = new Seams(areSeamsFree ? strokes : { ...strokes, starts: new Uint32Array(1) }, links)
  const free = { start: false, end: to === undefined }
  if (seams.any) {
    if (count > FEW_SEAMS && !isBounded) return undefined
    const { links: ofPlan, ways } = OF_SEAMS_PLAN
    const forPlan = count <= FEW_SEAMS ? { ...OF_SEAMS_PLAN, links: effort * ofPlan, ways: effort * ways } : undefined
    const { least, better, isByProgram } = provenWithSeams(
      strokes,
      links,
      seams,
      free,
      { knownCost, forPlan, forBound: isBounded ? OF_SEAMS_BOUND : undefined, ...(isBounded && { solver }) },
      work,
    )
    const seconds = better && costInOrder(inSequence(strokes, better), route, costs, areSeamsFree)
    const cost = seconds ?? knownCost
    const isOpen = isBounded && !isByProgram && least < cost - NEAR
    const raised = isOpen ? Math.max(least, leastCost(strokes, route, costs, areSeamsFree, cost, work)) : least
    return {
      least: Math.min(raised, cost),
      ...(better && { better: { order: better, seconds: cost } }),
    }
  }
  const graph = linkGraph(strokes, links, seams, free, work, Infinity)
  const forPlan = effort * OF_PLAN
  const most = isBounded ? Math.max(forPlan, OF_BOUND) : forPlan
  const tightening = { knownCost, isExact: true, links, most, forPlan, ...(isBounded && { solver }) }
  const { least, better } = tightenBound(graph, evenPrices(graph, costs), tightening, work)
  return { least, ...(better && { better: { order: sequenceOf(better.tour), seconds: better.seconds } }) }
}

/**
 * A lower bound of the cost of pen-up travel, lifts, drawn gaps and stops at seams, s. The bound holds for all orders,
 * directions, seams and joins of these strokes, by the time model of the search.
 *
 * Every route is a 1-tree in which each node has as many links as its capacity. So no route costs less than the
 * cheapest 1-tree. Prices of the nodes (Lagrange multipliers) raise this bound step by step (subgradients; M. Held and
 * R. M. Karp, 1971). In a drawing with few places, prices of odd sets raise the bound further, and so does branch and
 * bound if all strokes are open. A 1-tree may enter a closed stroke at one vertex and leave it at another. If strokes
 * are closed, a second bound (`leastWithSeams`) makes the pen leave each closed stroke where it entered the stroke. The
 * higher of the two bounds counts.
 *
 * @param knownCost  the cost of a known route, s; the search for prices ends when the bound reaches it
 * @returns at most `knownCost`
 */
export function leastCost(
  strokes: Strokes,
  { from, to }: BoundRoute,
  costs: LinkCosts,
  areSeamsFree: boolean,
  knownCost: number,
  work: Work,
  solver?: Solver,
): number {
  if (strokeCount(strokes) === 0) return knownCost
  const free: Freedom = { start: from === undefined, end: to === undefined }
  const somewhere = { x: 0, y: 0 }
  const links = new Links(endsOf(strokes, { from: from ?? somewhere, to: to ?? somewhere }), { ...costs, perMm: 0 })
  const seams = new Seams(areSeamsFree ? strokes : { ...strokes, starts: new Uint32Array(1) }, links)
  if (strokeCount(strokes) === 1) return Math.min(knownCost, leastOfOne(strokes, links, seams, free))
  if (!seams.any) return leastByTrees(strokes, { links, seams, free }, knownCost, work, solver)
  const [first, second] = [work.part(0, 0.2), work.part(0.2, 1)]
  const byTrees = leastByTrees(strokes, { links, seams, free }, knownCost, first)
  if (byTrees > knownCost - NEAR || work.expired()) return byTrees
  const { least, most, all } = NEAR_PLACES
  const near = Math.max(least, Math.min(most, Math.floor(all / places(strokes, seams))))
  const graph = new PlaceGraph(strokes, links, seams, free, near, second)
  return Math.min(knownCost, Math.max(byTrees, leastWithSeams(graph, knownCost, second)))
}

/** The least cost of a single stroke over its two directions, or over all its seams, s. */
function leastOfOne({ starts, points }: Strokes, links: Links, seams: Seams, { start, end }: Freedom): number {
  const { lift } = links.costs
  const from = (vx: number, vy: number): number => (start ? lift : links.toPoint(START, vx, vy))
  const to = (vx: number, vy: number): number => (end ? lift : links.toPoint(END, vx, vy))
  const last = at(starts, 1) - 1
  const way = (enter: number, leave: number): number =>
    from(x(points, enter), y(points, enter)) + to(x(points, leave), y(points, leave))
  if (!seams.isFree(0)) return Math.min(way(0, last), way(last, 0))
  let least = Infinity
  for (let v = 0; v < last; v++) least = Math.min(least, way(v, v) + seams.stopAt(v))
  return least
}

/** The links with their costs, the seams, and which ends of the route are free. */
interface Costs {
  readonly links: Links
  readonly seams: Seams
  readonly free: Freedom
}

/** The bound of `leastCost` by 1-trees, which may enter a closed stroke at one vertex and leave it at another. */
function leastByTrees(
  strokes: Strokes,
  { links, seams, free }: Costs,
  knownCost: number,
  work: Work,
  solver?: Solver,
): number {
  const graph = linkGraph(strokes, links, seams, free, work)
  const tree = new OneTree(graph)
  const rounds = Math.min(MAX_ROUNDS, Math.floor(WORK / graph.a.length))
  const { capacity } = graph
  const price = evenPrices(graph, links.costs)
  const direction = new Float64Array(capacity.length)
  let dual = price.slice()
  let best = -Infinity
  let step = 1
  let since = 0
  for (let round = 0; round < rounds; round++) {
    if (work.expired()) break
    work.progress(round / rounds)
    const bound = tree.cost(price)
    if (bound > best + NEAR / 10) {
      best = bound
      dual = price.slice()
      since = 0
    } else if (++since > PATIENCE) {
      step /= 2
      since = 0
    }
    if (best > knownCost - NEAR || step < 1e-3) break
    let norm = 0
    for (let n = 0; n < price.length; n++) {
      if (capacity[n] === 0) continue
      const excess = at(capacity, n) - at(tree.degree, n)
      direction[n] = 0.7 * excess + 0.3 * at(direction, n)
      norm += at(direction, n) ** 2
    }
    if (norm === 0) break
    const length = (step * (knownCost - bound)) / norm
    for (let n = 0; n < price.length; n++) price[n] = at(price, n) + length * at(direction, n)
  }
  const isSmall = places(strokes, seams) <= FEW
  if (best > knownCost - NEAR || !isSmall || work.expired()) return Math.min(knownCost, best)
  const complete = linkGraph(strokes, links, seams, free, work, Infinity)
  const tightening = { knownCost, isExact: !seams.any, most: OF_BOUND, forPlan: 0, solver }
  const { least } = tightenBound(complete, dual, tightening, work)
  return Math.min(knownCost, Math.max(best, least))
}

/** The first prices: half a lift for each node, s. */
const evenPrices = ({ capacity }: LinkGraph, { lift }: LinkCosts): Float64Array<ArrayBuffer> =>
  new Float64Array(capacity.length).fill(lift / 2)

/** The number of places without home. An open stroke has two places, and a closed stroke one for each vertex. */
function places({ starts }: Strokes, seams: Seams): number {
  let sum = 0
  for (let i = 0; i + 1 < starts.length; i++)
    sum += seams.isFree(i) ? (starts[i + 1] as number) - (starts[i] as number) - 1 : 2
  return sum
}
