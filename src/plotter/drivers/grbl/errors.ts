import { PlotdError } from '../../../errors.ts'

/** The error for the answer `error:N` to a line. Texts from grbl 1.1's doc/csv tables. */
export const refusal = (line: string, number: number): PlotdError =>
  new PlotdError(
    'ERR_DEVICE',
    `grbl refused ${JSON.stringify(line)} with error ${number}: ${ERRORS[number] ?? 'unknown'}`,
    {
      line,
      error: number,
    },
  )

/** The error for the line `ALARM:N`. */
export const alarm = (number: number): PlotdError =>
  new PlotdError('ERR_DEVICE', `grbl alarm ${number}: ${ALARMS[number] ?? 'unknown'}`, { alarm: number })

const ERRORS: Readonly<Record<number, string>> = {
  1: 'a letter was expected',
  2: 'a number cannot be read',
  3: 'not a system command',
  5: 'homing is not enabled',
  8: 'only when idle',
  9: 'locked by an alarm or a jog',
  10: 'soft limits need homing',
  11: 'the line is too long',
  15: 'the jog would leave the machine',
  17: 'laser mode needs PWM',
  20: 'an unsupported command',
  21: 'two commands of one group',
  22: 'no feed rate',
  23: 'a whole number was expected',
  24: 'two commands want the same axes',
  25: 'a word is repeated',
  26: 'no axis words',
  28: 'a required word is missing',
  31: 'axis words without a motion',
  33: 'the arc cannot be drawn',
  34: 'the arc’s radius is too small',
  35: 'the arc has no offsets',
  38: 'too high a tool number',
}

const ALARMS: Readonly<Record<number, string>> = {
  1: 'a limit switch closed',
  2: 'the target lies outside of the machine',
  3: 'it was reset in motion; the position is lost',
  4: 'the probe was closed already',
  5: 'the probe met nothing',
  6: 'homing was reset',
  7: 'the door was open while homing',
  8: 'homing could not leave the switch',
  9: 'homing found no switch',
}
