import { x, y } from '../../geometry/drawing.ts'
import type { HpglOptions, MotionLimits } from '../profiles/profile.ts'
import { pairBytes, parts, unitsAt, vectorSeconds, velocityBytes, wireSeconds } from './hpgl-time.ts'

/**
 * Safety factor on the computed times of a device that answers nothing, so that no stroke counts as drawn too early.
 */
export const SILENT_CAUTION = 1.25
/** Time to fetch, change or put away a pen, s. */
export const SILENT_PEN_SECONDS = 4
/** Bytes of `PU;`. */
const LIFT_BYTES = 3
/** Bytes of `PU` before a coordinate pair. */
const TRAVEL_BYTES = 2

/**
 * Seconds that the driver waits for a stroke of a device that answers nothing. The device begins to draw an instruction
 * when all bytes of the instruction have arrived and the previous instruction is drawn. The result is multiplied by
 * SILENT_CAUTION. The bytes of travel, lowering and lifting are included, but not their motions.
 *
 * @param points  x, y interleaved, mm
 */
export function silentSeconds(points: Float64Array, limits: MotionLimits, options: HpglOptions): number {
  const place = unitsAt(options, x(points, 0), y(points, 0))
  // the travel names the stroke's first place, and the stroke begins with the same place
  const before = 2 * LIFT_BYTES + velocityBytes(limits, options) + 2 * (TRAVEL_BYTES + pairBytes(place))
  let arrived = wireSeconds(before, options)
  let drawn = arrived
  let from = 0
  for (const { bytes, last } of parts(points, place, options)) {
    arrived += wireSeconds(bytes, options)
    drawn = Math.max(drawn, arrived) + vectorSeconds(points.subarray(2 * from, 2 * last + 2), limits, options)
    from = last
  }
  return SILENT_CAUTION * Math.max(drawn, arrived + wireSeconds(LIFT_BYTES, options))
}
