/** Number of chords between two points. */
const STEPS = 6

/**
 * A curve through points (centripetal Catmull–Rom), x, y interleaved.
 *
 * @param corners  ascending indices of the points at which the direction may change abruptly
 */
export function splineThrough(points: readonly number[], corners: readonly number[]): number[] {
  const count = points.length / 2
  const stops = [0, ...corners.filter((i) => i > 0 && i < count - 1), count - 1]
  const out: number[] = [points[0] ?? 0, points[1] ?? 0]
  for (let s = 0; s + 1 < stops.length; s++) {
    const from = stops[s] ?? 0
    const to = stops[s + 1] ?? 0
    for (let i = from; i < to; i++) piece(points, from, to, i, out)
  }
  return out
}

function piece(points: readonly number[], first: number, last: number, i: number, out: number[]): void {
  const coordinate = (k: number, axis: 0 | 1): number => {
    const value = (j: number) => points[2 * j + axis] ?? 0
    // The point beyond an end is the neighbour of the end, mirrored at the end.
    return k < first ? 2 * value(first) - value(first + 1) : k > last ? 2 * value(last) - value(last - 1) : value(k)
  }
  const step = (k: number) =>
    Math.max(
      1e-6,
      Math.sqrt(Math.hypot(coordinate(k + 1, 0) - coordinate(k, 0), coordinate(k + 1, 1) - coordinate(k, 1))),
    )
  const a = step(i - 1)
  const b = step(i)
  const c = step(i + 1)
  const tangent = (axis: 0 | 1, which: 0 | 1): number => {
    const p0 = coordinate(i - 1, axis)
    const p1 = coordinate(i, axis)
    const p2 = coordinate(i + 1, axis)
    const p3 = coordinate(i + 2, axis)
    return which === 0
      ? b * ((p1 - p0) / a - (p2 - p0) / (a + b) + (p2 - p1) / b)
      : b * ((p2 - p1) / b - (p3 - p1) / (b + c) + (p3 - p2) / c)
  }
  const mx0 = tangent(0, 0)
  const my0 = tangent(1, 0)
  const mx1 = tangent(0, 1)
  const my1 = tangent(1, 1)
  for (let k = 1; k <= STEPS; k++) {
    const t = k / STEPS
    const h0 = 2 * t ** 3 - 3 * t ** 2 + 1
    const h1 = t ** 3 - 2 * t ** 2 + t
    const h2 = 3 * t ** 2 - 2 * t ** 3
    const h3 = t ** 3 - t ** 2
    out.push(h0 * coordinate(i, 0) + h1 * mx0 + h2 * coordinate(i + 1, 0) + h3 * mx1)
    out.push(h0 * coordinate(i, 1) + h1 * my0 + h2 * coordinate(i + 1, 1) + h3 * my1)
  }
}
