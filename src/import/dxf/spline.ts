import { plus, times, type Vec } from './matrix.ts'

/**
 * A rational B-spline. Uniform knots replace knots that descend, that are not finite, or whose number is not points +
 * degree + 1.
 */
export interface Spline {
  readonly degree: number
  readonly knots: readonly number[]
  readonly points: readonly Vec[]
  /** A weight for each point. All weights are 1 when this list is absent, or has another length than `points`. */
  readonly weights?: readonly number[]
}

const ORIGIN: Vec = [0, 0, 0]
const MAX_DEGREE = 25
/** How many times `refine` may halve a part of a curve. */
const MAX_DEPTH = 12

/** Clamped knots of equal distance, for a spline without valid knots in the file. */
function uniformKnots(count: number, degree: number): number[] {
  const inner = Math.max(1, count - degree)
  return [
    ...Array<number>(degree + 1).fill(0),
    ...Array.from({ length: inner - 1 }, (_, i) => i + 1),
    ...Array<number>(degree + 1).fill(inner),
  ]
}

/**
 * Points of a spline within the tolerance, with both ends. Undefined when the numbers define no spline, or when the
 * degree is above `MAX_DEGREE`.
 *
 * @param spend  counts the steps of work
 */
export function splinePoints(
  { degree, points, ...rest }: Spline,
  tolerance: number,
  spend: (steps: number) => void,
): Vec[] | undefined {
  if (!Number.isInteger(degree) || degree < 1 || degree > MAX_DEGREE || points.length <= degree) return undefined
  const hasAllKnots = rest.knots.length === points.length + degree + 1
  const knots = hasAllKnots && isAscending(rest.knots) ? rest.knots : uniformKnots(points.length, degree)
  const weights = rest.weights?.length === points.length ? rest.weights : undefined
  const homogeneous = points.map((point, i) => [...times(point, weights?.[i] ?? 1), weights?.[i] ?? 1])
  const pointAt = (t: number, span: number): Vec => deBoor(homogeneous, knots, degree, t, span)
  const line: Vec[] = []
  for (let span = degree; span < points.length; span++) {
    const from = knots[span] ?? 0
    const to = knots[span + 1] ?? 0
    if (!(to > from)) continue
    const start = pointAt(from, span)
    if (line.length === 0) line.push(start)
    // A span of a high degree has more turns.
    const parts = degree < 2 ? 1 : Math.max(4, degree)
    let last = start
    for (let i = 1; i <= parts; i++) {
      const a = from + ((to - from) * (i - 1)) / parts
      const b = from + ((to - from) * i) / parts
      const end = pointAt(b, span)
      refine(line, (t) => pointAt(t, span), [a, last], [b, end], tolerance, spend, 0)
      last = end
    }
  }
  return line.length === 0 ? undefined : line
}

/** A point of a curve and its parameter. */
type Sample = readonly [t: number, at: Vec]

/** Places between two samples, besides the middle, at which a curve must lie near its chord. */
const PROBES = [0.2, 0.8]

/** Adds the points of a curve between two samples, and the second sample. */
function refine(
  line: Vec[],
  curve: (t: number) => Vec,
  from: Sample,
  to: Sample,
  tolerance: number,
  spend: (steps: number) => void,
  depth: number,
): void {
  spend(20)
  const at = (share: number): number => from[0] + (to[0] - from[0]) * share
  const isNear = (point: Vec): boolean => distanceFromChord(point, from[1], to[1]) <= tolerance / 2
  const t = at(1 / 2)
  const middle = curve(t)
  // The middle of an S-shaped part may lie on the chord of its ends. So `PROBES` check a place on each side of the
  // middle, too.
  if (depth >= MAX_DEPTH || (isNear(middle) && PROBES.every((share) => isNear(curve(at(share)))))) {
    line.push(to[1])
    return
  }
  refine(line, curve, from, [t, middle], tolerance, spend, depth + 1)
  refine(line, curve, [t, middle], to, tolerance, spend, depth + 1)
}

function distanceFromChord(point: Vec, from: Vec, to: Vec): number {
  const along = plus(to, times(from, -1))
  const length = Math.hypot(...along)
  const offset = plus(point, times(from, -1))
  if (length === 0) return Math.hypot(...offset)
  const share = (offset[0] * along[0] + offset[1] * along[1] + offset[2] * along[2]) / length ** 2
  return Math.hypot(...plus(offset, times(along, -Math.min(1, Math.max(0, share)))))
}

const isAscending = (knots: readonly number[]): boolean =>
  knots.every((knot, i) => Number.isFinite(knot) && (i === 0 || knot >= (knots[i - 1] ?? 0)))

