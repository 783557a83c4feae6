import type { GcodeOptions, PenLift } from '../../profiles/profile.ts'
import { templateLines } from '../gcode/program.ts'

/** SERVO_DELAY of Marlin, ms. */
const SERVO_MS = 300

interface Firmware {
  readonly firmware: 'marlin' | 'klipper'
  readonly servoMs?: number | undefined
}

/**
 * A filled pen template. Marlin moves a servo when it reads the line, so a lift waits for the motion before it (M400), and holds
 * up what follows for its own time; a longer one is a dwell. Klipper and a Z axis move the pen between the moves. A dwell lets Klipper
 * begin to lower a Z axis while the stroke's lines come. The answer to the last line of a lift means that the pen is up.
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
  const [first, last] = [lines[0] ?? '', lines.at(-1) ?? '']
  const isTimed = options.penDown.some((line) => /\{m?s\}/.test(line))
  const dwellMs = isServo(last) ? ms - servoMs : to === 'up' || isTimed ? 0 : (pen.dwellMs ?? 0)
  const waits = dwellMs > 0 && (firmware === 'marlin' || !isServo(last)) ? [`G4 P${dwellMs}`] : []
  const before = firmware === 'marlin' && to === 'up' && isServo(first) ? ['M400'] : []
  const after =
    to === 'up'
      ? isServo(last)
        ? []
        : ['M400']
      : firmware === 'klipper' && isAxis(last) && waits.length === 0
        ? ['G4 P0']
        : []
  return [...before, ...lines, ...waits, ...after]
}

const isServo = (line: string): boolean => /^M280\b/.test(line)
const isAxis = (line: string): boolean => /^G0?[01] ?Z/.test(line)
