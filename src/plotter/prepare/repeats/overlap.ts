import { x, y } from '../../../geometry/drawing.ts'

/** Largest distance between lines that count as the same ink, mm: less than half a motor step of an AxiDraw. */
export const SAME_INK = 0.005
/**
 * Minimum length of a common stretch, mm. A shorter stretch that is not a whole segment is only a crossing or a touch.
 */
export const LEAST = 0.05

/** A stretch of a segment, as fractions of the segment's length. For an empty stretch, `to` is 0. */
export interface Stretch {
  from: number
  to: number
}

/**
 * Finds the stretch of segment v (from vertex v to the next one) along which segment w lies. There is none if the
 * segments are further apart than SAME_INK at an end of the stretch. There is also none if the stretch is shorter than
 * LEAST and covers neither segment. Writes the result to `out`, so that a call allocates nothing.
 */
export function overlap(points: Float64Array, v: number, w: number, out: Stretch): void {
  out.from = 0
  out.to = 0
  const ax = x(points, v)
  const ay = y(points, v)
  const dx = x(points, v + 1) - ax
  const dy = y(points, v + 1) - ay
  const length = Math.sqrt(dx * dx + dy * dy)
  if (length === 0) return
  const px = x(points, w) - ax
  const py = y(points, w) - ay
  const qx = x(points, w + 1) - ax
  const qy = y(points, w + 1) - ay
  const cross0 = px * dy - py * dx
  const cross1 = qx * dy - qy * dx
  // segment w lies on one side, further away than SAME_INK, as most lines of a hatching do
  const tolerance = SAME_INK * length
  if ((cross0 > tolerance && cross1 > tolerance) || (cross0 < -tolerance && cross1 < -tolerance)) return
  const along0 = (px * dx + py * dy) / length
  const along1 = (qx * dx + qy * dy) / length
  const from = Math.max(0, Math.min(along0, along1))
  const to = Math.min(length, Math.max(along0, along1))
  const common = to - from
  if (common <= 0) return
  const beside0 = cross0 / length
  const beside1 = cross1 / length
  const slope = (beside1 - beside0) / (along1 - along0)
  const atFrom = beside0 + (from - along0) * slope
  const atTo = beside0 + (to - along0) * slope
  if (!(Math.abs(atFrom) <= SAME_INK && Math.abs(atTo) <= SAME_INK)) return
  const all = Math.min(length, Math.abs(along1 - along0))
  if (common < LEAST && common < all * 0.999) return
  out.from = from / length
  out.to = to / length
}

/**
 * The parts of a common stretch that lie on ink of segment w. The repeated stretches of w do not count, because the pen
 * leaves them out. If they counted, each of many lines side by side would be a copy of the line before it. Then only
 * the first line would be drawn. Parts shorter than LEAST are left out.
 *
 * @param common    the stretch of segment v along which segment w lies
 * @param repeated  repeated stretches of w, as fractions of the length of w, sorted and disjoint
 */
export function onRemainingInk(
  points: Float64Array,
  v: number,
  w: number,
  common: Stretch,
  repeated: readonly Stretch[],
): Stretch[] {
  const ax = x(points, v)
  const ay = y(points, v)
  const dx = x(points, v + 1) - ax
  const dy = y(points, v + 1) - ay
  const length2 = dx * dx + dy * dy
  const along = (vertex: number): number => ((x(points, vertex) - ax) * dx + (y(points, vertex) - ay) * dy) / length2
  const start = along(w)
  const extent = along(w + 1) - start
  const least = LEAST / Math.sqrt(length2)
  const parts: Stretch[] = []
  let from = common.from
  const addUpTo = (to: number): void => {
    if (to - from >= least) parts.push({ from, to })
  }
  for (let k = 0; k < repeated.length; k++) {
    const stretch = repeated[extent > 0 ? k : repeated.length - 1 - k] as Stretch
    const p = start + stretch.from * extent
    const q = start + stretch.to * extent
    addUpTo(Math.min(common.to, p, q))
    from = Math.max(from, p, q)
  }
  addUpTo(common.to)
  return parts
}
