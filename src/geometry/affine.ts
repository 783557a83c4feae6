import type { Strokes } from './drawing.ts'

/** [a, b, c, d, e, f] as in SVG's matrix(): x' = a x + c y + e, y' = b x + d y + f. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

export const IDENTITY: Affine = [1, 0, 0, 1, 0, 0]
export const translation = (dx: number, dy: number): Affine => [1, 0, 0, 1, dx, dy]
/** A scaling about the origin, by one factor for both axes, or by a factor for each axis. */
export const scaling = (sx: number, sy = sx): Affine => [sx, 0, 0, sy, 0, 0]

/** A rotation by degrees, clockwise because y points down, about the origin or about cx, cy. */
export function rotation(degrees: number, cx = 0, cy = 0): Affine {
  const cos = Math.cos((degrees * Math.PI) / 180)
  const sin = Math.sin((degrees * Math.PI) / 180)
  return [cos, sin, -sin, cos, cx - cos * cx + sin * cy, cy - sin * cx - cos * cy]
}

/** Applies `inner` first, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer
  const [g, h, i, j, k, l] = inner
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f]
}

/** Whether the determinant of a matrix has a finite reciprocal, which `inverse` needs. */
export const isInvertible = ([a, b, c, d]: Affine): boolean => Number.isFinite(1 / (a * d - b * c))

/** The inverse of an invertible matrix. */
export function inverse([a, b, c, d, e, f]: Affine): Affine {
  const det = a * d - b * c
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det]
}

/** The point to which a matrix maps px, py. */
export const apply = ([a, b, c, d, e, f]: Affine, px: number, py: number): [x: number, y: number] => [
  a * px + c * py + e,
  b * px + d * py + f,
]

/** Maps points, x and y interleaved. Returns a new array. */
export function applyToPoints(
  [a, b, c, d, e, f]: Affine,
  points: Float64Array<ArrayBuffer>,
): Float64Array<ArrayBuffer> {
  const mapped = new Float64Array(points.length)
  for (let i = 0; i < points.length; i += 2) {
    const px = points[i] as number
    const py = points[i + 1] as number
    mapped[i] = a * px + c * py + e
    mapped[i + 1] = b * px + d * py + f
  }
  return mapped
}

/** Strokes with mapped points. Other properties of the object stay. */
export function transformStrokes<T extends Strokes>(matrix: Affine, strokes: T): T {
  return { ...strokes, points: applyToPoints(matrix, strokes.points) }
}

export const moveStrokes = (strokes: Strokes, dx: number, dy: number): Strokes =>
  transformStrokes(translation(dx, dy), strokes)
