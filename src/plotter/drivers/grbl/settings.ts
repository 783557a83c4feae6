import { PlotdError } from '../../../errors.ts'
import { boundsOf } from '../../../geometry/bounds.ts'
import { restToRest } from '../../motion/limits.ts'
import type { Plan } from '../../plan.ts'
import type { GrblOptions, PenLift, Profile } from '../../profile.ts'
import { type GrblFrame, penLines } from './program.ts'

export type GrblSettings = ReadonlyMap<number, number>

/** The lines of `$$`. */
export function readSettings(lines: readonly string[]): GrblSettings {
  const found = lines.map((line) => /^\$(\d+)=(-?[\d.]+)/.exec(line)).filter((match) => match !== null)
  return new Map(found.map(([, number, value]) => [Number(number), Number(value)]))
}

/** The profile with the speeds, accelerations and steps that the board itself works with: what estimates should go by. */
export function profileBySettings(profile: Profile, settings: GrblSettings): Profile {
  const least = (a: number, b: number, scale: number): number | undefined => {
    const values = [settings.get(a), settings.get(b)].filter((value) => value !== undefined)
    return values.length === 0 ? undefined : Math.min(...values) / scale
  }
  const speed = least(110, 111, 60)
  const acceleration = least(120, 121, 1) ?? profile.down.acceleration
  const junctionDeviation = settings.get(11) ?? profile.down.junctionDeviation
  const common = { acceleration, junctionDeviation }
  return {
    ...profile,
    pen: liftBySettings(profile, settings),
    stepsPerMm: settings.get(100) ?? profile.stepsPerMm,
    down: { ...common, speed: Math.min(profile.down.speed, speed ?? Infinity) },
    up: { ...common, speed: speed ?? profile.up.speed },
  }
}

/** Dwells are served in steps of this, ms. */
const DWELL_MS = 50
/** $1 of a board that holds its motors for ever. */
const HOLDS = 255

/** The times of the pen's ways as the board takes them: dwells in whole steps, a Z axis at its own speed, and the wait
 * ($1) that ends the motion before. */
function liftBySettings({ pen, grbl }: Profile, settings: GrblSettings): PenLift {
  if (!grbl) return pen
  const { at0 = 0, at100 = 1000 } = grbl.heights ?? {}
  const height = Math.abs(((at100 - at0) * (pen.upPercent - pen.downPercent)) / 100)
  const wait = settings.get(1) ?? 0
  const rest = wait === HOLDS ? 0 : wait
  const lineMs = (line: string): number => {
    const dwell = /^G0?4\s*P([\d.]+)/.exec(line)?.[1]
    if (dwell !== undefined) return Math.ceil((Number(dwell) * 1000) / DWELL_MS - 1e-6) * DWELL_MS
    if (!/Z/.test(line)) return 0
    const rapid = settings.get(112) ?? Infinity
    const feed = Math.min(rapid, Number(/F([\d.]+)/.exec(line)?.[1] ?? rapid)) / 60
    return 1000 * restToRest(height, settings.get(122) ?? Infinity, feed) + rest
  }
  const ms = (to: 'up' | 'down', percent: number) =>
    penLines(grbl, pen, to, percent).reduce((sum, line) => sum + lineMs(line), rest)
  return { ...pen, raiseMs: ms('up', pen.upPercent), lowerMs: ms('down', pen.downPercent) }
}

/**
 * With soft limits on and the machine homed, the board would stop in mid-plot with an alarm: say so before.
 *
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS
 */
export function checkReach(plan: Plan, frame: GrblFrame, settings: GrblSettings, homed: boolean): void {
  if (!homed || settings.get(20) !== 1 || plan.points.length === 0) return
  const { minX, minY, maxX, maxY } = boundsOf(plan)
  const corners = [frame.toBoard({ x: minX, y: minY }), frame.toBoard({ x: maxX, y: maxY })]
  const [width = 0, height = 0] = [settings.get(130), settings.get(131)]
  const inside = corners.every(({ x, y }) => x <= 0 && x >= -width && y <= 0 && y >= -height)
  if (inside) return
  throw new PlotdError(
    'ERR_PLAN_OUT_OF_BOUNDS',
    `the plan reaches ${corners.map(({ x, y }) => `${x.toFixed(1)}, ${y.toFixed(1)}`).join(' and ')} mm in the machine’s coordinates; it can reach 0, 0 to -${width}, -${height}`,
    { corners, width, height },
  )
}

/**
 * In laser mode ($32) the output is off whenever the carriage stands: a servo on it would drop the pen.
 *
 * @throws PlotdError ERR_DEVICE
 */
export function checkLaser({ penUp, penDown }: GrblOptions, settings: GrblSettings): void {
  const usesSpindle = [...penUp, ...penDown].some((line) => /M[345]/.test(line))
  if (!usesSpindle || (settings.get(32) ?? 0) === 0) return
  const what = 'the pen hangs on the spindle output, but laser mode is on ($32=1): set $32=0'
  throw new PlotdError('ERR_DEVICE', what, { setting: 32 })
}
