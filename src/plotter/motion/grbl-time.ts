import type { MotionLimits } from '../profiles/profile.ts'
import { linesOf, roundedLines } from './grbl-lines.ts'
import { cornerSpeed2 } from './limits.ts'
import { lineSpeeds, turnBetween } from './line-speeds.ts'

/** Time to read the lines around a stroke (pen and travel), during which nothing moves, s. */
const AROUND_SECONDS = 0.0145
/**
 * Time to read a line before the stroke starts, s. grbl starts when it has nothing more to read or its planner is full.
 * Measured on the 1.1h firmware, as AROUND_SECONDS was.
 */
const LINE_SECONDS = 0.00256
/** Blocks that grbl plans ahead. */
const PLANNED = 15

/** The properties of a board that decide the time of a stroke, together with the board's limits. */
export interface GrblBoardTraits {
  readonly stepsPerMm: number
  /**
   * Number of blocks that the board plans ahead, the present one included. The board can always stop at the end of the
   * last block.
   */
  readonly lookAhead?: number
  /** Whether the board reads lines as fast as they arrive, so that a stroke begins with its first line. */
  readonly readsAtOnce?: boolean
}

/**
 * Seconds for a stroke on grbl, which plans its own motion: straight blocks with ramps of constant acceleration, and
 * corners by junction deviation. grbl can always stop within the planned blocks, which limits its speed. The rate at
 * which grbl reads lines limits the speed too. The limit of acceleration holds for each axis, so a slanted line may
 * have a higher acceleration. grbl computes corners after it has rounded the ends of lines to whole steps.
 *
 * Source: grbl 1.1, planner.c.
 *
 * @param points      x, y interleaved, mm
 * @param afterDotMs  time of a lift at a dot − its time at a stroke (`PenLift`), ms
 */
export function grblSeconds(
  points: Float64Array,
  limits: MotionLimits,
  { stepsPerMm, lookAhead = PLANNED, readsAtOnce = false }: GrblBoardTraits,
  afterDotMs = 0,
): number {
  const { s, ux, uy } = roundedLines(linesOf(points, stepsPerMm), stepsPerMm)
  const n = ux.length
  if (n === 0) return AROUND_SECONDS + afterDotMs / 1000
  const u = new Float64Array(n + 1)
  const { curvePace } = limits
  const turnAt = (i: number) => turnBetween(ux[i - 1] as number, uy[i - 1] as number, ux[i] as number, uy[i] as number)
  const speeds = lineSpeeds(s, limits.speed, curvePace === undefined ? undefined : { pace: curvePace, turnAt })
  const accel = (i: number) => limits.acceleration / larger(ux[i] as number, uy[i] as number)
  for (let i = 1; i < n; i++) {
    const ahead = (s[Math.min(n, i + lookAhead - 1)] as number) - (s[i] as number)
    u[i] = Math.min(corner(i), (speeds[i - 1] as number) ** 2, (speeds[i] as number) ** 2, 2 * accel(i) * ahead)
  }
  for (let i = n - 1; i > 0; i--)
    u[i] = Math.min(u[i] as number, (u[i + 1] as number) + 2 * accel(i) * ((s[i + 1] as number) - (s[i] as number)))
  let seconds = AROUND_SECONDS + (readsAtOnce ? 0 : LINE_SECONDS * Math.min(n, PLANNED))
  for (let i = 0; i < n; i++) {
    const length = (s[i + 1] as number) - (s[i] as number)
    u[i + 1] = Math.min(u[i + 1] as number, (u[i] as number) + 2 * accel(i) * length)
    seconds += ramps(length, u[i] as number, u[i + 1] as number, accel(i), speeds[i] as number)
  }
  return seconds

  function corner(i: number): number {
    const ax = ux[i - 1] as number
    const ay = uy[i - 1] as number
    const bx = ux[i] as number
    const by = uy[i] as number
    const turn = Math.hypot(bx - ax, by - ay)
    const acceleration = turn === 0 ? Infinity : limits.acceleration / (larger(bx - ax, by - ay) / turn)
    return cornerSpeed2(ax * bx + ay * by, { ...limits, acceleration })
  }
}

const larger = (x: number, y: number): number => Math.max(Math.abs(x), Math.abs(y))

/** Shortest time for a length, s. u0 and u1 are the squares of the speeds at its beginning and end. */
function ramps(length: number, u0: number, u1: number, a: number, speed: number): number {
  const v0 = Math.sqrt(u0)
  const v1 = Math.sqrt(u1)
  const top = Math.min(Math.max(speed, v0, v1), Math.sqrt(a * length + (u0 + u1) / 2))
  const cruise = length - (2 * top * top - u0 - u1) / (2 * a)
  return (2 * top - v0 - v1) / a + (top > 0 ? Math.max(0, cruise) / top : 0)
}
