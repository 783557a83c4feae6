import { x, y } from './drawing.ts'
import { distanceTo } from './measure.ts'

/** The finest resolution in which boards report their position, mm. */
const SAME_MM = 1e-3

/** The rest of a stroke after `length` mm: at least its last point. */
export function remainder(points: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  let along = 0
  for (let i = 1; i < points.length / 2; i++) {
    const segment = distanceTo(points, i)
    if (along + segment > length && segment > 0) {
      const t = Math.max(0, (length - along) / segment)
      const rest = points.slice(2 * i - 2)
      rest[0] = x(points, i - 1) + t * (x(points, i) - x(points, i - 1))
      rest[1] = y(points, i - 1) + t * (y(points, i) - y(points, i - 1))
      return rest
    }
    along += segment
  }
  return points.slice(-2)
}

/**
 * The last vertex that lies at most `length` mm along a polyline.
 *
 * @param roundedBy  the greatest error of `length`, mm: a vertex counts up to `length + roundedBy`
 */
export function vertexAt(points: Float64Array, length: number, roundedBy: number): number {
  if (length === 0) return 0 // exact: nothing is drawn
  let along = 0
  for (let i = 1; i < points.length / 2; i++) {
    along += distanceTo(points, i)
    if (along > length + roundedBy) return i - 1
  }
  return points.length / 2 - 1
}

/**
 * The length along a polyline to the place nearest to a point, mm. Only segments that end at vertices `first` … `last`
 * count. Of two equally near places the earlier one is returned, because a gap in the ink is worse than ink that is
 * drawn twice.
 */
export function lengthNearest(points: Float64Array, px: number, py: number, first: number, last: number): number {
  let along = 0
  let nearest = 0
  let distance = Infinity
  for (let i = 1; i <= last; i++) {
    const segment = distanceTo(points, i)
    if (i >= first) {
      const ax = x(points, i - 1)
      const ay = y(points, i - 1)
      const dx = x(points, i) - ax
      const dy = y(points, i) - ay
      const t = segment === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / segment ** 2))
      const away = Math.hypot(px - ax - t * dx, py - ay - t * dy)
      if (away < distance - SAME_MM) {
        distance = away
        nearest = along + t * segment
      }
    }
    along += segment
  }
  return nearest
}
