import { applyToPoints, rotation } from './affine.ts'
import { cutPolyline, type PieceSink } from './cut.ts'
import type { Strokes } from './drawing.ts'
import { type FillRule, PolygonRegion } from './region.ts'
import { UNBOUNDED, type Work } from './work.ts'

/** A line closer to the border counts as on it; in spacings. */
const BORDER = 1e-6

/**
 * Fills polygons with parallel lines in alternating directions. The lines of all shapes lie on one grid through the
 * origin, so that those of neighbours meet.
 *
 * @param spacing  distance between lines, mm, > 0
 * @param degrees  direction of the lines, clockwise from the x axis
 */
export function hatch(
  polygons: Strokes,
  rule: FillRule,
  spacing: number,
  degrees: number,
  into: PieceSink,
  work: Work = UNBOUNDED,
): void {
  if (polygons.points.length === 0) return
  // In rotated coordinates the lines are horizontal, so each meets one band of the region only.
  const level = applyToPoints(rotation(-degrees), polygons.points)
  const region = new PolygonRegion({ points: level, starts: polygons.starts }, rule, work)
  const { minX, minY, maxX, maxY } = region.bounds
  const back = turned(rotation(degrees), into)
  // A line on the border would repeat the outline.
  const first = Math.floor(minY / spacing + BORDER) + 1
  for (let row = first; row < maxY / spacing - BORDER; row++) {
    const y = row * spacing
    const ends = row % 2 === 0 ? [minX - 1, maxX + 1] : [maxX + 1, minX - 1]
    cutPolyline(Float64Array.of(ends[0] ?? 0, y, ends[1] ?? 0, y), region, back, 'inside', work)
  }
}

const turned = ([a, b, c, d]: readonly number[], into: PieceSink): PieceSink => ({
  moveTo: (x, y) => into.moveTo((a ?? 1) * x + (c ?? 0) * y, (b ?? 0) * x + (d ?? 1) * y),
  lineTo: (x, y) => into.lineTo((a ?? 1) * x + (c ?? 0) * y, (b ?? 0) * x + (d ?? 1) * y),
})
