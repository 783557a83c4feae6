/**
 * The room `motion`: speeds along a path for boards that plan no motion, lines for boards that read G-code, and
 * estimates for all boards. The room is pure. Other rooms may import any file of this room.
 *
 * Words of all files:
 *
 * - segment: the part of a path between two consecutive vertices
 * - line: a straight line that a board gets as G-code: several segments, one segment or a part of a segment
 * - block: in `Blocks`, a straight motion at constant acceleration; on a board, a straight motion with its two ramps
 * - ramp: a change of speed. Between two ramps, the pen cruises at its peak speed
 * - stretch: a part of a path in which the speed rises, stays and falls (`Stretch`)
 * - junction deviation: a rule for the speed at a corner (`cornerSpeed2`)
 * - curve pace: a rule for the speed on an arc (`speedOnArc`)
 */
import type { MotionLimits, Profile } from '../profiles/profile.ts'
import { type Blocks, emptyBlocks } from './blocks.ts'
import { Planner } from './planner.ts'

export { type Blocks, emptyBlocks } from './blocks.ts'
export {
  drawingLimits,
  type LayerEstimate,
  type PartialStroke,
  type PlotNow,
  strokeTimes,
  travelSeconds,
} from './estimate.ts'
export { lineEnd, linesOf } from './grbl-lines.ts'
export { klipperEnds } from './klipper-time.ts'
export { axisFeed, clearMs, isZ, leadMs, liftAt, liftHeight, liftOf, toolOf, touchMs } from './lifts.ts'
export type { Machine } from './limits.ts'
export { type CurvePace, curvePaceOf, lineSpeed } from './line-speeds.ts'
export { marlinLines } from './marlin-lines.ts'
export { curvePaceAlong, KLIPPER_FIRST, KLIPPER_LATE, KLIPPER_START, type Lines, zLifts } from './marlin-time.ts'
export { SILENT_CAUTION, SILENT_PEN_SECONDS } from './silent-time.ts'

/**
 * The motion along one path, from rest to rest, in chunks of blocks of constant acceleration.
 *
 * Every chunk is the same object, refilled, so use a chunk before you pull the next. A path whose points all coincide
 * yields nothing.
 *
 * @param points  x, y interleaved, mm
 */
export function* blocks(points: Float64Array, profile: Profile, limits: MotionLimits): Generator<Blocks, void, void> {
  const planner = new Planner(profile)
  const chunk = emptyBlocks()
  planner.start(points, limits)
  while (planner.fill(chunk)) yield chunk
}
