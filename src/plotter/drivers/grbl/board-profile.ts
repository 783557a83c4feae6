import { axisFeed, clearMs, isZ, liftHeight, touchMs } from '../../motion/index.ts'
import { cornerSpeed2, restToRest } from '../../motion/limits.ts'
import type { MotionLimits, PenLift, Profile } from '../../profiles/profile.ts'
import { least } from '../gcode/limits.ts'
import { hasTimedLowering, penLines } from '../gcode/program.ts'
import type { GrblTiming } from './firmware.ts'
import { type GrblSettings, limitOf } from './settings.ts'

/** The profile with the board's own speed limits, accelerations, corners, steps, look-ahead and lift times. */
export function profileBySettings(profile: Profile, settings: GrblSettings, timing: GrblTiming): Profile {
  const perMinute = least(limitOf(settings, 110), limitOf(settings, 111))
  const speed = perMinute && perMinute / 60
  const acceleration = least(limitOf(settings, 120), limitOf(settings, 121)) ?? profile.down.acceleration
  const junctionDeviation = settings.get(11) ?? profile.down.junctionDeviation
  const common = { acceleration, junctionDeviation }
  const down = { ...common, speed: Math.min(profile.down.speed, speed ?? Infinity) }
  return {
    ...profile,
    ...(profile.grbl && { grbl: { ...profile.grbl, lookAhead: timing.blocks, readsAtOnce: timing.readsAtOnce } }),
    pen: liftTimes(profile, down, settings, timing),
    stepsPerMm: limitOf(settings, 100) ?? profile.stepsPerMm,
    down,
    up: { ...common, speed: speed ?? profile.up.speed },
  }
}

/** The value of $1 that keeps the motors energized. */
const KEEPS_ENERGIZED = 255
/** Time in which grbl reads the lines of the first travel and of the way home, ms. */
const END_LINES_MS = 4

/**
 * The times of the pen on this board: dwells in multiples of `dwellMs`, a Z axis at its own speed, and the wait ($1)
 * that ends each motion of grbl. grbl plans a rising Z axis together with the stroke before it, so there is no wait
 * between the two.
 *
 * @param down  limits of the stroke before the lift
 */
export function liftTimes(
  { pen, grbl }: Profile,
  down: MotionLimits,
  settings: GrblSettings,
  { dwellMs, waitsAtRest }: GrblTiming,
): PenLift {
  if (!grbl) return pen
  const height = liftHeight(grbl.heights, pen)
  const idleMs = settings.get(1) ?? 0
  const rest = !waitsAtRest || idleMs === KEEPS_ENERGIZED ? 0 : idleMs
  const z = zLimits(down, settings)
  const up = penLines(grbl, pen, 'up', pen.upPercent)
  const lowering = penLines(grbl, pen, 'down', pen.downPercent)
  const totalMs = (lines: readonly string[]) => lines.reduce((sum, line) => sum + lineMs(line), 0)
  // The end of a stroke adds the board's wait. A rising Z axis saves time instead: it continues the stroke's motion. A
  // dot has no motion, so `afterDotMs` undoes both: it takes the wait off, or adds the saved time.
  const strokeEndMs = isZ(up[0]) ? -savedMs(feedOf(up[0]), z, down) : rest
  const { clearMs: _, touchMs: __, ...heights } = pen // `dwells` below has these times
  const dwells = {
    stepMs: dwellMs,
    clearMs: clearMs(pen),
    touchMs: hasTimedLowering(grbl) ? touchMs(pen) : 0,
  }
  return {
    ...heights,
    raiseMs: totalMs(up) + strokeEndMs,
    lowerMs: totalMs(lowering) + rest,
    afterDotMs: -strokeEndMs,
    dwells,
    endMs: rest + END_LINES_MS,
    ...(up.some(isZ) && { axis: { speed: z.speed, acceleration: z.acceleration } }),
  }

  function lineMs(line: string): number {
    const dwell = /^G0?4\s*P([\d.]+)/.exec(line)?.[1]
    if (dwell !== undefined) return Math.ceil((Number(dwell) * 1000) / dwellMs - 1e-6) * dwellMs
    return isZ(line) ? 1000 * restToRest(height, z.acceleration, feedOf(line)) + rest : 0
  }

  /** The feed of a line with a Z word, mm/s. */
  function feedOf(line = ''): number {
    return Math.min(z.speed, axisFeed([line]))
  }
}

/** The limits of the Z axis. A limit that the board does not report is the limit of `down`. */
function zLimits(down: MotionLimits, settings: GrblSettings): MotionLimits {
  const perMinute = limitOf(settings, 112) ?? 60 * down.speed
  return { ...down, speed: perMinute / 60, acceleration: limitOf(settings, 122) ?? down.acceleration }
}

/** The time saved, ms, because stroke and lift are one motion with a corner, not two motions from rest to rest. */
function savedMs(feed: number, z: MotionLimits, down: MotionLimits): number {
  const weaker = Math.min(z.acceleration, down.acceleration)
  // the velocity changes at 45° to both axes, so each axis makes 1/√2 of the corner's acceleration
  const corner = Math.sqrt(cornerSpeed2(0, { ...down, acceleration: weaker * Math.SQRT2 }))
  const speed = Math.min(corner, feed, down.speed)
  const saved = (acceleration: number, top: number) => speed / acceleration - speed ** 2 / (2 * acceleration * top)
  return 1000 * (saved(z.acceleration, feed) + saved(down.acceleration, down.speed))
}
