import type { Work } from '../work.ts'
import { Branching } from './branch.ts'
import type { LinkGraph } from './link-graph.ts'
import { Relaxation } from './relaxation.ts'

/** A route counts as the best when no other is cheaper by this, s: half a millisecond. */
const RESOLUTION = 5e-4
/** Rounds of cuts, and of prices for each. */
const CUTS = 16
const ROUNDS = 100

/**
 * Raises the bound of a small graph that holds every link: by cuts, and where every tree with the right links is a route, by branch
 * and bound.
 *
 * @param price    of each node, from which to start
 * @param plan     the cost of a known route, s
 * @param isExact  whether routes are exactly those trees: not where a closed stroke may be entered and left at two vertices
 */
export function tightened(graph: LinkGraph, price: Float64Array, plan: number, isExact: boolean, work: Work): number {
  const of = new Relaxation(graph, price)
  const enough = plan - RESOLUTION
  of.drop(of.dear(enough))
  if (of.a.length === 0) return enough
  let least = of.raise(ROUNDS, enough)
  for (let round = 0; round < CUTS && least <= enough; round++) {
    if (work.expired()) return least
    const dear = of.dear(enough)
    if (dear.length === of.a.length) return enough
    of.drop(dear)
    if (of.addCuts() === 0) break
    least = Math.max(least, of.raise(ROUNDS, enough))
  }
  if (!isExact || least > enough) return least
  const branching = new Branching(of, plan, RESOLUTION, work)
  branching.decide()
  return branching.isOpen ? least : branching.best - RESOLUTION
}
