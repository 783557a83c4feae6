import type { RampTable } from './ramp-table.ts'
import { type Gentle, highest, peakBetween, rampLength, reach } from './s-curve.ts'

/** The speed limits of a path. */
export interface Course {
  /** Length of the path up to each vertex, mm. The array may have more entries than the path has vertices. */
  readonly s: Float64Array
  /** Speed limit at each vertex, mm/s: 0 at both ends. */
  readonly atVertex: Float64Array
  /** Speed limit on each segment, mm/s. */
  readonly onSegment: Float64Array
  /** 1 where a segment lies on a curve. */
  readonly curved: Uint8Array
  /** The limits of ramps on straight stretches, and on stretches with a curved segment. */
  readonly along: { readonly straight: Gentle; readonly curved: Gentle }
  /** Reusable tables for ramps. */
  readonly ramps: { readonly up: RampTable; readonly down: RampTable }
}

/**
 * A part of a path, from vertex `from` to vertex `to`. The pen's speed rises from v0 to `peak`, stays, and falls to v1
 * (mm/s). The acceleration is 0 at both ends of the stretch.
 */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly length: number
  readonly v0: number
  readonly v1: number
  readonly peak: number
  readonly gentle: Gentle
}

/**
 * A stretch may end at a vertex with a low limit: below this multiple of a neighbouring segment's limit, or of the
 * limit at the last change (`marksOf`).
 */
const FALL = 0.9
/** A stretch may end at a vertex if the next vertex has a limit above this multiple of the limit at the last change. */
const RISE = 1.2

/** Number of halvings that narrow a peak down to a thousandth of its range. */
const HALVINGS = 10

/**
 * If even the lowest peak of a stretch exceeds the limits of more vertices than this, the stretch is also cut at the
 * middle one of these vertices. In a curve that tightens steadily, the vertex with the lowest limit lies at an end of
 * its stretch. Cuts at that vertex alone would split off one vertex at a time, so the time would grow with the square
 * of the number of vertices.
 */
const MANY = 64

/** Tolerance for rounding of speeds. */
const SLACK = 1 + 1e-9

/**
 * Divides a path into stretches. At first the whole path is one stretch. A stretch that exceeds limits is cut at
 * vertices at which the limit changes. Without such a vertex, the stretch gets a lower peak. If even the lowest peak
 * exceeds limits, the stretch is cut at the vertex with the lowest of these limits.
 */
export function planStretches(course: Course): Stretch[] {
  const last = course.atVertex.length - 1
  const marks = marksOf(course)
  const speed = course.atVertex.slice()
  const known = new Map<number, Stretch>()
  for (let knots = [0, last]; ; ) {
    relax(course, knots, speed)
    const cuts: number[] = []
    const stretches = knots.slice(1).map((to, k): Stretch => {
      const from = knots[k] as number
      const v0 = speed[from] as number
      const v1 = speed[to] as number
      const before = known.get(from)
      if (before?.to === to && before.v0 === v0 && before.v1 === v1) return before
      const stretch = stretchOf(course, from, to, v0, v1)
      const { peak, cut } = fitPeak(course, stretch, marks)
      for (const vertex of cut) cuts.push(vertex)
      const result = { ...stretch, peak }
      if (cut.length === 0) known.set(from, result)
      return result
    })
    if (cuts.length === 0) return stretches
    knots = [...new Set([...knots, ...cuts])].sort((a, b) => a - b)
  }
}

/** Lowers the speeds at the ends of stretches (knots) until the pen can reach each speed from the knots beside it. */
function relax(course: Course, knots: readonly number[], speed: Float64Array): void {
  const within = (from: number, to: number, vertex: number, by: number): void => {
    const length = (course.s[to] as number) - (course.s[from] as number)
    speed[vertex] = reach(speed[by] as number, length, gentleOf(course, from, to), speed[vertex] as number)
  }
  const lower = (from: number, to: number): void => {
    if ((speed[to] as number) > (speed[from] as number)) within(from, to, to, from)
  }
  const lowerBack = (from: number, to: number): void => {
    if ((speed[from] as number) > (speed[to] as number)) within(from, to, from, to)
  }
  for (let k = 1; k < knots.length; k++) lower(knots[k - 1] as number, knots[k] as number)
  for (let k = knots.length - 1; k > 0; k--) lowerBack(knots[k - 1] as number, knots[k] as number)
}