/** The algorithm of de Boor on homogeneous points. */
function deBoor(points: readonly number[][], knots: readonly number[], degree: number, t: number, span: number): Vec {
  const work = Array.from({ length: degree + 1 }, (_, j) => [...(points[span - degree + j] ?? [0, 0, 0, 1])])
  for (let level = 1; level <= degree; level++) {
    for (let j = degree; j >= level; j--) {
      const i = span - degree + j
      const left = knots[i] ?? 0
      const right = knots[i + degree - level + 1] ?? 0
      const share = right > left ? (t - left) / (right - left) : 0
      const into = work[j] ?? []
      const before = work[j - 1] ?? []
      for (let axis = 0; axis < 4; axis++) into[axis] = (1 - share) * (before[axis] ?? 0) + share * (into[axis] ?? 0)
    }
  }
  const [x = 0, y = 0, z = 0, w = 1] = work[degree] ?? []
  return [x / w, y / w, z / w]
}

/**
 * Points of a cubic spline that passes through the given points. The spline has continuous curvature. From one point to
 * the next, the parameter of the spline grows by the length of the chord. The ends of the spline have the given
 * tangents, or no curvature.
 */
export function interpolate(
  points: readonly Vec[],
  tangents: readonly [start: Vec, end: Vec] | undefined,
  tolerance: number,
  spend: (steps: number) => void,
): Vec[] {
  const distinct = points.filter((point, i) => i === 0 || distance(point, points[i - 1] ?? point) > 0)
  if (distinct.length < 3 && tangents === undefined) return distinct
  const chords = distinct.slice(1).map((point, i) => distance(point, distinct[i] ?? point))
  if (chords.length === 0) return distinct
  const slopes = slopesAt(distinct, chords, tangents)
  const line: Vec[] = distinct.slice(0, 1)
  chords.forEach((h, i) => {
    const p = distinct[i] ?? ORIGIN
    const q = distinct[i + 1] ?? ORIGIN
    const a = slopes[i] ?? ORIGIN
    const b = slopes[i + 1] ?? ORIGIN
    const curve = (t: number): Vec => hermite(p, q, times(a, h), times(b, h), t)
    let last = p
    for (let part = 0; part < 4; part++) {
      const end = curve((part + 1) / 4)
      refine(line, curve, [part / 4, last], [(part + 1) / 4, end], tolerance, spend, 0)
      last = end
    }
  })
  return line
}

const distance = (a: Vec, b: Vec): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

function hermite(p: Vec, q: Vec, a: Vec, b: Vec, t: number): Vec {
  const t2 = t * t
  const t3 = t * t * t
  const sides = plus(times(p, 2 * t3 - 3 * t2 + 1), times(q, 3 * t2 - 2 * t3))
  return plus(sides, plus(times(a, t3 - 2 * t2 + t), times(b, t3 - t2)))
}

/** First derivatives at the points: the tridiagonal system of a cubic spline, solved by elimination. */
function slopesAt(
  points: readonly Vec[],
  chords: readonly number[],
  tangents: readonly [start: Vec, end: Vec] | undefined,
): Vec[] {
  const last = points.length - 1
  const chord = (i: number): number => chords[i] ?? 1
  const secant = (i: number): Vec =>
    times(plus(points[i + 1] ?? [0, 0, 0], times(points[i] ?? [0, 0, 0], -1)), 1 / chord(i))
  const unit = (v: Vec): Vec => times(v, 1 / (Math.hypot(...v) || 1))
  const rows = points.map((_, i): { below: number; own: number; above: number; right: Vec } => {
    if (i === 0)
      return tangents
        ? { below: 0, own: 1, above: 0, right: unit(tangents[0]) }
        : { below: 0, own: 2, above: 1, right: times(secant(0), 3) }
    if (i === last)
      return tangents
        ? { below: 0, own: 1, above: 0, right: unit(tangents[1]) }
        : { below: 1, own: 2, above: 0, right: times(secant(last - 1), 3) }
    const before = chord(i - 1)
    const after = chord(i)
    const right = times(plus(times(secant(i - 1), after), times(secant(i), before)), 3)
    return { below: after, own: 2 * (before + after), above: before, right }
  })
  for (let i = 1; i < rows.length; i++) {
    const row = rows[i]
    const before = rows[i - 1]
    if (!row || !before) continue
    const factor = row.below / before.own
    row.own -= factor * before.above
    row.right = plus(row.right, times(before.right, -factor))
  }
  const slopes: Vec[] = []
  for (let i = last; i >= 0; i--) {
    const row = rows[i]
    if (!row) continue
    slopes[i] = times(plus(row.right, times(slopes[i + 1] ?? [0, 0, 0], -row.above)), 1 / row.own)
  }
  return slopes
}
