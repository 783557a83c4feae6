import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import type { Work } from '../work.ts'
import type { Links } from './link-cost.ts'
import { type NearStrokes, nearStrokes } from './near-strokes.ts'
import { neighbours } from './neighbours.ts'
import { Dice } from './perturb.ts'
import { type Rebuilding, rebuild } from './rebuild.ts'
import type { Seams } from './seams.ts'
import { nearEndCount, searchAmong } from './search.ts'
import { type Sequence, sequenceOf } from './sequence.ts'
import { Tour } from './tour.ts'

/** Number of near strokes (`near-strokes`) beside which `rebuild` may put a stroke. */
export const NEAR = 12
/** Maximum number of rounds. Each round changes order and seams together, then improves the order alone. */
const ROUNDS = 20
/** Number of steps of `rebuild` for each closed stroke in a round. */
const STEPS = 4
/** Number of kicks for each stroke in a round. */
export const KICKS = 2
/** With more strokes than this, each stroke gets fewer steps and kicks than STEPS and KICKS. */
const MANY = 5_000
/**
 * An increase of cost that about every third step of `rebuild` accepts, s: each step has a random limit of its own.
 * Limits that fall during a search give no better result.
 */
export const LOSS = 5e-4
/**
 * At effort 1, the search goes on while each second of it shortens the plot by at least PAYS seconds. In its first
 * LEAST seconds, the search goes on in any case.
 */
const PAYS = 2
const LEAST = 0.5
/**
 * Seconds of one look (about one comparison in `rebuild`) and of one kick, on an idle processor. The search counts
 * looks and kicks instead of time, so that a drawing gives the same order on every machine.
 */
export const LOOK = 7e-9
const KICK = 12e-6

/** The parts that all rounds of a search use. */
export interface Rounds {
  readonly strokes: Strokes
  readonly links: Links
  readonly seams: Seams
  readonly near: NearStrokes
  readonly rebuilding: Rebuilding
  readonly kicks: number
}

/**
 * Runs one round of a search: changes order and seams together, then improves the order alone.
 *
 * @returns the tour, and the work of `rebuild` in looks
 */
export function searchRound(
  sequence: Sequence,
  { strokes, links, seams, near, rebuilding, kicks }: Rounds,
  work: Work,
): { readonly tour: Tour; readonly looks: number } {
  const count = strokeCount(strokes)
  const rebuilt = rebuild(strokes, sequence, links, seams, near, rebuilding, work.part(0, 0.8))
  seams.moveTo(rebuilt.sequence.seam)
  const tour = tourOf(rebuilt.sequence, count)
  searchAmong(tour, links, neighbours(links, nearEndCount(count, seams)), kicks, work.part(0.8, 1), rebuilding.dice)
  return { tour, looks: rebuilt.looks }
}

/**
 * Searches for order and seams together. `rebuild` moves single strokes with their seams, and the local search reverses
 * and moves long stretches of the route, so the two take turns.
 *
 * @param links  the ends of closed strokes lie at the seams of `start`. The function moves them to the seams of the
 *   result
 */
export function searchTogether(
  strokes: Strokes,
  start: Sequence,
  links: Links,
  seams: Seams,
  effort: number,
  work: Work,
): Sequence {
  const count = strokeCount(strokes)
  if (count < 3) return start
  const fewer = effort * Math.min(1, MANY / count) ** 0.6
  const rebuilding = { steps: Math.round(fewer * STEPS * seams.closed.length), loss: LOSS, dice: new Dice() }
  const kicks = Math.round(fewer * KICKS * count)
  const rounds = { strokes, links, seams, near: nearStrokes(strokes, NEAR, work), rebuilding, kicks }
  const cost = (tour: Tour): number => tour.cost(links) + seams.cost()
  let sequence = start
  let before = cost(tourOf(start, count))
  let spent = 0
  for (let round = 0; round < ROUNDS && !work.expired(); round++) {
    const { tour, looks } = searchRound(sequence, rounds, work.part(round / ROUNDS, (round + 1) / ROUNDS))
    sequence = { ...sequenceOf(tour), seam: seams.shift.slice() }
    const gain = before - cost(tour)
    const seconds = looks * LOOK + kicks * KICK
    spent += seconds
    if (spent > effort * LEAST && effort * gain < PAYS * seconds) break
    before -= gain
  }
  return sequence
}

/** The tour of a sequence. Home is the last item. */
export function tourOf({ stroke, reversed }: Sequence, home: number): Tour {
  const entry = new Int32Array(home + 1).fill(2 * home)
  for (let k = 0; k < home; k++) entry[k] = 2 * (stroke[k] as number) + (reversed[k] as number)
  return new Tour(entry)
}
