import { x, y } from '../../geometry/drawing.ts'
import { distanceTo } from '../../geometry/measure.ts'
import { lineEnd } from './grbl-lines.ts'

/**
 * Minimum number of motor steps of a line on its longer axis. Marlin drops a move of fewer than six steps on each axis,
 * and adds its steps to the next move. The seventh step makes up for rounding. Klipper drops no line, however short.
 * But plotd divides a line for Klipper only into lines of at least one step. Otherwise a slow stroke would have
 * millions of lines.
 */
const MIN_STEPS = 7

/**
 * Minimum duration of the lines into which a longer line is divided, s, at full speed. A stop waits for the fifteen
 * lines in Marlin's planner: 0.3 s with such lines. Lines of MIN_STEPS last longer at low speeds.
 */
const LINE_SECONDS = 0.02

/**
 * A path of one straight line is divided into at least this many lines, if each of them has MIN_STEPS. They may be
 * shorter than LINE_SECONDS. With three blocks, Marlin's planner begins at once. With fewer blocks, it waits for 0.1 s.
 */
const FEWEST = 3

/** The rules by which a firmware takes lines. */
export interface LineRules {
  readonly stepsPerMm: number
  readonly firmware: 'marlin' | 'klipper'
  /**
   * Minimum length of the parts into which a line is divided, mm; 0 when absent. Bounds the number of parts. A path of
   * one straight line may be divided into shorter parts (`FEWEST`).
   */
  readonly leastMm?: number
}

/** The end of a line, mm. */
export interface LineEnd {
  readonly x: number
  readonly y: number
  /** Length of the lines up to here, mm. */
  readonly along: number
  /** Length of the path up to here, mm. It is greater than `along` when lines leave out small turns of the path. */
  readonly pathMm: number
}

/**
 * The lines that a board without feed hold gets for a path: short enough to stop soon, long enough not to be dropped.
 * The first item is the start of the path. A path with too few steps for the firmware has no other items.
 *
 * @param points  x, y interleaved, mm
 * @param speed   highest speed, mm/s
 */
export function* marlinLines(points: Float64Array, speed: number, rules: LineRules): Generator<LineEnd, void, void> {
  const start: LineEnd = { x: x(points, 0), y: y(points, 0), along: 0, pathMm: 0 }
  yield start
  const most = Math.max(speed * LINE_SECONDS, rules.leastMm ?? 0)
  let from = start
  let pendingEnd: LineEnd | undefined
  for (const to of corners(points, rules)) {
    if (pendingEnd) {
      yield* divide(from, pendingEnd, pieces(from, pendingEnd, most, rules))
      from = pendingEnd
    }
    pendingEnd = to
  }
  if (pendingEnd) yield* divide(from, pendingEnd, pieces(from, pendingEnd, most, rules, from === start))
}

/**
 * The ends of straight lines, each far enough from the one before. If the end of the path is too near to the last
 * corner, the end replaces this corner. If the end is also too near to the place before this corner, the corner stays
 * and the end is left out.
 */
function* corners(points: Float64Array, rules: LineRules): Generator<LineEnd, void, void> {
  const last = points.length / 2 - 1
  const least = rules.firmware === 'marlin' ? MIN_STEPS / rules.stepsPerMm : 0
  let from: LineEnd = { x: x(points, 0), y: y(points, 0), along: 0, pathMm: 0 }
  let corner: LineEnd | undefined
  let pathMm = 0
  for (let i = 0; i < last; ) {
    for (const end = lineEnd(points, i, rules.stepsPerMm); i < end; ) pathMm += distanceTo(points, ++i)
    const base = corner ?? from
    const end = lineTo(base, x(points, i), y(points, i), pathMm)
    if (areApart(base, end, least)) {
      if (corner) {
        yield corner
        from = corner
      }
      corner = end
    } else if (i === last && end.along > base.along) {
      const whole = lineTo(from, end.x, end.y, pathMm)
      if (areApart(from, whole, least)) corner = whole
      else if (corner) corner = { ...corner, pathMm }
    }
  }
  if (corner) yield corner
}

const lineTo = (from: LineEnd, px: number, py: number, pathMm: number): LineEnd => ({
  x: px,
  y: py,
  along: from.along + Math.hypot(px - from.x, py - from.y),
  pathMm,
})

const areApart = (a: LineEnd, b: LineEnd, least: number): boolean =>
  least === 0 ? a.x !== b.x || a.y !== b.y : Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y)) >= least

/**
 * The number of lines into which a straight line is divided.
 *
 * @param isOnly  whether the path is this line alone; such a line becomes three lines or more if it has enough steps
 */
function pieces(from: LineEnd, to: LineEnd, most: number, rules: LineRules, isOnly = false): number {
  const count = Math.max(1, Math.floor((to.along - from.along) / most))
  const wanted = isOnly ? Math.max(FEWEST, count) : count
  const leastSteps = rules.firmware === 'klipper' && wanted === count ? 1 : MIN_STEPS
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) * rules.stepsPerMm
  return Math.max(1, Math.min(wanted, Math.floor(steps / leastSteps)))
}

function* divide(from: LineEnd, to: LineEnd, count: number): Generator<LineEnd, void, void> {
  for (let i = 1; i < count; i++) {
    const t = i / count
    yield {
      x: from.x + t * (to.x - from.x),
      y: from.y + t * (to.y - from.y),
      along: from.along + t * (to.along - from.along),
      pathMm: from.pathMm + t * (to.pathMm - from.pathMm),
    }
  }
  yield to
}
