import { GrblError } from './words.ts'

/** A G2 or G3 move, mm. */
export interface Arc {
  readonly from: readonly [x: number, y: number]
  readonly to: readonly [x: number, y: number]
  /** Offset of the centre from the start. */
  readonly i?: number
  readonly j?: number
  /** Radius, instead of an offset. */
  readonly r?: number
  readonly clockwise: boolean
}

/**
 * The chords with which grbl draws an arc. Their number is rounded down, so a chord may lie farther from the arc than
 * the tolerance ($12).
 *
 * @returns points after the start, x and y interleaved, mm
 * @throws GrblError 33 when the end does not lie on the circle, or when an arc with a radius ends at its start; 34 when
 *   the radius is too small; 35 when the arc has neither a radius nor an offset
 */
export function chords(arc: Arc, tolerance: number): Float64Array {
  const [cx, cy] = centre(arc)
  const { from, to, clockwise } = arc
  const radius = Math.hypot(from[0] - cx, from[1] - cy)
  const start = Math.atan2(from[1] - cy, from[0] - cx)
  let sweep = Math.atan2(to[1] - cy, to[0] - cx) - start
  if (clockwise && sweep >= -1e-9) sweep -= 2 * Math.PI
  if (!clockwise && sweep <= 1e-9) sweep += 2 * Math.PI
  const step = 2 * Math.sqrt(tolerance * Math.max(0, 2 * radius - tolerance))
  const n = Math.max(1, Math.floor((Math.abs(sweep) * radius) / step))
  const points = new Float64Array(2 * n)
  for (let k = 1; k <= n; k++) {
    const angle = start + (sweep * k) / n
    points[2 * k - 2] = k === n ? to[0] : cx + radius * Math.cos(angle)
    points[2 * k - 1] = k === n ? to[1] : cy + radius * Math.sin(angle)
  }
  return points
}

function centre({ from, to, i, j, r, clockwise }: Arc): readonly [number, number] {
  const dx = to[0] - from[0]
  const dy = to[1] - from[1]
  if (r !== undefined) {
    if (dx === 0 && dy === 0) throw new GrblError(33)
    const radicand = 4 * r * r - dx * dx - dy * dy
    if (radicand < 0) throw new GrblError(34)
    // h = sqrt(4r² − d²)/d in grbl's gc.c; its sign is the side on which the centre lies
    let h = -Math.sqrt(radicand) / Math.hypot(dx, dy)
    if (!clockwise) h = -h
    if (r < 0) h = -h
    return [from[0] + (dx - dy * h) / 2, from[1] + (dy + dx * h) / 2]
  }
  if (i === undefined && j === undefined) throw new GrblError(35)
  const center = [from[0] + (i ?? 0), from[1] + (j ?? 0)] as const
  const difference = Math.abs(Math.hypot(to[0] - center[0], to[1] - center[1]) - Math.hypot(i ?? 0, j ?? 0))
  if (difference > 0.5 || (difference > 0.005 && difference > 0.001 * Math.hypot(i ?? 0, j ?? 0)))
    throw new GrblError(33)
  return center
}
