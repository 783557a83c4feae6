import type { Strokes } from './drawing.ts'

/** An upright box in mm; empty when minX > maxX. */
export interface Bounds {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
}

/** The bounds of no points. The union of these bounds and a box is the box. */
export const EMPTY_BOUNDS: Bounds = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }

/** The smallest box around all vertices. */
export const boundsOf = ({ points }: Pick<Strokes, 'points'>): Bounds => boundsOfPoints(points)

/** A function of its own, because V8 optimizes a loop badly in a function that gets objects of several kinds. */
function boundsOfPoints(points: Float64Array): Bounds {
  let { minX, minY, maxX, maxY } = EMPTY_BOUNDS
  for (let i = 0; i < points.length; i += 2) {
    const px = points[i] as number
    const py = points[i + 1] as number
    if (px < minX) minX = px
    if (px > maxX) maxX = px
    if (py < minY) minY = py
    if (py > maxY) maxY = py
  }
  return { minX, minY, maxX, maxY }
}

/** The smallest box around two boxes. */
export const unionOfBounds = (a: Bounds, b: Bounds): Bounds => ({
  minX: Math.min(a.minX, b.minX),
  minY: Math.min(a.minY, b.minY),
  maxX: Math.max(a.maxX, b.maxX),
  maxY: Math.max(a.maxY, b.maxY),
})

/** Whether two boxes overlap, or are less than `gap` mm apart in x and in y. */
export const areNear = (a: Bounds, b: Bounds, gap: number): boolean =>
  a.minX < b.maxX + gap && b.minX < a.maxX + gap && a.minY < b.maxY + gap && b.minY < a.maxY + gap

export const isEmpty = (box: Bounds): boolean => box.minX > box.maxX
