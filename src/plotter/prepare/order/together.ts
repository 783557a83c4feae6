import { type Strokes, strokeCount } from '../../../geometry/drawing.ts'
import type { Work } from '../work.ts'
import type { Links } from './link-cost.ts'
import { nearStrokes } from './near-strokes.ts'
import { neighbours } from './neighbours.ts'
import { rebuild } from './rebuild.ts'
import type { Seams } from './seams.ts'
import { searchAmong } from './search.ts'
import { type Sequence, sequenceOf } from './sequence.ts'
import { Tour } from './tour.ts'

/** Strokes near to each that a stroke may follow or precede. */
const NEAR = 12
/** Rounds. Each changes order and seams together, then improves the order alone. */
const ROUNDS = 5
/** Steps for each closed stroke, in all rounds together, and kicks for each stroke in each round. */
const STEPS = 20
const KICKS = 2
/** Strokes up to which each has so many steps and kicks. */
const MANY = 5_000
/** Losses that are accepted at first and at last, s. */
const FROM = 3e-3
const TO = 3e-4

/** Of all links between ends, those to so many nearest are tried. */
const NEAR_ENDS = 8

/**
 * Searches for order and seams together. `rebuild` moves single strokes with their seams, and the local search reverses and moves
 * long stretches of the route, so the two take turns.
 *
 * @param links  with the ends of the strokes at the seams of `start`; they move to the seams of the result
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
  const fewer = effort * Math.min(1, MANY / count) ** 0.6
  const steps = Math.round((fewer * STEPS * seams.closed.length) / ROUNDS)
  const near = nearStrokes(strokes, NEAR, work)
  const heat = (round: number): number => FROM * (TO / FROM) ** (round / ROUNDS)
  let sequence = start
  for (let round = 0; round < ROUNDS && !work.expired(); round++) {
    const part = work.part(round / ROUNDS, (round + 1) / ROUNDS)
    const rebuilding = { steps, from: heat(round), to: heat(round + 1) }
    const { seam, ...order } = rebuild(strokes, sequence, links, seams, near, rebuilding, part.part(0, 0.8))
    seams.moveTo(seam)
    const tour = tourOf(order, count)
    searchAmong(tour, links, neighbours(links, NEAR_ENDS), Math.round(fewer * KICKS * count), part.part(0.8, 1))
    sequence = { ...sequenceOf(tour), seam }
  }
  return sequence
}

/** Home is the last item. */
function tourOf({ stroke, reversed }: Pick<Sequence, 'stroke' | 'reversed'>, home: number): Tour {
  const entry = new Int32Array(home + 1).fill(2 * home)
  for (let k = 0; k < home; k++) entry[k] = 2 * (stroke[k] as number) + (reversed[k] as number)
  return new Tour(entry)
}
