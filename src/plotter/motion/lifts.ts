import type { Layer } from '../../geometry/drawing.ts'
import type { EbbOptions, GcodeOptions, PenLift, PenTool, Profile } from '../profiles/profile.ts'
import { restToRest } from './limits.ts'

/**
 * Shortest travel during which the pen may begin to fall, s. A shorter travel may be one command, with no separate
 * command for its last ramp.
 */
const SHORTEST = 0.025

/** Time from the beginning of the rise to the beginning of the travel, ms. */
export const clearMs = ({ clearMs: clear, raiseMs }: PenLift): number => clear ?? raiseMs

/**
 * Time from the beginning of the fall to the moment at which the pen certainly touches the paper, ms. Drawing begins
 * then.
 */
export const touchMs = ({ touchMs: touch, lowerMs }: PenLift): number => touch ?? lowerMs

/**
 * Time before the end of a travel at which the pen begins to fall, ms. In a short travel the pen does not rise
 * completely and would touch earlier, so it begins to fall later. Only a board that queues the commands of the pen
 * among its motion (EBB) can lower the pen in a travel. The pen then falls during the travel's last ramp, which is one
 * command. The result is 0 for other boards, and for travel with limited jerk.
 *
 * @param travelSeconds  duration of the travel from rest to rest
 */
export function leadMs({ pen, dialect, up }: Profile, travelSeconds: number): number {
  const { leadMs: lead = 0, raiseMs } = pen
  if (lead === 0 || travelSeconds < SHORTEST || dialect !== 'ebb' || up.jerk !== undefined) return 0
  const most = Math.min(lead, travelSeconds * 500)
  const rise = (travelSeconds * 1000 - most) / Math.max(1, raiseMs - clearMs(pen))
  return most * Math.min(1, Math.max(0, rise))
}

/** The settings of a pen by its number. */
export const toolOf = ({ pens }: Profile, pen: number): PenTool | undefined => pens?.find((tool) => tool.pen === pen)

/**
 * The profile's lift with the times for a layer. These times include the dwell of the layer's pen (its extra time to
 * touch the paper). A calibration sheet may set the times.
 */
export function liftOf(profile: Profile, { pen, options }: Pick<Layer, 'pen' | 'options'>): PenLift {
  const { pen: lift } = profile
  const dwellMs = toolOf(profile, pen)?.dwellMs ?? 0
  if (dwellMs === 0 && options.clearMs === undefined && options.touchMs === undefined) return lift
  if (lift.dwells) return withWholeDwells(lift, lift.dwells, dwellMs, options)
  const stopMs = dwellMs > 0 ? stopForDwell(profile) : 0
  const isCalibration = options.clearMs !== undefined || options.touchMs !== undefined
  return {
    ...lift,
    raiseMs: Math.max(lift.raiseMs, options.clearMs ?? 0),
    lowerMs: Math.max(lift.lowerMs, options.touchMs ?? 0) + dwellMs + stopMs,
    clearMs: options.clearMs ?? clearMs(lift),
    touchMs: (options.touchMs ?? touchMs(lift)) + dwellMs + stopMs,
    ...(isCalibration && { leadMs: 0 }),
    dwellMs,
  }
}

/** The speed in the F word of the first line that moves Z, mm/s; Infinity when there is none. */
export const axisFeed = (lines: readonly string[]): number =>
  Number(/F([\d.]+)/.exec(lines.find(isZ) ?? '')?.[1] ?? Infinity) / 60

/** Whether a line moves the Z axis. */
export const isZ = (line = ''): boolean => /Z/.test(line)

/** Distance between the heights of a lift, in the machine's unit. */
export function liftHeight(
  heights: GcodeOptions['heights'] | undefined,
  { upPercent, downPercent }: Pick<PenLift, 'upPercent' | 'downPercent'>,
): number {
  const { at0, at100 } = heights ?? { at0: 0, at100: 1000 }
  return Math.abs(((at100 - at0) * (upPercent - downPercent)) / 100)
}

/** Heights of the pen, percent; undefined for a height of the profile. */
type Heights = { readonly [K in 'upPercent' | 'downPercent']?: number | undefined }

/**
 * The profile's lift with other heights. An axis and a servo need more time for a greater distance. A servo keeps its
 * times for a smaller one. For an axis of unknown speed, the times stay the same.
 */
