import { at } from '../../geometry/drawing.ts'
import type { MarlinOptions, MotionLimits, PenLift, Profile } from '../profiles/profile.ts'
import { roundedLines } from './grbl-lines.ts'
import { klipperEnds } from './klipper-time.ts'
import { clearMs, touchMs } from './lifts.ts'
import { cornerSpeed2, restToRest } from './limits.ts'
import { lineSpeeds, type Pace, paceOf } from './line-speeds.ts'
import { marlinLines } from './marlin-lines.ts'

/** Time for the lines around a stroke with nothing moving, s, and until three lines have come, s. Measured on the simulator. */
const AROUND_SECONDS = 0.011
const LINE_SECONDS = 0.003
/** Until this time the first block waits for two more, s. */
const FIRST_BLOCK_SECONDS = 0.1
const FIRST_BLOCKS = 3
/** Blocks behind the present one with which Marlin computes. */
const AHEAD_BLOCKS = 14
/** M205 B and the numbers of queued blocks for which it counts. */
const SLOWDOWN = { seconds: 0.02, from: 2, to: 7 }
/** The slowest step rate, steps/s. */
const LEAST_RATE = 120
/** Shorter blocks with smaller turns go round an arc, mm and radians. */
const SMALL = { mm: 1, turn: Math.PI / 4, least: 0.033 }

/** Klipper begins the first motion so late, and looks every tenth of a second whether all is done, s. */
const KLIPPER_START = 0.25
const KLIPPER_POLL = 0.1
/** Motion is sent to Klipper so long before it is due, s. */
export const KLIPPER_AHEAD = 0.6

/** The motion of a path in lines, as a board gets it. */
export interface Lines {
  /** x, y interleaved, mm: the start of the path and the end of each line. */
  readonly ends: Float64Array
  /** Length up to each of them, mm. */
  readonly along: Float64Array
}

/** All lines of a path, for a firmware and a speed. */
function linesFor(points: Float64Array, speed: number, { stepsPerMm, marlin }: Profile): Lines {
  const [ends, along] = [[] as number[], [] as number[]]
  for (const end of marlinLines(points, speed, { stepsPerMm, firmware: marlin?.firmware ?? 'marlin' })) {
    ends.push(end.x, end.y)
    along.push(end.along)
  }
  return { ends: Float64Array.from(ends), along: Float64Array.from(along) }
}

/** Seconds of a pen-up move on Marlin or Klipper, from rest to rest, with the wait for its end. */
export function printerTravelSeconds({ up, stepsPerMm, marlin }: Profile, dx: number, dy: number): number {
  const length = Math.hypot(dx, dy)
  const moving = restToRest(length, up.acceleration, up.speed)
  if (marlin?.firmware === 'klipper') return polled(KLIPPER_START + moving)
  const steps = Math.max(Math.abs(dx), Math.abs(dy)) * stepsPerMm
  return moving + (steps < 21 ? FIRST_BLOCK_SECONDS : FIRST_BLOCKS * LINE_SECONDS)
}

/** Motion of so many seconds, until Klipper has seen that it is over. Longer motion is sent in time for that. */
function polled(seconds: number, last = 0): number {
  const seen = Math.max(0, seconds - KLIPPER_AHEAD - last)
  return seen + KLIPPER_POLL * Math.ceil((seconds - seen) / KLIPPER_POLL - 1e-9)
}

/**
 * Seconds for a stroke on Marlin or Klipper, which plan their own motion.
 *
 * @param points  x, y interleaved, mm
 */
export function printerSeconds(points: Float64Array, limits: MotionLimits, profile: Profile): number {
  const { marlin, pen } = profile
  const lines = linesFor(points, limits.speed, profile)
  if (marlin?.firmware !== 'klipper') return marlinSeconds(lines, limits, profile)
  const drawing = klipperEnds(lines, limits, marlin.cruiseRatio, paceAlong(lines, limits)).at(-1) ?? 0
  const lifts = (touchMs(pen) + clearMs(pen)) / 1000
  return polled(KLIPPER_START + lifts + drawing, clearMs(pen) / 1000) - lifts
}

function marlinSeconds({ ends, along }: Lines, limits: MotionLimits, { stepsPerMm, marlin, pen }: Profile): number {
  const { s, ux, uy } = roundedLines(ends, stepsPerMm)
  const n = ux.length
  const onAxis = marlin?.penUp.some((line) => /Z/.test(line)) ?? false
  const blocks = n + (onAxis ? 2 : 0)
  const start = blocks === 0 ? 0 : blocks < FIRST_BLOCKS ? FIRST_BLOCK_SECONDS : FIRST_BLOCKS * LINE_SECONDS
  if (n === 0) return AROUND_SECONDS + start + (pen.afterDotMs ?? 0) / 1000
  const least = LEAST_RATE / stepsPerMm
  const speeds = slowed(s, lineSpeeds(s, limits.speed, paceAlong({ ends, along }, limits)))
  const a = limits.acceleration
  const u = new Float64Array(n + 1).fill(least ** 2)
  for (let i = 1; i < n; i++) {
    const ahead = at(s, Math.min(n, i + AHEAD_BLOCKS)) - at(s, i)
    u[i] = Math.max(least ** 2, Math.min(corner(i), at(speeds, i - 1) ** 2, at(speeds, i) ** 2, 2 * a * ahead))
  }
  for (let i = n - 1; i > 0; i--) u[i] = Math.min(at(u, i), at(u, i + 1) + 2 * a * (at(s, i + 1) - at(s, i)))
  let seconds = AROUND_SECONDS + start
  for (let i = 0; i < n; i++) {
    const mm = at(s, i + 1) - at(s, i)
    u[i + 1] = Math.min(at(u, i + 1), at(u, i) + 2 * a * mm)
    const [v0, v1] = [Math.sqrt(at(u, i)), Math.sqrt(at(u, i + 1))]
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

/** The pace of a path in lines; undefined when it has none. */
export const paceAlong = ({ ends, along }: Lines, { pace }: MotionLimits): Pace | undefined =>
  pace === undefined
    ? undefined
    : paceOf(
        pace,
        ends,
        along.map((_, i) => i),
      )

/** The first lines of a stroke come while few are queued, and short ones are stretched. */
function slowed(s: Float64Array, speeds: Float64Array): Float64Array {
  for (let i = SLOWDOWN.from; i <= Math.min(SLOWDOWN.to, speeds.length - 1); i++) {
    const mm = at(s, i + 1) - at(s, i)
    const seconds = mm / at(speeds, i)
    if (seconds < SLOWDOWN.seconds) speeds[i] = mm / (seconds + (2 * (SLOWDOWN.seconds - seconds)) / i)
  }
  return speeds
}

/** The time of a pen on the Z axis over its height, ms. Its feed and the axis's own limits count. */
export function zLiftMs(
  { penUp, penDown, heights }: MarlinOptions,
  { upPercent, downPercent }: PenLift,
  z: { readonly speed: number; readonly acceleration: number },
): { readonly raiseMs: number; readonly lowerMs: number } {
  const { at0 = 0, at100 = 1000 } = heights ?? {}
  const height = Math.abs(((at100 - at0) * (upPercent - downPercent)) / 100)
  const ms = (lines: readonly string[]): number => {
    const feed = Number(/F([\d.]+)/.exec(lines.find((line) => /Z/.test(line)) ?? '')?.[1] ?? Infinity) / 60
    return 1000 * restToRest(height, z.acceleration, Math.min(z.speed, feed))
  }
  return { raiseMs: ms(penUp), lowerMs: ms(penDown) }
}
