import { PlotdError } from '../../../errors.ts'
import type { GrblOptions, PenLift } from '../../profiles/profile.ts'
import { positive } from '../gcode/limits.ts'
import { type Place, penLines } from '../gcode/program.ts'
import type { Reach } from '../gcode/reach.ts'

/** The settings in the answer to `$$`, by number. */
export type GrblSettings = ReadonlyMap<number, number>

export function readSettings(lines: readonly string[]): GrblSettings {
  const matches = lines.map((line) => /^\$(\d+)=(-?[\d.]+)/.exec(line)).filter((match) => match !== null)
  const pairs = matches.map(([, number, value]) => [Number(number), Number(value)] as const)
  return new Map(pairs.filter(([, value]) => Number.isFinite(value)))
}

/** The value of a limit; undefined when the board does not report it, or reports no number above 0. */
export const limitOf = (settings: GrblSettings, number: number): number | undefined => positive(settings.get(number))

/** Whether homing is enabled: bit 0 of $22, or the profile when the board does not report $22. */
export const findsHome = (settings: GrblSettings, { homing }: GrblOptions): boolean =>
  ((settings.get(22) ?? Number(homing)) & 1) === 1

/**
 * Time limit for `$H`, ms. It is twice the time to search the axes one after another, each over 1.5 times its length at
 * speed $25, but at least five minutes.
 */
export function homingLimitMs(settings: GrblSettings): number {
  const mm = [130, 131, 132].reduce((sum, number) => sum + (settings.get(number) ?? 0), 0)
  const perMinute = limitOf(settings, 25) ?? Infinity
  return Math.max(5 * 60_000, 2 * 1.5 * (mm / perMinute) * 60_000)
}

/**
 * The reach of the carriage between the switches; undefined when the board does not report the lengths of the axes
 * ($130, $131). Homing ends $27 mm away from the switches that $23 selects.
 *
 * @param place  where homing ended, machine mm
 */
export function reachAround({ x, y }: Place, settings: GrblSettings): Reach | undefined {
  const width = settings.get(130)
  const height = settings.get(131)
  if (width === undefined || height === undefined) return undefined
  const mask = settings.get(23) ?? 0
  const pullOff = settings.get(27) ?? 0
  const low = (switchMm: number, length: number, bit: number) =>
    mask & bit ? switchMm - pullOff : switchMm + pullOff - length
  const min = { x: low(x, width, 1), y: low(y, height, 2) }
  return { min, max: { x: min.x + width, y: min.y + height } }
}

/**
 * Refuses settings with which the board would draw nothing, or draw at another place:
 *
 * - Positions in inches ($13). plotd reads them as mm.
 * - Laser mode ($32) with a servo on the spindle output. This mode turns the output off while the carriage stands
 *   still, so the pen would drop.
 * - A highest value of the spindle output ($30) to which the board would reduce both heights of the servo.
 *
 * @throws PlotdError ERR_DEVICE
 */
export function checkSettings(options: GrblOptions, pen: PenLift, settings: GrblSettings): void {
  if (settings.get(13) === 1) throw unfit(13, 'the board reports positions in inches ($13=1): set $13=0')
  const usesSpindle = [...options.penUp, ...options.penDown].some((line) => /M0*[345](?!\d)/.test(line))
  if (!usesSpindle) return
  if ((settings.get(32) ?? 0) !== 0)
    throw unfit(32, 'the pen is on the spindle output, but laser mode is on ($32=1): set $32=0')
  const [up, down] = [
    spindleIn(penLines(options, pen, 'up', pen.upPercent)),
    spindleIn(penLines(options, pen, 'down', pen.downPercent)),
  ]
  const most = limitOf(settings, 30) ?? Infinity
  if (up !== down && Math.min(up, down) >= most)
    throw unfit(
      30,
      `the pen is up at S${up} and down at S${down}, but the board’s highest value is ${most} ($30): raise $30, or change grbl.heights in the profile`,
    )
}

/** The value that the lines send to the spindle output; NaN when they send none. */
const spindleIn = (lines: readonly string[]): number =>
  Number(/M0*[34](?!\d).*?S([\d.]+)/.exec(lines.join('\n'))?.[1] ?? Number.NaN)

const unfit = (setting: number, message: string): PlotdError => new PlotdError('ERR_DEVICE', message, { setting })
