import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import type { Work } from '../work.ts'
import { crossed } from './crossover.ts'
import { greedyTour } from './greedy.ts'
import type { Links } from './link-cost.ts'
import { nearStrokes } from './near-strokes.ts'
import { neighbours } from './neighbours.ts'
import { Dice } from './perturb.ts'
import type { Seams } from './seams.ts'
import { nearEndCount, noisy, searchAmong } from './search.ts'
import { type Sequence, sequenceOf } from './sequence.ts'
import { KICKS, LOOK, LOSS, NEAR, searchRound, tourOf } from './together.ts'
import { Tour } from './tour.ts'

/** Maximum number of routes at effort 1, each from another start: other seams and another greedy tour. */
const STARTS = 80
/**
 * The search begins no more routes after this time at effort 1, s. This time is computed from the number of strokes
 * and the `looks` of `rebuild`, so that a drawing gets the same order on every machine.
 */
const SECONDS = 0.8
/** The computed time for each stroke of a route, without the time for the `looks`, s. */
const PER_STROKE = 60e-6
/** Number of best routes. With the seams of each of them, the search crosses the orders of all routes (`crossover`). */
const CROSSED = 8
/** Least number of nearest ends that the search compares with each end when it crosses routes. */
const NEAR_ENDS = 10
/** Steps of `rebuild` for each closed stroke. */
const STEPS = 12
/** Costs that differ by less count as equal, s. */
const EQUAL = 1e-9

/** A route with its seams, and its cost, s. */
interface Candidate {
  readonly sequence: Sequence
  readonly cost: number
}

/**
 * Searches for order and seams of few strokes, some of them closed. Improves many routes that begin with different
 * seams and greedy tours. Then crosses the orders of all routes, once with the seams of each of the best routes.
 * `index.ts` explains seam, tour and route.
 *
 * @param start  a good route
 * @param links  the ends of closed strokes lie at the seams of `start`. The function moves them to the seams of the
 *   result
 * @returns the best route; `start` if none is better
 */
export function searchManyStarts(
  strokes: Strokes,
  start: Sequence,
  links: Links,
  seams: Seams,
  effort: number,
  work: Work,
): Sequence {
  const count = strokeCount(strokes)
  const dice = new Dice()
  const rebuilding = { steps: STEPS * seams.closed.length, loss: LOSS, dice }
  const kicks = KICKS * count
  const rounds = { strokes, links, seams, near: nearStrokes(strokes, NEAR, work), rebuilding, kicks }
  const nearest = neighbours(links, nearEndCount(count, seams))
  const settled = (tour: Tour): Candidate => {
    seams.settle(tour, links)
    return { sequence: { ...sequenceOf(tour), seam: seams.shift.slice() }, cost: tour.cost(links) + seams.cost() }
  }
  const first = { sequence: start, cost: tourOf(start, count).cost(links) + seams.cost() }
  const candidates: Candidate[] = [first]
  const starts = Math.round(effort * STARTS)
  for (let [t, spent] = [0, 0]; t < starts && spent < effort * SECONDS && !work.expired(); t++) {
    const part = work.part(t / starts, (t + 1) / starts)
    seams.moveTo(anySeams(strokes, seams, dice))
    const tour = new Tour(greedyTour(links, { ...nearest, costs: noisy(nearest.costs, dice) }))
    searchAmong(tour, links, neighbours(links, nearest.k), kicks, part.part(0, 0.5), dice)
    const { tour: improved, looks } = searchRound(settled(tour).sequence, rounds, part.part(0.5, 1))
    spent += looks * LOOK + count * PER_STROKE
    candidates.push(settled(improved))
  }
  const tours = candidates.map(({ sequence }) => tourOf(sequence, count))
  candidates.sort((p, q) => p.cost - q.cost)
  const best = candidates.slice(0, CROSSED).map(({ sequence }) => {
    seams.moveTo(sequence.seam)
    return settled(crossed(tours, links, neighbours(links, Math.max(NEAR_ENDS, nearest.k)), dice, work))
  })
  const { sequence } = [first, ...best].reduce((p, q) => (q.cost < p.cost - EQUAL ? q : p))
  seams.moveTo(sequence.seam)
  return sequence
}

/** A random vertex of each closed stroke. */
function anySeams({ starts }: Strokes, seams: Seams, dice: Dice): Uint32Array<ArrayBuffer> {
  const shift = new Uint32Array(seams.shift.length)
  for (const i of seams.closed) shift[i] = dice.below((starts[i + 1] as number) - (starts[i] as number) - 1)
  return shift
}
