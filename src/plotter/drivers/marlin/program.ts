import type { GcodeOptions, PenLift, Profile } from '../../profiles/profile.ts'
import { hasTimedLowering, type Place, short, templateLines, wholeMs } from '../gcode/program.ts'

/** The default SERVO_DELAY of Marlin, ms. */
const SERVO_MS = 300

interface Firmware {
  readonly firmware: 'marlin' | 'klipper'
  readonly servoMs?: number | undefined
}

/**
 * The lines of a pen template with its values filled in. When the board has answered the last of the lines that raise
 * the pen, the pen is up.
 *
 * Marlin moves a servo as soon as it reads M280. So before lines with M280 that raise the pen comes M400, which waits
 * for the end of motion. M280 then delays the lines after it by `servoMs`. If the pen needs longer, a dwell adds the
 * difference. A servo of Klipper, and a Z axis of either firmware, wait in the queue of motions. So after other lines
 * that raise the pen, another M400 waits until the pen is up. Without a dwell, Klipper lowers a Z axis only when the
 * stroke's lines come. A dwell, even of 0 ms, makes Klipper lower the axis at once.
 */
export function marlinPenLines(
  { firmware, servoMs = SERVO_MS }: Firmware,
  options: GcodeOptions,
  pen: PenLift,
  to: 'up' | 'down',
  percent: number,
): string[] {
  const ms = to === 'up' ? pen.raiseMs : pen.lowerMs
  const lines = templateLines(options, pen, to, percent)
  const last = lines.at(-1) ?? ''
  const isServo = (line: string): boolean => firmware === 'marlin' && /^M280\b/.test(line)
  const penDwellMs = to === 'up' || hasTimedLowering(options) ? 0 : (pen.dwellMs ?? 0)
  const dwellMs = isServo(last) ? ms - servoMs : penDwellMs
  const dwell = dwellMs > 0 ? [`G4 P${wholeMs(dwellMs)}`] : []
  if (to === 'up') {
    const before = lines.some(isServo) ? ['M400'] : []
    return [...before, ...lines, ...dwell, ...(lines.every(isServo) ? [] : ['M400'])]
  }
  const beginsLowering = firmware === 'klipper' && isAxis(last) && dwell.length === 0
  return [...lines, ...dwell, ...(beginsLowering ? ['G4 P0'] : [])]
}

const isAxis = (line: string): boolean => /^G0?[01] ?Z/.test(line)

/**
 * The lines that raise a pen on the Z axis from any height. Marlin may refuse such a move before homing, and Klipper
 * does.
 */
export const liftBy = (mm: number): string[] => ['G91', `G0 Z${short(mm)}`, 'G90']

/** The top-left corner of the bed, machine mm. */
export const bedCorner = ({ height }: Profile, { yUp = true }: GcodeOptions): Place => ({ x: 0, y: yUp ? height : 0 })

/** The drawing's top-left corner after homing, machine mm. */
export const homeCorner = (profile: Profile, options: GcodeOptions): Place =>
  options.homeAt ?? bedCorner(profile, options)

/** Matches lines after which the carriage's place has other coordinates. */
const SETS_PLACE = /^(G28\b|G92\b.*[XY]|SET_KINEMATIC_POSITION\b)/i
/** Matches lines that find the place of the carriage by switches. */
const FINDS_PLACE = /^G28\b/i

/**
 * Divides the profile's `start` lines: `setHome` ends with the last line that sets the place, and is empty for a
 * machine with limit switches. `startAtHome` tells whether the carriage must stand at home before these lines.
 */
export function startLines(lines: readonly string[], hasSwitches: boolean) {
  const count = hasSwitches ? 0 : 1 + lines.findLastIndex((line) => SETS_PLACE.test(line))
  return {
    setHome: lines.slice(0, count),
    others: lines.slice(count),
    startAtHome: count > 0 && !lines.some((line) => FINDS_PLACE.test(line)),
  }
}
