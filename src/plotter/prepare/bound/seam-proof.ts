import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import type { Links } from '../order/link-cost.ts'
import type { Seams } from '../order/seams.ts'
import { inFileOrder, type Sequence } from '../order/sequence.ts'
import type { Work } from '../work.ts'
import type { Freedom } from './link-graph.ts'
import { PlaceGraph } from './place-graph.ts'
import { raiseStars } from './seam-bound.ts'
import { type Budget, SetRoutes } from './set-routes.ts'
import { Slacks } from './slacks.ts'
import { Stars } from './stars.ts'

/** A route counts as the best when no other is cheaper by this, s: half a millisecond. */
const RESOLUTION = 5e-4
/**
 * Maximum number of places of a closed stroke: `all` / strokes, or `least` if that is more. If the stroke has more
 * vertices, a place is a disc round some of them.
 */
const PLACES = { all: 2400, least: 24 }
/** Number of steps in which the limit of the slacks grows. */
const STEPS = 12

/** The effort for a proof. */
export interface SeamEffort {
  /** Fraction of the work of `raiseStars`. */
  readonly prices: number
  /** Maximum number of rounds of each search for prices. */
  readonly rounds?: number
  /** Maximum number of links to compare, and of ways to keep, as in `Budget`. */
  readonly links: number
  readonly ways: number
}

/** The result of a proof for a small drawing with closed strokes. */
export interface SeamProof {
  /** No route costs less, s. */
  readonly least: number
  /** A route that costs less than the known one. */
  readonly better?: Sequence
}

/** A known route, and the effort for the proof that it is the best. */
export interface SeamTask {
  /** The cost of a known route, s. */
  readonly plan: number
  /** The first effort. `better` comes from this effort only. */
  readonly forPlan: SeamEffort | undefined
  /** The further effort when the first one leaves a gap. */
  readonly forBound: SeamEffort | undefined
}

/**
 * Tries to prove that a route of open and closed strokes has the least cost: compares all routes whose slacks add up to
 * at most a limit. The limit grows step by step until `Slacks.bound` + limit reaches the cost of the best route, or the
 * effort is spent.
 *
 * @param strokes  `MAX_STROKES` at most
 */
export function provenWithSeams(
  strokes: Strokes,
  links: Links,
  seams: Seams,
  free: Freedom,
  { plan, forPlan, forBound }: SeamTask,
  work: Work,
): SeamProof {
  const mostPlaces = Math.max(PLACES.least, Math.floor(PLACES.all / strokeCount(strokes)))
  const graph = new PlaceGraph(strokes, links, seams, free, Infinity, work, mostPlaces)
  const stars = new Stars(graph)
  let [least, best]: [number, number] = [-Infinity, plan]
  let better: Sequence | undefined
  for (const effort of [forPlan, forBound]) {
    if (effort === undefined) continue
    raiseStars(stars, plan, work, effort.prices, effort.rounds)
    const slacks = new Slacks(stars)
    const budget: Budget = { links: effort.links, ways: effort.ways }
    least = Math.max(least, slacks.bound)
    const routes = new SetRoutes(slacks, best - slacks.bound, budget)
    while (least < best - RESOLUTION && !work.expired()) {
      const limit = Math.min(best - RESOLUTION, least + (best - slacks.bound) / STEPS) - slacks.bound
      if (!routes.find(limit, work)) break
      if (routes.best < best - RESOLUTION) {
        best = routes.best
        if (effort === forPlan && graph.isExact) better = sequenceOf(strokes, graph, routes.route())
      }
      least = Math.min(best, slacks.bound + limit)
    }
    if (least >= best - RESOLUTION) break
  }
  return { least: least >= best - RESOLUTION ? best : least, ...(better && { better }) }
}

/** The order of the strokes of a route, given by its places. */
function sequenceOf(strokes: Strokes, graph: PlaceGraph, places: readonly number[]): Sequence {
  const sequence = inFileOrder(strokeCount(strokes))
  let k = 0
  for (let i = 0; i < places.length; i++) {
    const node = graph.nodeOf(places[i] as number)
    const stroke = node >> 1
    sequence.stroke[k] = stroke
    if (graph.capacity[node] === 2) sequence.seam[stroke] = (places[i] as number) - (graph.firstPlace[node] as number)
    else {
      sequence.reversed[k] = node & 1
      i++
    }
    k++
  }
  return sequence
}
