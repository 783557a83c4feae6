import type { Work } from '../work.ts'
import { crossed } from './crossover.ts'
import { greedyTour } from './greedy.ts'
import type { Links } from './link-cost.ts'
import { LocalSearch } from './local-search.ts'
import { type Neighbours, neighbours, priced } from './neighbours.ts'
import { Dice, kick } from './perturb.ts'
import type { Seams } from './seams.ts'
import { Tour } from './tour.ts'

/** Steps of the local search, or kicks (see `index.ts`), between two checks of the clock and the signal: about 2 ms. */
const CHECK_EVERY = 256

/** Maximum number of strokes in a stretch that the search reverses. */
const LONGEST = 50_000

/** The kicks start near stroke 0, go on by the numbers of the strokes, and pass over all strokes this many times. */
const PASSES = 4

/**
 * A drawing with at most this many strokes is searched for about a second, or until nothing more is gained. Home counts
 * as a stroke in this limit and in MANY, but not in FEW.
 */
const SMALL = 1_000
/** Number of kicks that take about a second. */
const KICKS = 100_000
/** A round of a small drawing ends when this many kicks for each stroke have gained nothing. */
const PATIENCE = 100

/**
 * For at most this many strokes, the search crosses a population of tours (`crossover`): in `searchFew` if no seam may
 * move, else in `many-starts`.
 */
export const FEW = 200
/** Number of tours in the population of `searchFew` at effort 1. */
const TOURS = 180
/**
 * Number of kicks for the first of these tours at effort 1. The search of this tour also counts the extra cost of
 * travel, `perMm`.
 */
const FEW_KICKS = 30_000
/**
 * Every tour but the first begins as a greedy tour over other costs. The cost of each link is multiplied by a random
 * factor from 1 to 1 + NOISE.
 */
const NOISE = 2
/** Number of nearest ends that are compared with each end when the search crosses tours. */
const NEAR_OF_FEW = 24

/**
 * Number of nearest ends that are compared with each end: NEAR + MORE_NEAR · (closed strokes / all strokes).
 * Both ends of a closed stroke lie at its seam, so a near closed stroke counts as two near ends.
 */
const NEAR = 8
const MORE_NEAR = 12
/** Number of nearest ends that are compared with each end in drawings with more than LARGE strokes. */
const FEW_NEAR = 6
const LARGE = 200_000

/** How many nearest ends are compared with each end. */
export function nearEndCount(strokes: number, seams: Seams): number {
  return strokes > LARGE ? FEW_NEAR : NEAR + Math.round((MORE_NEAR * seams.closed.length) / strokes)
}

/**
 * The number of kicks for a number of strokes. At effort 1, the kicks of a small drawing take about a second. A large
 * drawing gets fewer kicks per stroke. A large drawing with movable seams gets even fewer, because its kicks gain less.
 */
export function kicksFor(strokes: number, effort: number, seams: Seams): number {
  const perStroke = (seams.any ? 1.2 : 5) * Math.min(1, 10_000 / strokes) ** 0.6
  const second = KICKS * Math.min(1, (SMALL / strokes) ** 2)
  return Math.round(effort * Math.max(second, perStroke * strokes))
}

/**
 * Choosing all seams together is slow and helps only when the order is nearly final. So the search chooses the seams
 * together only after each round of the second half. With more strokes than this, the search chooses the seams together
 * only after the last round.
 */
const MANY = 6_000

/** One round of the search. Each round improves the tour of the round before. */
interface Round {
  /** Fraction of all kicks. */
  readonly share: number
  /** Whether only time counts. The extra cost of travel (`LinkCosts.perMm`) would make the last rounds worse. */
  readonly byTime: boolean
}

/** Rounds for drawings with movable seams and more than MANY strokes. The seams move after each round. */
const WITH_SEAMS: readonly Round[] = [
  { share: 0.3, byTime: false },
  { share: 0.4, byTime: false },
  { share: 0.3, byTime: true },
]
/**
 * Rounds for drawings with movable seams and at most MANY strokes. More rounds with the same number of kicks make plots
 * of circles and contour lines 0.1 to 0.2 % faster.
 */
const rounds = (count: number): readonly Round[] =>
  Array.from({ length: count }, (_, i) => ({ share: 1 / count, byTime: 3 * i >= 2 * count }))
const MORE_WITH_SEAMS = rounds(6)
const MAX_WITH_SEAMS = rounds(12)
/** Rounds for drawings without movable seams. */
const WITHOUT: readonly Round[] = [
  { share: 0.7, byTime: false },
  { share: 0.3, byTime: true },
]

/**
 * The best tour that the search finds with its kicks. Kicks are counted, not time. So a drawing gives the same order on
 * every machine, unless `work` expires.
 *
 * @param start  entry nodes of the file's order; home is its last item
 */