function gentleOf({ curved, along }: Course, from: number, to: number): Gentle {
  for (let i = from; i < to; i++) if (curved[i] === 1) return along.curved
  return along.straight
}

/** Marks the vertices at which the limit changes: of two neighbouring vertices, the one with the lower limit. */
function marksOf({ atVertex, onSegment }: Course): Uint8Array {
  const marks = new Uint8Array(atVertex.length)
  let level = atVertex[1] as number
  for (let i = 1; i + 1 < atVertex.length; i++) {
    const limit = atVertex[i] as number
    // a corner, or an end of a slow segment, has a lower limit than a neighbouring segment
    if (limit < FALL * Math.max(onSegment[i - 1] as number, onSegment[i] as number)) marks[i] = 1
    if (limit < FALL * level) {
      marks[i] = 1
      level = limit
    } else if (limit > RISE * level) {
      marks[i - 1] = 1
      level = limit
    }
  }
  return marks
}

/** The stretch with the highest peak that its ends and its fastest segment allow. */
function stretchOf(course: Course, from: number, to: number, v0: number, v1: number): Stretch {
  const length = (course.s[to] as number) - (course.s[from] as number)
  const gentle = gentleOf(course, from, to)
  let most = 0
  for (let i = from; i < to; i++) most = Math.max(most, course.onSegment[i] as number)
  return { from, to, length, v0, v1, gentle, peak: peakBetween(v0, v1, length, gentle, most) }
}

/** The highest peak speed that exceeds no limit, or the vertices at which the stretch must be cut. */
function fitPeak(course: Course, stretch: Stretch, marks: Uint8Array): { peak: number; cut: number[] } {
  const vertices = verticesAboveLimit(course, stretch)
  if (vertices.length === 0) return { peak: stretch.peak, cut: [] }
  const atMarks = vertices.filter((i) => marks[i] === 1)
  if (atMarks.length > 0) return { peak: stretch.peak, cut: atMarks }
  const least = Math.max(stretch.v0, stretch.v1)
  const aboveAtLeast = verticesAboveLimit(course, { ...stretch, peak: least })
  if (aboveAtLeast.length > 0) {
    const lower = (a: number, b: number): number =>
      (course.atVertex[b] as number) < (course.atVertex[a] as number) ? b : a
    const cut = [aboveAtLeast.reduce(lower)]
    if (aboveAtLeast.length > MANY) cut.push(aboveAtLeast[aboveAtLeast.length >> 1] ?? stretch.to - 1)
    return { peak: stretch.peak, cut }
  }
  const peak = highest(
    least,
    stretch.peak,
    (v) => verticesAboveLimit(course, { ...stretch, peak: v }).length === 0,
    HALVINGS,
  )
  return { peak, cut: [] }
}

/**
 * The vertices of a stretch at which the speed exceeds the limit of the vertex or of a neighbouring segment. If the
 * peak exceeds the limit of the segment in which the peak begins, the result also contains one vertex of that segment.
 */
function verticesAboveLimit(course: Course, stretch: Stretch): number[] {
  const { s, atVertex, onSegment } = course
  const { from, to } = stretch
  const start = s[from] as number
  const vertices: number[] = []
  const { up, down } = course.ramps
  up.set(stretch.v0, stretch.peak, stretch.gentle)
  down.set(stretch.v1, stretch.peak, stretch.gentle)
  for (let i = from + 1; i < to; i++) {
    const way = (s[i] as number) - start
    const v = Math.min(up.speedAt(way), down.speedAt(stretch.length - way))
    const least = Math.min(atVertex[i] as number, onSegment[i - 1] as number, onSegment[i] as number)
    // the speed rises, stays and falls: a segment has its highest speed at an end, or at the peak of the stretch
    if (v > least * SLACK) vertices.push(i)
  }
  for (let i = from; i < to && to > from + 1; i++) {
    if (stretch.peak <= (onSegment[i] as number) * SLACK) continue
    const a = (s[i] as number) - start
    const b = (s[i + 1] as number) - start
    const peakStart = rampLength(stretch.v0, stretch.peak, stretch.gentle)
    if (a <= peakStart && b >= peakStart) vertices.push(i === from ? i + 1 : i)
  }
  return vertices
}
