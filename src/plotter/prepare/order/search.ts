import type { Work } from '../work.ts'
import { greedyTour } from './greedy.ts'
import type { Links } from './link-cost.ts'
import { LocalSearch } from './local-search.ts'
import { neighbours } from './neighbours.ts'
import { Dice, kick } from './perturb.ts'
import { Tour } from './tour.ts'

/** Steps and kicks between two looks at the clock and the signal: about 2 ms. */
const STRETCH = 256

/** Stretches of a tour longer than this are not reversed; short of it, all that help are. */
const LONGEST = 50_000

/** Kicks for a number of strokes: many where they are cheap to have, fewer where the time is needed to look once. */
export function kicksFor(strokes: number, effort: number): number {
  const perStroke = strokes <= 10_000 ? 1.5 : 1.5 * (10_000 / strokes) ** 0.6
  return Math.round(effort * Math.max(2_000, perStroke * strokes))
}

/**
 * The best tour found from `start` within the budget, which is counted in kicks, not in time: the same drawing gives
 * the same order on any machine.
 *
 * @param start  entry nodes of the order to begin with; home is its last item
 */
export function searchTour(links: Links, start: Int32Array<ArrayBuffer>, kicks: number, work: Work): Tour {
  const size = start.length
  const given = new Tour(start)
  if (size < 3) return given
  const near = neighbours(links, size > 200_000 ? 6 : 8)
  work.check()
  const greedy = new Tour(greedyTour(links, near))
  work.check()
  // The file's own order can be better than any greedy one: then it is what gets improved.
  const tour = given.cost(links) <= greedy.cost(links) ? new Tour(start.slice()) : greedy
  const search = new LocalSearch(tour, links, near, LONGEST)
  search.pushAll()
  while (!search.idle && !work.expired()) {
    search.improve(STRETCH, false)
    tour.commit()
  }
  const dice = new Dice()
  for (let k = 0; k < kicks; k++) {
    if (k % STRETCH === 0) {
      if (work.expired()) break
      work.progress(k / kicks)
    }
    kick(search, links, dice)
  }
  return tour.cost(links) < given.cost(links) ? tour : given
}
