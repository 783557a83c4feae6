import { appendCubic, arcSteps, type Point } from '../draw/curves.ts'

/** Degrees of one chord. Undefined when the file names none; the tolerance then decides. */
type Chord = number | undefined

/**
 * Points of an arc about a centre, after its start, in the units of the file.
 *
 * @param chord      degrees of one chord
 * @param tolerance  largest distance from the curve, in the units of the file; used without a chord
 */
export function arcAfter(start: Point, center: Point, degrees: number, chord: Chord, tolerance: number): Point[] {
  const dx = start[0] - center[0]
  const dy = start[1] - center[1]
  const sweep = (degrees * Math.PI) / 180
  const steps = stepsOf(Math.hypot(dx, dy), sweep, chord, tolerance)
  return Array.from({ length: steps }, (_, i): Point => {
    const angle = (sweep * (i + 1)) / steps
    const cos = Math.cos(angle)
    const sin = Math.sin(angle)
    return [center[0] + dx * cos - dy * sin, center[1] + dx * sin + dy * cos]
  })
}

const MAX_STEPS = 20_000

function stepsOf(radius: number, sweep: number, chord: Chord, tolerance: number): number {
  if (chord === undefined || !(Math.abs(chord) > 0)) return arcSteps(radius, sweep, tolerance)
  const steps = Math.ceil(Math.abs(sweep) / ((Math.min(180, Math.abs(chord)) * Math.PI) / 180) - 1e-9)
  return Math.max(1, Math.min(MAX_STEPS, steps))
}

/** A closed circle that starts right of the centre, or left for a negative radius. Parameters as in `arcAfter`. */
export function circleOf(center: Point, radius: number, chord: Chord, tolerance: number): Point[] {
  const start: Point = [center[0] + radius, center[1]]
  const points = arcAfter(start, center, 360, chord, tolerance)
  return [start, ...points.slice(0, -1), start]
}

/**
 * A wedge from its centre, closed; the circle alone for a whole turn. Angles in degrees; other parameters as in
 * `arcAfter`.
 */
export function wedgeOf(
  center: Point,
  radius: number,
  from: number,
  sweep: number,
  chord: Chord,
  tolerance: number,
): Point[] {
  const angle = (from * Math.PI) / 180
  const start: Point = [center[0] + radius * Math.cos(angle), center[1] + radius * Math.sin(angle)]
  const arc = arcAfter(start, center, Math.max(-360, Math.min(360, sweep)), chord, tolerance)
  return Math.abs(sweep) >= 360 ? [start, ...arc] : [center, start, ...arc, center]
}

/**
 * Points after `a` on the arc through `b` to `c`. When `c` equals `a`, the arc is a circle. When `a`, `b` and `c` lie
 * on a line, the points are `b` and `c`.
 */
export function arcThrough(a: Point, b: Point, c: Point, chord: Chord, tolerance: number): Point[] {
  const abX = b[0] - a[0]
  const abY = b[1] - a[1]
  const acX = c[0] - a[0]
  const acY = c[1] - a[1]
  const area = 2 * (abX * acY - abY * acX)
  const isWhole = acX === 0 && acY === 0
  if (isWhole && (abX !== 0 || abY !== 0)) return arcAfter(a, [a[0] + abX / 2, a[1] + abY / 2], 360, chord, tolerance)
  if (Math.abs(area) < 1e-9) return [b, c]
  const ab = abX * abX + abY * abY
  const ac = acX * acX + acY * acY
  const center: Point = [a[0] + (acY * ab - abY * ac) / area, a[1] + (abX * ac - acX * ab) / area]
  const angle = ([x, y]: Point): number => Math.atan2(y - center[1], x - center[0])
  const turn = (from: number, to: number): number => (((to - from) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)
  const toB = turn(angle(a), angle(b))
  const toC = turn(angle(a), angle(c))
  const sweep = toB <= toC ? toC : toC - 2 * Math.PI
  const points = arcAfter(a, center, (sweep * 180) / Math.PI, chord, tolerance)
  return [...points.slice(0, -1), c]
}

/** Points after the start of a Bézier curve. */
export function bezierAfter(start: Point, a: Point, b: Point, end: Point, tolerance: number): Point[] {
  const flat: number[] = []
  appendCubic(flat, start, a, b, end, tolerance)
  return Array.from({ length: flat.length / 2 }, (_, i): Point => [flat[2 * i] ?? 0, flat[2 * i + 1] ?? 0])
}
