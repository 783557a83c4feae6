import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import type { Links } from '../order/link-cost.ts'
import type { Seams } from '../order/seams.ts'
import { inFileOrder, type Sequence } from '../order/sequence.ts'
import type { Work } from '../work.ts'
import { leastByBranchAndCut } from './branch-and-cut.ts'
import type { Solver } from './linear-program.ts'
import type { Freedom } from './link-graph.ts'
import { PlaceGraph } from './place-graph.ts'
import { ProgramLinks } from './program-links.ts'
import { raiseStars } from './seam-bound.ts'
import { type Budget, SetRoutes } from './set-routes.ts'
import { MAX_STROKES } from './set-table.ts'
import { Slacks } from './slacks.ts'
import { Stars } from './stars.ts'

/** A route counts as the best if every other route saves less than this, s. */
const RESOLUTION = 5e-4
/**
 * Maximum number of places of a closed stroke: up to `FEW_SEAMS` strokes, `few` / number of strokes; with more strokes,
 * `many` / number of strokes; always at least `least`. `few` is lower, because the plan waits for this search. If a
 * closed stroke has more vertices, its places are discs round several vertices, and the bound is much lower.
 */
const PLACES = { few: 2400, many: 3000, least: 24 }
/** Maximum number of strokes for which routes are compared before branch and cut. */
export const FEW_SEAMS = 40
/** Maximum number of links in a linear program. */
const MAX_LINKS = 4_000_000
/** The limit of the slacks grows in about this number of steps. */
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
  /** Whether branch and cut raised `least` with every vertex as a place. Then `proven` computes no other bound. */
  readonly isByProgram: boolean
  /** A route that costs less than the known one. */
  readonly better?: Sequence
}

/** A known route, and the effort for the proof that it is the best. */
export interface SeamTask {
  /** The cost of a known route, s. */
  readonly knownCost: number
  /** The first effort. `better` comes from this effort only. */
  readonly forPlan: SeamEffort | undefined
  /** The effort if `forPlan` leaves a gap or is undefined. */
  readonly forBound: SeamEffort | undefined
  /** Raises the bound by branch and cut if `forBound` leaves a gap. */
  readonly solver?: Solver | undefined
}

/**
 * Tries to prove that a route of open and closed strokes has the least cost. A route costs at least `Slacks.bound` +
 * its slacks. The function compares all routes whose slacks add up to at most a limit (`SetRoutes`). The limit grows
 * step by step until `Slacks.bound` + limit reaches the cost of the best route, or the effort is spent. If `forBound`
 * and `solver` are given, branch and cut follows. Above `FEW_SEAMS` strokes, branch and cut comes first, and the
 * function compares routes only if branch and cut has no solver or too many links. Above `MAX_STROKES` strokes, the
 * function compares no routes.
 */
export function provenWithSeams(
  strokes: Strokes,
  links: Links,
  seams: Seams,
  free: Freedom,
  { knownCost, forPlan, forBound, solver }: SeamTask,
  work: Work,
): SeamProof {
  const count = strokeCount(strokes)
  const places = count <= FEW_SEAMS ? PLACES.few : PLACES.many
  const mostPlaces = Math.max(PLACES.least, Math.floor(places / count))
  const graph = new PlaceGraph(strokes, links, seams, free, Infinity, work, mostPlaces)
  const stars = new Stars(graph)
  const slacksFor = ({ prices, rounds }: SeamEffort): Slacks => {
    raiseStars(stars, knownCost, work, prices, rounds)
    return new Slacks(stars)
  }
  let [least, best]: [number, number] = [-Infinity, knownCost]
  let better: Sequence | undefined
  let isByProgram = false
  const compareRoutes = (slacks: Slacks, effort: SeamEffort): void => {
    const budget: Budget = { links: effort.links, ways: effort.ways }
    const routes = new SetRoutes(slacks, best - slacks.bound, budget)
    while (least < best - RESOLUTION && !work.expired()) {
      const limit =
        Math.min(best - RESOLUTION, Math.max(least, slacks.bound) + (best - slacks.bound) / STEPS) - slacks.bound
      if (!routes.find(limit, work)) break
      if (routes.best < best - RESOLUTION) {
        best = routes.best
        if (effort === forPlan && graph.isExact) better = sequenceOf(strokes, graph, routes.route())
      }
      least = Math.max(least, Math.min(best, slacks.bound + limit))
    }
  }
  if (forPlan) {
    const slacks = slacksFor(forPlan)
    least = slacks.bound
    compareRoutes(slacks, forPlan)
  }
  if (forBound && least < best - RESOLUTION) {
    const slacks = slacksFor(forBound)
    least = Math.max(least, slacks.bound)
    if (count <= FEW_SEAMS) compareRoutes(slacks, forBound)
    const links = solver && least < best - RESOLUTION ? slacks.linksWithin(best - slacks.bound, MAX_LINKS) : undefined
    if (solver && links && !work.expired()) {
      const byProgram = leastByBranchAndCut(solver, new ProgramLinks(links), best - RESOLUTION, work)
      isByProgram = graph.isExact && byProgram > least
      least = Math.max(least, byProgram)
    } else if (count > FEW_SEAMS && count <= MAX_STROKES) compareRoutes(slacks, forBound)
  }
  return { least: least >= best - RESOLUTION ? best : least, isByProgram, ...(better && { better }) }
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