export function liftAt(
  { pen, grbl, marlin, ebb }: Profile,
  { upPercent = pen.upPercent, downPercent = pen.downPercent }: Heights,
): PenLift {
  const lift = { ...pen, upPercent, downPercent }
  const options = grbl ?? marlin
  if (ebb || (options && ![...options.penUp, ...options.penDown].some(isZ))) return withServoTimes(lift, pen, ebb)
  if (!options) return lift
  const { speed = Infinity, acceleration = Infinity } = pen.axis ?? {}
  const changed = (before: number, lines: readonly string[]): number => {
    const feed = Math.min(speed, axisFeed(lines))
    if (feed === Infinity || !lines.some(isZ)) return before
    const ms = (height: number) => 1000 * restToRest(height, acceleration, feed)
    return Math.max(0, before + ms(liftHeight(options.heights, lift)) - ms(liftHeight(options.heights, pen)))
  }
  return { ...lift, raiseMs: changed(pen.raiseMs, options.penUp), lowerMs: changed(pen.lowerMs, options.penDown) }
}

/** Distance between the heights of a lift, percent. */
const percentOf = ({ upPercent, downPercent }: PenLift): number => Math.abs(upPercent - downPercent)

/**
 * A lift with the times that a servo needs. An EBB has rates, percent of the servo's range per second. The rate of
 * another servo is unknown, so its times grow in proportion to the distance.
 */
function withServoTimes(lift: PenLift, pen: PenLift, ebb: EbbOptions | undefined): PenLift {
  const { timedPercent: timed = percentOf(pen), leastPercent = timed } = pen
  const percent = Math.max(leastPercent, percentOf(lift))
  if (percent === timed || (timed === 0 && !ebb)) return { ...lift, timedPercent: timed, leastPercent }
  if (ebb) {
    const riseMs = Math.ceil((1000 * (percent - timed)) / ebb.raiseRate)
    const fallMs = Math.ceil((1000 * (percent - timed)) / ebb.lowerRate)
    return {
      ...lift,
      raiseMs: lift.raiseMs + riseMs,
      lowerMs: lift.lowerMs + fallMs,
      clearMs: clearMs(lift) + riseMs,
      touchMs: touchMs(lift) + fallMs,
      timedPercent: percent,
      leastPercent,
    }
  }
  const scale = percent / timed
  if (lift.dwells) {
    const { stepMs, clearMs: clear, touchMs: touch } = lift.dwells
    const dwells = { stepMs, clearMs: scale * clear, touchMs: scale * touch }
    return { ...withWholeDwells(lift, lift.dwells, 0, dwells), dwells, timedPercent: percent, leastPercent }
  }
  return {
    ...lift,
    raiseMs: scale * lift.raiseMs,
    lowerMs: scale * lift.lowerMs,
    clearMs: scale * clearMs(lift),
    touchMs: scale * touchMs(lift),
    timedPercent: percent,
    leastPercent,
  }
}

/** Delay with which Marlin begins a single motion, ms, for example when a Z axis lowers the pen before a dwell. */
const ALONE_MS = 100

/**
 * Extra time to lower a pen on the Z axis before a dwell, ms. The axis then stops instead of continuing into the
 * stroke.
 */
function stopForDwell({ marlin, pen }: Profile): number {
  const isAlone = marlin?.firmware === 'marlin' && marlin.penDown.some(isZ)
  return isAlone ? ALONE_MS + (pen.afterDotMs ?? 0) / 2 : 0
}

/**
 * The lift on a board whose dwells last multiples of `stepMs`. `raiseMs` and `lowerMs` include other times besides the
 * dwells.
 */
function withWholeDwells(
  lift: PenLift,
  { stepMs, clearMs: clear, touchMs: touch }: NonNullable<PenLift['dwells']>,
  dwellMs: number,
  options: Layer['options'],
): PenLift {
  const whole = (ms: number): number => Math.ceil(ms / stepMs - 1e-6) * stepMs
  return {
    ...lift,
    raiseMs: lift.raiseMs + whole(options.clearMs ?? clear) - whole(clear),
    lowerMs: lift.lowerMs + whole((options.touchMs ?? touch) + dwellMs) - whole(touch),
    dwellMs,
  }
}
