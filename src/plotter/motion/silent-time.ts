import { x, y } from '../../geometry/drawing.ts'
import type { HpglOptions, MotionLimits } from '../profiles/profile.ts'
import { hpglSeconds, pairBytes, parts, unitsAt, velocityBytes, wireSeconds } from './hpgl-time.ts'

/** Factor on the computed times of a device that answers nothing: a stroke must not count before it is drawn. */
export const SILENT_CAUTION = 1.25
/** Time to fetch or change a pen, s. */
export const SILENT_PEN_SECONDS = 4
/** Bytes of `PU;`, and of `PU` and `;` around a place. */
const LIFT_BYTES = 3

/**
 * Seconds for a stroke on a device that answers nothing, as the driver waits for it: each instruction takes its time on the wire
 * and then its motion, and a quarter more. Travel, lowering and lifting are not included.
 *
 * @param points  x, y interleaved, mm
 */
export function silentSeconds(points: Float64Array, limits: MotionLimits, options: HpglOptions): number {
  const place = unitsAt(options, x(points, 0), y(points, 0))
  // the travel leads to the first place, and the stroke begins with it once more
  const around = 2 * LIFT_BYTES + velocityBytes(limits, options) + 2 * (LIFT_BYTES + LIFT_BYTES + pairBytes(place))
  let seconds = wireSeconds(around, options) + hpglSeconds(points.subarray(0, 2), limits, options)
  let from = 0
  for (const { bytes, last } of parts(points, place, options)) {
    seconds += wireSeconds(bytes, options) + hpglSeconds(points.subarray(2 * from, 2 * last + 2), limits, options)
    from = last
  }
  return SILENT_CAUTION * seconds
}
