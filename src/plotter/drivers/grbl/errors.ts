import { PlotdError } from '../../../errors.ts'
import { skippedBy } from '../gcode/board-errors.ts'

/** The error for the answer `error:N` to a line. */
export const refusal = (line: string, number: number): PlotdError =>
  new PlotdError(
    'ERR_DEVICE',
    `grbl refused ${JSON.stringify(line)} with error ${number}: ${ERRORS[number] ?? 'unknown'}`,
    {
      line,
      error: number,
      ...skippedBy(line),
    },
  )

/** The error for the line `ALARM:N`. @param text  FluidNC's text of the alarm, which comes before that line */
export const alarm = (number: number, text?: string): PlotdError =>
  new PlotdError(
    'ERR_DEVICE',
    `grbl alarm ${number}: ${ALARMS[number] ?? text ?? GRBLHAL_ALARMS[number] ?? 'unknown'}`,
    {
      alarm: number,
      halted: true,
    },
  )

export const doorIsOpen = (): PlotdError => new PlotdError('ERR_DEVICE', 'the door of the machine is open: close it')

export const inCheckMode = (): PlotdError =>
  new PlotdError('ERR_DEVICE', 'the board is in check mode ($C), in which it moves nothing: run `plotd clear`')

/** Meanings of `error:N` from grbl 1.1's tables, in plotd's words. FluidNC and grblHAL have more numbers. */
const ERRORS: Readonly<Record<number, string>> = {
  1: 'a letter was expected',
  2: 'a number cannot be read',
  3: 'not a system command',
  4: 'a number is negative',
  5: 'homing is not enabled',
  6: 'the step pulse is shorter than 3 µs',
  7: 'the EEPROM could not be read; defaults were restored',
  8: 'the command works only when the board is idle',
  9: 'locked by an alarm or a jog',
  10: 'soft limits need homing',
  11: 'the line is too long',
  12: 'the setting needs more steps per second than the board can make',
  13: 'the safety door is open',
  14: 'the line is too long for the EEPROM',
  15: 'the jog would leave the machine',
  16: 'a jog without = or with a forbidden command',
  17: 'laser mode needs PWM',
  20: 'an unsupported command',
  21: 'two commands of one group',
  22: 'no feed rate',
  23: 'a whole number was expected',
  24: 'two commands want the same axes',
  25: 'a word is repeated',
  26: 'no axis words',
  27: 'the line number is not valid',
  28: 'a required word is missing',
  29: 'G59.1 to G59.3 do not exist',
  30: 'G53 needs G0 or G1',
  31: 'axis words without a motion',
  32: 'the arc has no axis words of its plane',
  33: 'the target of an arc or a probe is not valid',
  34: 'the arc’s radius is too small',
  35: 'the arc has no offsets',
  36: 'words that no command uses',
  37: 'G43.1 names an axis that is not the axis of the tool length',
  38: 'too high a tool number',
}

/** Meanings of `ALARM:N` from grbl 1.1's tables, in plotd's words. */
const ALARMS: Readonly<Record<number, string>> = {
  1: 'a limit switch closed',
  2: 'the target lies outside of the machine',
  3: 'the board was reset in motion; the position is lost',
  4: 'the probe began in the wrong state',
  5: 'the probe met nothing',
  6: 'the board was reset while homing',
  7: 'the door was opened while homing',
  8: 'homing could not leave the switch',
  9: 'homing found no switch',
}

/** Meanings of further alarms of grblHAL, in plotd's words. FluidNC gives these numbers other meanings. */
const GRBLHAL_ALARMS: Readonly<Record<number, string>> = {
  10: 'the emergency stop was pressed',
  11: 'the machine must be homed',
  12: 'a limit switch is closed',
  17: 'a motor driver reports a fault',
}

/** Longest wait for the answer of an idle board, ms, besides the time that a line itself waits. */
const ANSWER_MS = 30_000

/** Time after which the answer to a line counts as lost, ms. P and Q are the seconds for which the line waits. */
export const answerMs = (line: string): number =>
  ANSWER_MS + 1000 * Math.max(0, ...[...line.matchAll(/[PQ] ?([\d.]+)/gi)].map(([, seconds]) => Number(seconds)))

/** The board has executed all lines, but an answer did not arrive. */
export const lostAnswer = (line: string): PlotdError =>
  new PlotdError('ERR_DEVICE', `the board is idle but has not answered ${JSON.stringify(line)}: is the cable good?`, {
    line,
  })
