import type { Clock } from '../../link/clock.ts'
import type { FlavourName } from './flavour.ts'
import type { PaperOptions } from './paper.ts'
import type { GrblSettings } from './settings.ts'

export interface GrblSimulatorOptions extends PaperOptions {
  readonly clock?: Clock
  readonly baudRate?: number
  readonly settings?: GrblSettings
  /** The firmware; grbl 1.1h when absent. */
  readonly firmware?: FlavourName
  /** Whether opening the port resets the board, as on an Uno; true when absent. */
  readonly resetsOnOpen?: boolean
  /** Time to parse and plan a move during motion, ms; the firmware's own time when absent. */
  readonly lineMs?: number
  /** Time from `?` to the report, ms; 0 when absent. A real board takes up to 50 ms during a dwell. */
  readonly reportMs?: number
}

/** Duration of an EEPROM write, ms. */
export const EEPROM_MS = 20
/** Duration of the processor's start, ms. */
export const BOOT_MS = 20
/**
 * grbl's wait after reporting an alarm, ms (report.c). After the wait, the reset discards the bytes that have arrived
 * (main.c).
 */
export const ALARM_MS = 500
