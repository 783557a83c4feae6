/** Limit on the chords of one curve. */
const MAX_STEPS = 20_000

/**
 * The number of chords with which a circular arc is drawn, at most `MAX_STEPS`. Below this limit, each chord stays
 * within `tolerance` of the arc.
 *
 * @param radius  in the unit of the tolerance
 * @param sweep   radians, of any sign
 */
export function arcSteps(radius: number, sweep: number, tolerance: number): number {
  const turn = Math.abs(sweep)
  const share = Math.min(1, tolerance / Math.max(Math.abs(radius), 1e-12))
  const step = Math.min(2 * Math.acos(1 - share), Math.PI / 4)
  const steps = Math.ceil(turn / Math.max(step, 1e-6) - 1e-9)
  return Number.isFinite(steps) ? Math.max(1, Math.min(MAX_STEPS, steps)) : 1
}

/** A point in units of a file. */
export type Point = readonly [x: number, y: number]

/**
 * Appends to `out` the points of a cubic Bézier after its start. The step count follows from the second differences,
 * which bound the distance between the curve and its chords. A curve has at most `MAX_STEPS` chords.
 *
 * @param tolerance  greatest distance of a chord from the curve, in the unit of the points
 */
export function appendCubic(
  out: number[],
  [x0, y0]: Point,
  [x1, y1]: Point,
  [x2, y2]: Point,
  [x3, y3]: Point,
  tolerance: number,
): void {
  const bend = Math.max(Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2), Math.hypot(x1 - 2 * x2 + x3, y1 - 2 * y2 + y3))
  const pieces = Math.ceil(Math.sqrt((0.75 * bend) / Math.max(tolerance, 1e-12)))
  const steps = Number.isFinite(pieces) ? Math.max(1, Math.min(MAX_STEPS, pieces)) : 1
  for (let i = 1; i <= steps; i++) {
    const t = i / steps
    const s = 1 - t
    const a = s * s * s
    const b = 3 * s * s * t
    const c = 3 * s * t * t
    const d = t * t * t
    out.push(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)
  }
}
