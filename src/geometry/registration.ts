import { PlotdError } from '../errors.ts'
import type { Affine } from './affine.ts'

type Point = { readonly x: number; readonly y: number }

/** A mark on a printed sheet: its place in the drawing, and its place on the machine (`found`), mm. */
export interface Mark extends Point {
  readonly found: Point
}

/** The position of a printed sheet on the machine. */
export interface Registration {
  /** Maps the drawing to the sheet on the machine, mm. */
  readonly matrix: Affine
  /** Clockwise rotation of the sheet, degrees. */
  readonly turnDegrees: number
  /** A length in the print divided by the same length in the drawing. */
  readonly scale: number
  /** Greatest distance between the place at which this registration expects a mark and `found`, mm. */
  readonly missMm: number
}

/** Minimum distance between the two marks that are farthest apart, mm. Nearer marks do not give a reliable angle. */
export const MIN_MM = 40
/** Largest difference of the fitted scale from 1 that counts as an error of measurement, so that the scale is 1. */
const SAME_SCALE = 0.003
/**
 * Largest plausible deviation of the scale from 1, and largest plausible rotation. With two marks mixed up, the result
 * mostly exceeds one of these limits.
 */
const MOST = { scale: 0.05, degrees: 20 }

/** The greatest distance between two marks in the drawing, mm. */
export function spreadOf(marks: readonly Point[]): number {
  let most = 0
  for (const a of marks) for (const b of marks) most = Math.max(most, Math.hypot(a.x - b.x, a.y - b.y))
  return most
}

/**
 * The rotation, scaling and translation that map the marks to their `found` places, by least squares. Two marks
 * are enough; with a third mark, `missMm` shows the error. When the fitted scale differs from 1 by at most
 * `SAME_SCALE`, the scale is 1.
 *
 * @throws PlotdError ERR_PARAMS for fewer than two marks, for marks less than `MIN_MM` apart, and for an implausible
 *   rotation or scale
 */
export function registrationOf(marks: readonly Mark[]): Registration {
  const spread = spreadOf(marks)
  if (marks.length < 2 || spread < MIN_MM) {
    const got = marks.length < 2 ? `${marks.length} mark` : `marks ${spread.toFixed(0)} mm apart`
    throw new PlotdError('ERR_PARAMS', `${got}: expected two marks at least ${MIN_MM} mm apart`, { field: 'marks' })
  }
  const from = middle(marks)
  const to = middle(marks.map(({ found }) => found))
  let along = 0
  let across = 0
  let size = 0
  for (const { x, y, found } of marks) {
    const px = x - from.x
    const py = y - from.y
    const qx = found.x - to.x
    const qy = found.y - to.y
    along += px * qx + py * qy
    across += px * qy - py * qx
    size += px * px + py * py
  }
  const fittedScale = Math.hypot(along, across) / size
  const scale = Math.abs(fittedScale - 1) <= SAME_SCALE ? 1 : fittedScale
  const angle = Math.atan2(across, along)
  const turnDegrees = (angle * 180) / Math.PI
  if (Math.abs(fittedScale - 1) > MOST.scale || Math.abs(turnDegrees) > MOST.degrees) {
    throw new PlotdError(
      'ERR_PARAMS',
      `by the marks, the sheet is turned by ${turnDegrees.toFixed(1)}° ` +
        `and its scale is ${(100 * fittedScale).toFixed(1)} %: ` +
        `expected at most ${MOST.degrees}° and 100 ± ${100 * MOST.scale} %; were two marks mixed up?`,
      { field: 'marks' },
    )
  }
  const a = scale * Math.cos(angle)
  const b = scale * Math.sin(angle)
  const matrix: Affine = [a, b, -b, a, to.x - a * from.x + b * from.y, to.y - b * from.x - a * from.y]
  const missMm = Math.max(
    ...marks.map(({ x, y, found }) =>
      Math.hypot(a * x - b * y + matrix[4] - found.x, b * x + a * y + matrix[5] - found.y),
    ),
  )
  return { matrix, turnDegrees, scale, missMm }
}

function middle(points: readonly Point[]): Point {
  const sum = points.reduce((all, { x, y }) => ({ x: all.x + x, y: all.y + y }), { x: 0, y: 0 })
  return { x: sum.x / points.length, y: sum.y / points.length }
}
