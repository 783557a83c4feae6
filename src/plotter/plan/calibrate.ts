import type { Affine } from '../../geometry/affine.ts'
import type { Calibration } from '../profiles/profile.ts'

/** A user's measurements of the sheet `square`, mm: two sides and the two diagonals of a parallelogram. */
export interface SquareMeasurements {
  /** The top side, along x. */
  readonly top: number
  /** The left side, along y. */
  readonly left: number
  /** The diagonal from top left to bottom right. */
  readonly falling: number
  /** The diagonal from bottom left to top right. */
  readonly rising: number
}

const DEGREES = 180 / Math.PI

/**
 * The calibration of a machine from a square that the machine drew with sides of `side` mm. With u the top and v the
 * left side, u + v is the falling diagonal and u − v the rising one. |u + v|² − |u − v|² = 4 u·v gives the angle
 * between u and v.
 */
export function calibrationOf({ top, left, falling, rising }: SquareMeasurements, side: number): Calibration {
  const skew = Math.asin((falling ** 2 - rising ** 2) / (4 * top * left))
  return { scaleX: top / side, scaleY: (left * Math.cos(skew)) / side, skewDegrees: skew * DEGREES }
}

/** The place on the paper, mm, where the carriage's position puts the pen: the inverse of `toMachine` for one point. */
export function toPaper(place: { readonly x: number; readonly y: number }, calibration: Calibration = {}) {
  const { scaleX = 1, scaleY = 1, skewDegrees = 0 } = calibration
  const y = place.y * scaleY
  return { x: place.x * scaleX + Math.tan(skewDegrees / DEGREES) * y, y }
}

/** The correction of `toMachine` as a matrix. */
export function calibrationMatrix({ scaleX = 1, scaleY = 1, skewDegrees = 0 }: Calibration): Affine {
  return [1 / scaleX, 0, -Math.tan(skewDegrees / DEGREES) / scaleX, 1 / scaleY, 0, 0]
}

/** The machine positions at which the pen draws the points of a drawing. @param points  x, y interleaved, mm */
export function toMachine(points: Float64Array<ArrayBuffer>, calibration: Calibration): Float64Array<ArrayBuffer> {
  const { scaleX = 1, scaleY = 1, skewDegrees = 0 } = calibration
  const lean = Math.tan(skewDegrees / DEGREES)
  return points.map((value, i) => (i % 2 === 1 ? value / scaleY : (value - lean * (points[i + 1] ?? 0)) / scaleX))
}
