/**
 * The room `prepare/joins`: `near-ends` finds the ends that are near each other, `matching` with `blossom` finds
 * partners, and `rings` with `rotation` opens closed chains. Import only the function of this file.
 *
 * Words of all files:
 *
 * - end: stroke i has ends 2i and 2i + 1. `end ^ 1` is the other end of its stroke
 * - near ends, or neighbours: ends of different strokes that may be joined (`NearEnds`)
 * - pair, or join: two near ends that the pen joins. Each is the partner of the other. `match` has the partner of each
 *   end; −1 if it has none
 * - chain: strokes that the pen draws one after another, because joins connect them
 * - ring: a chain in which every end has a partner
 */
import { at, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import { cornerSpeed2 } from '../../motion/limits.ts'
import type { MotionLimits } from '../../profiles/profile.ts'
import { isClosed } from '../order/sequence.ts'
import type { Work } from '../work.ts'
import { matching } from './matching.ts'
import { type NearEnds, nearEnds } from './near-ends.ts'
import { openRings } from './rings.ts'

/**
 * Before a comparison, gaps are rounded to a multiple of this, mm: about a motor step. Of equal gaps, the one with the
 * smaller turn is chosen.
 */
const STEP = 0.01
/** Cost of a turn of 180°. A STEP of the gap costs 1, so the turns of 99 joins together cost less than a step. */
const TURN = 0.01
/** Length over which the direction of an end is measured, mm. It exceeds the rounding of a file. */
const AHEAD = 0.05

/**
 * Chains strokes whose ends lie within the join distance of each other. No join connects two closed strokes
 * (`NearEnds`). Makes as many joins as possible, with at most one for each end. Where several sets of joins are
 * possible, takes the one with the smallest gaps, then the smallest turns. `matching` and `openRings` name the
 * exceptions.
 *
 * A closed stroke joins at its seam, where it begins and ends, or at a vertex near an open stroke's end. The pen draws
 * the gap. Two equal vertices at a join become one, and all other vertices stay.
 *
 * @param join  the join distance, mm; 0 joins nothing
 * @throws the reason of the work's signal on abort
 */
export function joins(strokes: Strokes, join: number, limits: MotionLimits, work: Work): Joined {
  if (join === 0 || strokeCount(strokes) < 2) return { strokes, seconds: 0 }
  const ends = nearEnds(strokes, join, work)
  if (ends.near.length === 0) return { strokes, seconds: 0 }
  const cost = costOf(strokes, ends, limits)
  const match = matching(ends, cost, work)
  openRings(match, ends, cost, work)
  return { strokes: chain(strokes, ends, match), seconds: secondsOfJoins(strokes, ends, match, limits) }
}

/** The chains, and the cost of their joins. */
export interface Joined {
  readonly strokes: Strokes
  /**
   * The time to draw all gaps, s, as `order/link-cost.ts` computes it. For each closed stroke with a join, an upper
   * bound of the cost of its stop is added.
   */
  readonly seconds: number
}

/** The time of all joins, s (see `Joined.seconds`). */
function secondsOfJoins(
  strokes: Strokes,
  { xy }: NearEnds,
  match: Int32Array,
  { speed, acceleration }: MotionLimits,
): number {
  let sum = 0
  match.forEach((b, a) => {
    if (a >= b) return
    const gap = Math.hypot(at(xy, 2 * a) - at(xy, 2 * b), at(xy, 2 * a + 1) - at(xy, 2 * b + 1))
    sum += 2 * Math.sqrt(gap / acceleration)
  })
  for (let i = 0; i < match.length / 2; i++) {
    const isJoined = at(match, 2 * i) >= 0 || at(match, 2 * i + 1) >= 0
    if (isJoined && isClosed(strokes, i)) sum += speed / acceleration
  }
  return sum
}

/** The cost of a join of ends a and b: the gap in steps, plus the cost of the turn (see TURN). */
function costOf(strokes: Strokes, ends: NearEnds, limits: MotionLimits): (a: number, b: number) => number {
  const { xy } = ends
  const direction = directions(strokes, ends)
  const { speed } = limits
  return (a, b) => {
    const gap = Math.hypot(at(xy, 2 * a) - at(xy, 2 * b), at(xy, 2 * a + 1) - at(xy, 2 * b + 1))
    const cos = -(at(direction, 2 * a) * at(direction, 2 * b) + at(direction, 2 * a + 1) * at(direction, 2 * b + 1))
    const corner = Math.min(speed, Math.sqrt(cornerSpeed2(cos, limits)))
    return Math.round(gap / STEP) + TURN * (1 - corner / speed) ** 2
  }
}

/** For each end with neighbours, the unit vector from the end into its stroke; 0, 0 for other ends and for dots. */
function directions({ points, starts }: Strokes, { offset, seam }: NearEnds): Float64Array {
  const out = new Float64Array(2 * offset.length - 2)
  for (let a = 0; a + 1 < offset.length; a++) {
    if (offset[a] === offset[a + 1]) continue
    const first = at(starts, a >> 1)
    const segmentCount = at(starts, (a >> 1) + 1) - first - 1
    const from = vertex(first, segmentCount, at(seam, a >> 1), (a & 1) === 0 ? 0 : segmentCount)
    let dx = 0
    let dy = 0
    let length = 0
    for (let k = 1; k <= segmentCount && length < AHEAD; k++) {
      const v = vertex(first, segmentCount, at(seam, a >> 1), (a & 1) === 0 ? k : segmentCount - k)
      dx = x(points, v) - x(points, from)
      dy = y(points, v) - y(points, from)
      length = Math.sqrt(dx * dx + dy * dy)
    }
    if (length === 0) continue
    out[2 * a] = dx / length
    out[2 * a + 1] = dy / length
  }
  return out
}

/**
 * The index of the vertex that is drawn as number k of a stroke with `segmentCount` segments. A closed stroke starts at
 * its seam.
 */
const vertex = (first: number, segmentCount: number, seam: number, k: number): number =>
  first + (seam === 0 ? k : (k + seam) % segmentCount)

/**
 * Writes the chains in the file's order. Each chain takes the place of its first stroke in the file. So strokes without
 * a join keep their order.
 */
function chain(strokes: Strokes, { offset, seam }: NearEnds, match: Int32Array): Strokes {
  const { points, starts } = strokes
  const out = StrokeWriter.for(strokes)
  const drawn = new Uint8Array(offset.length >> 1)
  for (let i = 0; i < drawn.length; i++) {
    if (drawn[i] === 1) continue
    let px = Number.NaN
    let py = Number.NaN
    let isFirst = true
    for (let a = beginning(match, 2 * i); a >= 0; a = at(match, a ^ 1)) {
      drawn[a >> 1] = 1
      const first = at(starts, a >> 1)
      const segmentCount = at(starts, (a >> 1) + 1) - first - 1
      const isAlone = isFirst && at(match, a ^ 1) < 0
      for (let k = 0; k <= segmentCount; k++) {
        const v = vertex(first, segmentCount, isAlone ? 0 : at(seam, a >> 1), (a & 1) === 0 ? k : segmentCount - k)
        const vx = x(points, v)
        const vy = y(points, v)
        if (isFirst) out.moveTo(vx, vy)
        else if (k > 0 || vx !== px || vy !== py) out.lineTo(vx, vy)
        isFirst = false
        px = vx
        py = vy
      }
    }
  }
  return out.take()
}

/** The end at which the chain of a given end begins: an end without a partner. */
function beginning(match: Int32Array, end: number): number {
  let a = end
  while (at(match, a) >= 0) a = at(match, a) ^ 1
  return a
}
