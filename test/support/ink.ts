import { at, type Strokes, stroke, strokeCount, x, y } from '../../src/geometry/drawing.ts'

/**
 * The largest distance between ink and drawing, mm. Both directions count, stroke by stroke: from each vertex of the
 * ink to the requested line, and from each vertex of that line to the ink.
 *
 * @throws RangeError when ink and drawing do not have the same number of strokes
 */
export function inkError(ink: Strokes, drawing: Strokes): number {
  if (strokeCount(ink) !== strokeCount(drawing)) {
    throw new RangeError(`${strokeCount(ink)} strokes of ink, ${strokeCount(drawing)} expected`)
  }
  let worst = 0
  for (let i = 0; i < strokeCount(drawing); i++) {
    const [line, drawn] = [stroke(drawing, i), stroke(ink, i)]
    worst = Math.max(worst, furthest(drawn, line), furthest(line, drawn))
  }
  return worst
}

/** Number of vertices on each side of the last match that are searched first. */
const NEARBY = 60
/** If the nearest segment nearby is farther away than this, mm, all segments are searched. */
const CLOSE_MM = 0.01

/** The largest distance of a vertex of `points` from a polyline, mm. A result up to CLOSE_MM may be too large. */
export function furthest(points: Float64Array, line: Float64Array): number {
  const last = line.length / 2 - 1
  let [worst, near] = [0, 0]
  for (let i = 0; i < points.length / 2; i++) {
    let match = nearby(x(points, i), y(points, i), line, near)
    if (match.mm > CLOSE_MM) match = nearest(x(points, i), y(points, i), line, 0, last)
    near = match.index
    worst = Math.max(worst, match.mm)
  }
  return worst
}

/** The nearest segment near index `around`. The searched range moves while the nearest segment lies at its edge. */
function nearby(px: number, py: number, line: Float64Array, around: number): { mm: number; index: number } {
  const last = line.length / 2 - 1
  for (let centre = around; ; ) {
    const [first, end] = [Math.max(0, centre - NEARBY), Math.min(last, centre + NEARBY)]
    const match = nearest(px, py, line, first, end)
    const atEdge = (match.index <= first + 1 && first > 0) || (match.index === end && end < last)
    if (!atEdge || match.index === centre) return match
    centre = match.index
  }
}

/**
 * The distance of a point from `line` between two vertices, and the index of the end of the nearest segment. The index
 * is `first` when the vertex `first` is the nearest point.
 */
function nearest(px: number, py: number, line: Float64Array, first: number, last: number) {
  let [mm, index] = [Math.hypot(px - x(line, first), py - y(line, first)), first]
  for (let i = first + 1; i <= last; i++) {
    const [ax, ay] = [at(line, 2 * i - 2), at(line, 2 * i - 1)]
    const [dx, dy] = [at(line, 2 * i) - ax, at(line, 2 * i + 1) - ay]
    const length2 = dx * dx + dy * dy
    const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length2))
    const distance = Math.hypot(px - ax - t * dx, py - ay - t * dy)
    if (distance < mm) [mm, index] = [distance, i]
  }
  return { mm, index }
}
