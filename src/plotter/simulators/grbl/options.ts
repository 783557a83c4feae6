import type { Clock } from '../../link/clock.ts'
import type { FlavourName } from './flavour.ts'
import type { PenWiring } from './pen.ts'
import type { GrblSettings } from './settings.ts'
import type { Vector } from './vector.ts'

export interface GrblSimulatorOptions {
  readonly clock?: Clock
  readonly baudRate?: number
  readonly settings?: GrblSettings
  /** The firmware; grbl 1.1h when absent. */
  readonly firmware?: FlavourName
  /** How the pen is connected; a servo on the spindle output when absent. */
  readonly pen?: PenWiring
  /** Whether opening the port resets the board, as on an Uno; true when absent. */
  readonly resetsOnOpen?: boolean
  /** Time to parse and plan a move during motion, ms; that of the firmware when absent. */
  readonly lineMs?: number
  /** Time from `?` to its report, ms; 0 when absent, up to 50 on a board in a dwell. */
  readonly reportMs?: number
  /** Machine y at the top edge of the drawing's frame, mm. */
  readonly topEdge?: number
  /** Machine x at the left edge of the drawing's frame, mm. */
  readonly leftEdge?: number
  /** Lengths of the axes between their limit switches, mm; the initial $130 to $132 when absent. Switches are at 0 and at minus that. */
  readonly travel?: Vector
  /** The carriage's true place at power-up, mm from the switches at 0. */
  readonly at?: Vector
}

/** Durations of an EEPROM write and of the processor's start, ms. */
export const EEPROM_MS = 20
export const BOOT_MS = 20
/** grbl waits so long after it has reported an alarm, ms (report.c). Then the reset discards what has arrived (main.c). */
export const ALARM_MS = 500
