import { at } from '../../geometry/drawing.ts'
import type { MarlinOptions, MotionLimits, PenLift, Profile } from '../profiles/profile.ts'
import { roundedLines } from './grbl-lines.ts'
import { klipperEnds } from './klipper-time.ts'
import { axisFeed, isZ, liftHeight } from './lifts.ts'
import { cornerSpeed2, restToRest } from './limits.ts'
import { type CurvePace, curvePaceOf, lineSpeeds } from './line-speeds.ts'
import { marlinLines } from './marlin-lines.ts'

/** Time for the G-code lines before and after a stroke, during which nothing moves, s. Measured on the simulator. */
const AROUND_SECONDS = 0.005
/** Time until one line has arrived, s. Measured on the simulator. */
const LINE_SECONDS = 0.0013
/** Time that the first block waits when fewer than FIRST_BLOCKS blocks are queued, s. */
const FIRST_BLOCK_SECONDS = 0.1
const FIRST_BLOCKS = 3
/** Blocks after the present one that Marlin's look-ahead uses. */
const AHEAD_BLOCKS = 14
/** Minimum duration of a block (M205 B), and the numbers of queued blocks for which it applies. */
const SLOWDOWN = { seconds: 0.02, from: 2, to: 7 }
/** The slowest step rate, steps/s. */
const MIN_RATE = 120
/**
 * Blocks shorter than `mm` with turns below `turn` radians count as parts of an arc. A turn below `least` radians
 * counts as `least`.
 */
const SMALL = { mm: 1, turn: Math.PI / 4, least: 0.033 }

/** Delay with which Klipper begins the first motion, s. */
export const KLIPPER_START = 0.25
/** Time that the driver waits after the computed end of a motion, s. */
export const KLIPPER_LATE = 0.01
/** Time for the answers to the lines before and after a motion, s. Measured on the simulator. */
const KLIPPER_ANSWERS = 0.013
/** Klipper begins when its queued lines last this long, s, or when a line waits for the end of the motion. */
export const KLIPPER_FIRST = 2

/** A path as the lines that a board gets. */
export interface Lines {
  /** x, y interleaved, mm: the start of the path and the end of each line. */
  readonly ends: Float64Array
  /** Length of the lines up to each of the `ends`, mm. */
  readonly along: Float64Array
}

/** All lines of a path, for a firmware and a speed. */
function linesFor(points: Float64Array, speed: number, leastMm: number, { stepsPerMm, marlin }: Profile): Lines {
  const ends: number[] = []
  const along: number[] = []
  for (const end of marlinLines(points, speed, { stepsPerMm, firmware: marlin?.firmware ?? 'marlin', leastMm })) {
    ends.push(end.x, end.y)
    along.push(end.along)
  }
  return { ends: Float64Array.from(ends), along: Float64Array.from(along) }
}

/**
 * Seconds of a pen-up move on Marlin or Klipper, from rest to rest, with the delay before the move. On Klipper the
 * driver's wait for the end of the move is added.
 */
export function printerTravelSeconds({ up, stepsPerMm, marlin }: Profile, dx: number, dy: number): number {
  const length = Math.hypot(dx, dy)
  const moving = restToRest(length, up.acceleration, up.speed)
  if (marlin?.firmware === 'klipper') return KLIPPER_START + moving + KLIPPER_LATE + KLIPPER_ANSWERS
  const steps = Math.max(Math.abs(dx), Math.abs(dy)) * stepsPerMm // fewer than 21 steps make fewer than three lines
  return moving + (steps < 21 ? FIRST_BLOCK_SECONDS : FIRST_BLOCKS * LINE_SECONDS)
}

/**
 * Seconds for a stroke on Marlin or Klipper, which plan their own motion.
 *
 * @param points   x, y interleaved, mm
 * @param leastMm  minimum length of the parts into which the model divides a long line, mm
 */
export function printerSeconds(points: Float64Array, limits: MotionLimits, profile: Profile, leastMm: number): number {
  const { marlin } = profile
  const lines = linesFor(points, limits.speed, leastMm, profile)
  if (marlin?.firmware !== 'klipper') return marlinSeconds(lines, limits, profile)
  const drawing = klipperEnds(lines, limits, marlin.cruiseRatio, curvePaceAlong(lines, limits)).at(-1) ?? 0
  return KLIPPER_START + drawing + KLIPPER_LATE + KLIPPER_ANSWERS
}

