import { PlotdError } from '../../../errors.ts'
import { boundsOf } from '../../../geometry/bounds.ts'
import type { Plan } from '../../plan/plan.ts'
import type { GrblOptions } from '../../profiles/profile.ts'
import type { GrblFrame, Place } from './program.ts'

export type GrblSettings = ReadonlyMap<number, number>

/** The lines of `$$`. */
export function readSettings(lines: readonly string[]): GrblSettings {
  const found = lines.map((line) => /^\$(\d+)=(-?[\d.]+)/.exec(line)).filter((match) => match !== null)
  return new Map(found.map(([, number, value]) => [Number(number), Number(value)]))
}

/** Whether the board finds its limit switches when it is told to ($22, of which bit 0 counts). */
export const findsHome = (settings: GrblSettings, { homing }: GrblOptions): boolean =>
  ((settings.get(22) ?? Number(homing)) & 1) === 1

/**
 * How long `$H` may take at most, ms: every axis searched one and a half times its length at the seek rate, twice that for
 * good measure, and never less than five minutes.
 */
export function homingLimitMs(settings: GrblSettings): number {
  const mm = [130, 131, 132].reduce((sum, number) => sum + (settings.get(number) ?? 0), 0)
  const perMinute = settings.get(25) ?? Infinity
  return Math.max(5 * 60_000, 2 * 1.5 * (mm / perMinute) * 60_000)
}

/** What lies between a machine's limit switches, machine mm. */
export interface Room {
  readonly min: Place
  readonly max: Place
}

/** The room by the place where homing ended: pulled off by $27 from the switches that $23 chooses, axes as long as $130, $131 say. */
export function roomAround({ x, y }: Place, settings: GrblSettings): Room | undefined {
  const [width, height] = [settings.get(130), settings.get(131)]
  if (width === undefined || height === undefined) return undefined
  const [mask, pullOff] = [settings.get(23) ?? 0, settings.get(27) ?? 0]
  const low = (at: number, length: number, bit: number) => (mask & bit ? at - pullOff : at + pullOff - length)
  const min = { x: low(x, width, 1), y: low(y, height, 2) }
  return { min, max: { x: min.x + width, y: min.y + height } }
}

/** grbl reports whole steps. */
const STEP_MM = 0.05

/** @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS when one of these places, machine mm, lies beyond a limit switch */
export function requireRoom(places: readonly Place[], room: Room | undefined): void {
  if (!room) return
  const { min, max } = room
  const fits = ({ x, y }: Place) =>
    x >= min.x - STEP_MM && x <= max.x + STEP_MM && y >= min.y - STEP_MM && y <= max.y + STEP_MM
  if (places.every(fits)) return
  const text = ({ x, y }: Place) => `${x.toFixed(1)}, ${y.toFixed(1)}`
  throw new PlotdError(
    'ERR_PLAN_OUT_OF_BOUNDS',
    `it would reach ${places.map(text).join(' and ')} mm in the machine’s coordinates; its limit switches are at ${text(min)} and ${text(max)} ($23, $130, $131; the profile’s homeAt says where drawings begin)`,
    { places, ...room },
  )
}

/** The corners of a plan, machine mm. */
export function cornersOf(plan: Plan, frame: GrblFrame): Place[] {
  if (plan.points.length === 0) return []
  const { minX, minY, maxX, maxY } = boundsOf(plan)
  return [frame.toBoard({ x: minX, y: minY }), frame.toBoard({ x: maxX, y: maxY })]
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
