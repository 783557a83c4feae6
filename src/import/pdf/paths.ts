import { type Affine, apply } from '../../geometry/affine.ts'
import type { Bounds } from '../../geometry/bounds.ts'

/** How many numbers follow each code of path data. */
export const NUMBERS = [2, 2, 6, 4, 0] as const
export const MOVE = 0
export const LINE = 1
export const CLOSE = 4

/** A path on the page, in the codes of `PathData`, in doubles. */
export type PagePath = Float64Array

/**
 * Maps a path to the page. Stops at an invalid code, and at a code with too few numbers.
 *
 * @param close  whether to close the last subpath
 */
export function mapToPage(data: ArrayLike<number>, matrix: Affine, close = false): PagePath {
  const out: number[] = []
  let last: number | undefined
  let i = 0
  while (i < data.length) {
    const code = data[i++] ?? -1
    const count = NUMBERS[code]
    if (count === undefined || i + count > data.length) break
    out.push(code)
    last = code
    for (let k = 0; k < count; k += 2) out.push(...apply(matrix, data[i + k] ?? 0, data[i + k + 1] ?? 0))
    i += count
  }
  if (close && last !== undefined && last !== CLOSE) out.push(CLOSE)
  return Float64Array.from(out)
}

/** Closes each subpath, as a fill does, except one of a single straight line, which would be drawn twice. */
export function closeSubpaths(path: PagePath): PagePath {
  const out: number[] = []
  let edges = 0
  let i = 0
  while (i < path.length) {
    const code = path[i] ?? 0
    const next = i + 1 + (NUMBERS[code] ?? 0)
    if (code === MOVE && edges > 1) out.push(CLOSE)
    if (code === MOVE || code === CLOSE) edges = 0
    else edges += code === LINE ? 1 : 2 // a curve and the closing edge enclose an area
    out.push(...path.subarray(i, next))
    i = next
  }
  if (edges > 1) out.push(CLOSE)
  return Float64Array.from(out)
}

export function boxOnPage([minX = 0, minY = 0, maxX = 0, maxY = 0]: readonly number[], matrix: Affine): PagePath {
  const box = [MOVE, minX, minY, LINE, maxX, minY, LINE, maxX, maxY, LINE, minX, maxY, CLOSE]
  return mapToPage(Float32Array.from(box), matrix)
}

/** Bounds of a path with its control points; undefined when it has no points. */
export function boundsOfPath(path: ArrayLike<number>): Bounds | undefined {
  let minX = Infinity
  let minY = Infinity
  let maxX = -Infinity
  let maxY = -Infinity
  let i = 0
  while (i < path.length) {
    const count = NUMBERS[path[i++] ?? -1] ?? path.length
    for (let k = 0; k < count; k += 2) {
      const x = path[i + k] ?? 0
      const y = path[i + k + 1] ?? 0
      minX = Math.min(minX, x)
      maxX = Math.max(maxX, x)
      minY = Math.min(minY, y)
      maxY = Math.max(maxY, y)
    }
    i += count
  }
  return minX <= maxX ? { minX, minY, maxX, maxY } : undefined
}

/** √|det|: the mean factor by which a matrix scales the width of a pen. */
export const growth = ([a, b, c, d]: Affine): number => Math.sqrt(Math.abs(a * d - b * c))

/** Lengths in two directions count as equal when their relative difference is below this. */
const EQUAL = 1e-3
/**
 * Greatest stretch. `write` gives a dashed path the stretch as its transform, and applies the inverse to the points of
 * the path. A greater stretch would make the rounding of these points visible.
 */
const MAX_STRETCH = 100

/**
 * A matrix without its growth and its translation. Undefined when the matrix keeps the ratios of lengths, or
 * stretches more than `MAX_STRETCH`.
 */
export function stretchOf(matrix: Affine): Affine | undefined {
  const scale = growth(matrix)
  const [a, b, c, d] = [matrix[0] / scale, matrix[1] / scale, matrix[2] / scale, matrix[3] / scale]
  const size = a * a + b * b + c * c + d * d
  if (!(size < MAX_STRETCH ** 2)) return undefined
  const isEven = Math.abs(a * c + b * d) < EQUAL * size && Math.abs(a * a + b * b - c * c - d * d) < EQUAL * size
  return isEven ? undefined : [a, b, c, d, 0, 0]
}