export function searchTour(
  links: Links,
  seams: Seams,
  start: Int32Array<ArrayBuffer>,
  kicks: number,
  work: Work,
): Tour {
  const seconds = links.byTime()
  if (start.length < 3) {
    const only = tourOfOne(seconds, start)
    if (seams.any) seams.settle(only, seconds)
    return only
  }
  const given = new Tour(start)
  const most = given.cost(seconds) + seams.cost()
  const dice = new Dice()
  if (!seams.any && start.length <= FEW + 1 && kicks > 0) {
    const tour = searchFew(links, given, kicks / KICKS, dice, work)
    return tour.cost(seconds) < most ? tour : given
  }
  let near = neighbours(links, nearEndCount(start.length, seams))
  work.check()
  const tour = firstTour(links, given, greedyTour(links, near))
  let done = 0
  for (const { share, byTime } of roundsOf(start.length, seams)) {
    work.check()
    const costs = byTime ? seconds : links
    if (byTime) near = priced(near, seconds)
    const search = new LocalSearch(tour, costs, near, LONGEST)
    descend(search, work)
    shake(search, costs, dice, Math.round(kicks * share), work.part(done, done + share))
    done += share
    const together = done > (start.length > MANY ? 0.9 : 0.5)
    const moved = seams.any && (together ? seams.settle(tour, costs) : seams.sweep(tour, costs))
    if (work.expired()) break
    if (moved) near = neighbours(costs, near.k)
  }
  if (tour.cost(seconds) + seams.cost() < most) return tour
  seams.reset()
  return given
}

/**
 * Searches for a tour of few strokes without movable seams: crosses the tours that a local search finds from many
 * greedy tours.
 */
function searchFew(byDistance: Links, given: Tour, effort: number, dice: Dice, work: Work): Tour {
  const links = byDistance.byTime()
  const near = neighbours(links, NEAR_OF_FEW)
  const count = Math.max(2, Math.round(effort * TOURS))
  const tours: Tour[] = []
  for (let t = 0; t < count && !(t > 0 && work.expired()); t++) {
    work.progress(t / count)
    const greedy = greedyTour(links, { ...near, costs: t === 0 ? near.costs : noisy(near.costs, dice) })
    const tour = t === 0 ? firstTour(links, given, greedy) : new Tour(greedy)
    // Where lines lie at equal distances, many links cost the same. So the search of the first tour also counts the
    // extra cost of travel, which leads to a better order.
    if (t === 0)
      searchAmong(tour, byDistance, priced(near, byDistance), Math.round(effort * FEW_KICKS), work.part(0, 0), dice)
    descend(new LocalSearch(tour, links, near, LONGEST), work)
    tours.push(tour)
  }
  return crossed(tours, links, near, dice, work)
}

/** Costs of links for another greedy tour. */
export const noisy = (costs: Float64Array<ArrayBuffer>, dice: Dice): Float64Array<ArrayBuffer> =>
  costs.map((cost) => cost * (1 + (NOISE * dice.below(1000)) / 1000))

/** The rounds for a tour of `size` items. */
function roundsOf(size: number, seams: Seams): readonly Round[] {
  if (!seams.any) return WITHOUT
  if (size > MANY) return WITH_SEAMS
  return size > SMALL ? MORE_WITH_SEAMS : MAX_WITH_SEAMS
}

/** Improves a tour by exchanges of the links to these neighbours, and by kicks. */
export function searchAmong(
  tour: Tour,
  links: Links,
  near: Neighbours,
  kicks: number,
  work: Work,
  dice = new Dice(),
): void {
  const search = new LocalSearch(tour, links, near, LONGEST)
  descend(search, work)
  shake(search, links, dice, kicks, work)
}

/** Number of nearest ends that are compared with each end for a rough tour. */
const ROUGH_NEAR = 4

/** A tour for estimates only: a greedy tour, or the file's order. Takes far less time than `searchTour`. */
export function roughTour(links: Links, seams: Seams, start: Int32Array<ArrayBuffer>): Tour {
  const tour =
    start.length < 3
      ? tourOfOne(links, start)
      : firstTour(links, new Tour(start), greedyTour(links, neighbours(links, ROUGH_NEAR)))
  if (seams.any) seams.sweep(tour, links)
  return tour
}

/** The tour of a single stroke, in the file's direction unless the other direction costs less. */
function tourOfOne(links: Links, start: Int32Array<ArrayBuffer>): Tour {
  const home = start.length - 1
  const given = new Tour(start)
  const turned = new Tour(start.map((node) => (node >> 1 === home ? node : node ^ 1)))
  return turned.cost(links) < given.cost(links) ? turned : given
}

/** The greedy tour, unless the file's own order costs no more. */
function firstTour(links: Links, given: Tour, greedy: Int32Array<ArrayBuffer>): Tour {
  const tour = new Tour(greedy)
  return given.cost(links) <= tour.cost(links) ? new Tour(given.entry.slice()) : tour
}

/** Runs the local search until it finds no improvement, or the time is up. */
function descend(search: LocalSearch, work: Work): void {
  search.pushAll()
  while (!search.idle && !work.expired()) {
    search.improve(CHECK_EVERY, false)
    search.tour.commit()
  }
}

/** Improves a tour by kicks. */
function shake(search: LocalSearch, links: Links, dice: Dice, kicks: number, work: Work): void {
  const { size } = search.tour
  const patience = size > SMALL ? Infinity : PATIENCE * size
  let lastGain = 0
  for (let k = 0; k < kicks && k - lastGain <= patience; k++) {
    if (k % CHECK_EVERY === 0) {
      if (work.expired()) return
      work.progress(k / kicks)
    }
    if (kick(search, links, dice, Math.floor(((PASSES * k) / kicks) * size) % size) > 0) lastGain = k
  }
}