function marlinSeconds({ ends, along }: Lines, limits: MotionLimits, { stepsPerMm, marlin, pen }: Profile): number {
  const { s, ux, uy } = roundedLines(ends, stepsPerMm)
  const n = ux.length
  const isPenOnZ = marlin?.penUp.some(isZ) ?? false
  const blocks = n + (isPenOnZ ? 2 : 0)
  const begins = isPenOnZ ? 0 : FIRST_BLOCKS * LINE_SECONDS
  const around = isPenOnZ ? 0 : AROUND_SECONDS
  const start = blocks === 0 ? 0 : blocks < FIRST_BLOCKS ? FIRST_BLOCK_SECONDS : begins
  if (n === 0) return around + start + (pen.afterDotMs ?? 0) / 1000
  const least = MIN_RATE / stepsPerMm
  const speeds = slowDown(s, lineSpeeds(s, limits.speed, curvePaceAlong({ ends, along }, limits)))
  const a = limits.acceleration
  const u = new Float64Array(n + 1).fill(least ** 2)
  for (let i = 1; i < n; i++) {
    const ahead = at(s, Math.min(n, i + AHEAD_BLOCKS)) - at(s, i)
    u[i] = Math.max(least ** 2, Math.min(corner(i), at(speeds, i - 1) ** 2, at(speeds, i) ** 2, 2 * a * ahead))
  }
  for (let i = n - 1; i > 0; i--) u[i] = Math.min(at(u, i), at(u, i + 1) + 2 * a * (at(s, i + 1) - at(s, i)))
  let seconds = around + start
  for (let i = 0; i < n; i++) {
    const mm = at(s, i + 1) - at(s, i)
    u[i + 1] = Math.min(at(u, i + 1), at(u, i) + 2 * a * mm)
    const v0 = Math.sqrt(at(u, i))
    const v1 = Math.sqrt(at(u, i + 1))
    const top = Math.min(Math.max(at(speeds, i), v0, v1), Math.sqrt(a * mm + (v0 * v0 + v1 * v1) / 2))
    const cruise = Math.max(0, mm - (2 * top * top - v0 * v0 - v1 * v1) / (2 * a))
    seconds += (2 * top - v0 - v1) / a + cruise / top
  }
  return seconds

  function corner(i: number): number {
    const cos = at(ux, i - 1) * at(ux, i) + at(uy, i - 1) * at(uy, i)
    const round = cornerSpeed2(cos, limits)
    const turn = Math.acos(Math.min(1, Math.max(-1, cos)))
    const mm = at(s, i + 1) - at(s, i)
    if (mm >= SMALL.mm || turn >= SMALL.turn || turn < 1e-3) return round
    return Math.min(round, (mm * a) / Math.max(SMALL.least, turn))
  }
}

/** The curve pace of a path in lines; undefined when the limits have none. */
export const curvePaceAlong = ({ ends, along }: Lines, { curvePace }: MotionLimits): CurvePace | undefined =>
  curvePace === undefined
    ? undefined
    : curvePaceOf(
        curvePace,
        ends,
        along.map((_, i) => i),
      )

/** Slows down short lines at the beginning of a stroke, as Marlin does while few lines are queued. */
function slowDown(s: Float64Array, speeds: Float64Array): Float64Array {
  for (let i = SLOWDOWN.from; i <= Math.min(SLOWDOWN.to, speeds.length - 1); i++) {
    const mm = at(s, i + 1) - at(s, i)
    const seconds = mm / at(speeds, i)
    if (seconds < SLOWDOWN.seconds) speeds[i] = mm / (seconds + (2 * (SLOWDOWN.seconds - seconds)) / i)
  }
  return speeds
}

/**
 * The lift times of a pen on the Z axis, by the F word of its lines and the axis's own limits. Stroke and lift are one
 * motion with a corner, not two motions from rest to rest. Only Klipper lowers the pen in a separate motion.
 */
export function zLifts(
  { penUp, penDown, heights, firmware }: MarlinOptions,
  pen: PenLift,
  z: { readonly speed: number; readonly acceleration: number },
  down: MotionLimits,
): PenLift {
  const height = liftHeight(heights, pen)
  const feed = (lines: readonly string[]): number => Math.min(z.speed, axisFeed(lines))
  const ms = (lines: readonly string[]): number => 1000 * restToRest(height, z.acceleration, feed(lines))
  /** Time saved, ms, because neither the carriage nor the axis rests at the corner. */
  const saved = (lines: readonly string[], acceleration: number): number => {
    const speed = Math.min(Math.sqrt(cornerSpeed2(0, { ...down, acceleration })), feed(lines))
    const share = (a: number, top: number): number => speed / a - speed ** 2 / (2 * a * top)
    return 1000 * (share(z.acceleration, feed(lines)) + share(down.acceleration, down.speed))
  }
  const up = saved(penUp, z.acceleration)
  // Klipper lowers the pen before it has the stroke's lines, so the pen rests between the two motions
  const lowering = firmware === 'klipper' ? 0 : saved(penDown, Math.min(down.acceleration, z.acceleration * Math.SQRT2))
  return { ...pen, raiseMs: ms(penUp) - up, lowerMs: ms(penDown) - lowering, afterDotMs: up + lowering, axis: z }
}
