import { x, y } from '../../geometry/drawing.ts'

/**
 * Short lines per second that an ATmega328 reads and plans while it draws, with a margin below the measured 311. With
 * more lines a second the planner would run empty and the speed would vary.
 */
const LINES_PER_SECOND = 280

/**
 * A line's speed depends on this many lines before the line, and as many from the line on. Twice this number is about
 * the number of lines in the planner.
 */
const AROUND = 8

/** Speeds are lowered in steps of this factor, so that few lines need an F word, which sets the speed. */
const STEP = 1.1

/**
 * The speed that a curve pace allows on an arc, mm/s. It grows with the cube root of the radius.
 *
 * @param pace    speed at a radius of 1 mm, mm/s
 * @param radius  mm
 */
export const speedOnArc = (pace: number, radius: number): number => pace * Math.cbrt(radius)

/** A limit on the speed of lines in curves. */
export interface CurvePace {
  /** Highest speed on an arc with a radius of 1 mm, mm/s. */
  readonly pace: number
  /** Change of direction between line `end` − 1 and line `end`, radians. */
  readonly turnAt: (end: number) => number
}

/**
 * The speed of each line of a stroke that is sent as G-code, mm/s. The speed is `most`, or less near short lines.
 * `curvePace` also lowers the speed in curves.
 *
 * @param lengths  length of the stroke up to the start of its first line and to the end of each line, mm
 * @param most     highest speed, mm/s
 */
export function lineSpeeds(lengths: Float64Array, most: number, curvePace?: CurvePace): Float64Array {
  const speeds = new Float64Array(Math.max(0, lengths.length - 1))
  for (let i = 0; i < speeds.length; i++) speeds[i] = lineSpeed(lengths, i, most, curvePace)
  return speeds
}

/** The speed of one line, mm/s, without computing the rest of a long stroke. */
export function lineSpeed(lengths: Float64Array, line: number, most: number, curvePace?: CurvePace): number {
  const from = Math.max(0, line - AROUND)
  const to = Math.min(lengths.length - 1, line + AROUND)
  const fastest = (LINES_PER_SECOND * ((lengths[to] as number) - (lengths[from] as number))) / (to - from)
  const allowed = curvePace ? Math.min(fastest, arcSpeed(lengths, line, curvePace)) : fastest
  return allowed > 0 && allowed < most ? most / STEP ** Math.ceil(Math.log(most / allowed) / Math.log(STEP)) : most
}

/** The speed that the tighter of the arcs at a line's two ends allows, mm/s. */
function arcSpeed(lengths: Float64Array, line: number, { pace, turnAt }: CurvePace): number {
  const lengthAt = (end: number) => lengths[end] as number
  const speedAt = (end: number): number => {
    if (end <= 0 || end >= lengths.length - 1) return Infinity
    const turn = turnAt(end)
    return turn < 1e-9 ? Infinity : speedOnArc(pace, (lengthAt(end + 1) - lengthAt(end - 1)) / (2 * turn))
  }
  return Math.min(speedAt(line), speedAt(line + 1))
}

/**
 * The curve pace of a stroke that is sent as G-code lines. Its function `turnAt` takes an index into `ends`.
 *
 * @param ends  indices into `points` of the vertices at which lines begin and end
 * @returns undefined when `pace` is undefined
 */
export function curvePaceOf(
  pace: number | undefined,
  points: Float64Array,
  ends: ArrayLike<number>,
): CurvePace | undefined {
  if (pace === undefined) return undefined
  const turnAt = (i: number): number => {
    const a = ends[i - 1] as number
    const b = ends[i] as number
    const c = ends[i + 1] as number
    return turnBetween(
      x(points, b) - x(points, a),
      y(points, b) - y(points, a),
      x(points, c) - x(points, b),
      y(points, c) - y(points, b),
    )
  }
  return { pace, turnAt }
}

/** The angle between two directions, radians. */
export const turnBetween = (ax: number, ay: number, bx: number, by: number): number =>
  Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by))
