import { x, y } from '../../geometry/drawing.ts'
import type { HpglOptions, MotionLimits } from '../profiles/profile.ts'
import { hpglSeconds, pairBytes, parts, unitsAt, velocityBytes, wireSeconds } from './hpgl-time.ts'

/**
 * Safety factor on the computed times of a device that answers nothing, so that no stroke counts as drawn too early.
 */
export const SILENT_CAUTION = 1.25
/** Time to fetch or change a pen, s. */
export const SILENT_PEN_SECONDS = 4
/** Bytes of `PU;`, without the coordinate pair that may stand before its semicolon. */
const LIFT_BYTES = 3

/**
 * Seconds that the driver waits for a stroke of a device that answers nothing. Each instruction takes its time on the
 * wire, and then `hpglSeconds` for its part of the stroke. The sum is multiplied by SILENT_CAUTION. The bytes of
 * travel, lowering and lifting are included, but not their motions.
 *
 * @param points  x, y interleaved, mm
 */
export function silentSeconds(points: Float64Array, limits: MotionLimits, options: HpglOptions): number {
  const place = unitsAt(options, x(points, 0), y(points, 0))
  // the travel names the stroke's first place, and the stroke begins with the same place
  const around = 2 * LIFT_BYTES + velocityBytes(limits, options) + 2 * (LIFT_BYTES + LIFT_BYTES + pairBytes(place))
  let seconds = wireSeconds(around, options) + hpglSeconds(points.subarray(0, 2), limits, options)
  let from = 0
  for (const { bytes, last } of parts(points, place, options)) {
    seconds += wireSeconds(bytes, options) + hpglSeconds(points.subarray(2 * from, 2 * last + 2), limits, options)
    from = last
  }
  return SILENT_CAUTION * seconds
}
