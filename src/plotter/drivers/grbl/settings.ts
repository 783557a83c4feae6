import { PlotdError } from '../../../errors.ts'
import { boundsOf } from '../../../geometry/bounds.ts'
import type { Plan } from '../../plan/plan.ts'
import type { GrblOptions, Profile } from '../../profiles/profile.ts'
import { liftTimes } from './lift-times.ts'
import type { GrblFrame } from './program.ts'

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
  const down = { ...common, speed: Math.min(profile.down.speed, speed ?? Infinity) }
  return {
    ...profile,
    pen: liftTimes(profile, down, settings),
    stepsPerMm: settings.get(100) ?? profile.stepsPerMm,
    down,
    up: { ...common, speed: speed ?? profile.up.speed },
  }
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
