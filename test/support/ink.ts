import { at, type Strokes, stroke, strokeCount, x, y } from '../../src/geometry/drawing.ts'

/**
 * How far ink and drawing are apart, in mm, stroke by stroke: the furthest ink from the line that was asked for, and
 * the furthest vertex of that line from the ink.
 *
 * @throws RangeError when they do not have the same number of strokes
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

/** The largest distance of a vertex of `of` from the polyline `from`. */
export function furthest(of: Float64Array, from: Float64Array): number {
  let worst = 0
  for (let i = 0; i < of.length / 2; i++) worst = Math.max(worst, distance(x(of, i), y(of, i), from))
  return worst
}

function distance(px: number, py: number, line: Float64Array): number {
  let best = Math.hypot(px - at(line, 0), py - at(line, 1))
  for (let i = 1; i < line.length / 2; i++) {
    const [ax, ay] = [x(line, i - 1), y(line, i - 1)]
    const [dx, dy] = [x(line, i) - ax, y(line, i) - ay]
    const length2 = dx * dx + dy * dy
    const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length2))
    best = Math.min(best, Math.hypot(px - ax - t * dx, py - ay - t * dy))
  }
  return best
}
