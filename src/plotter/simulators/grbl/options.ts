import type { Clock } from '../../link/clock.ts'
import type { PenWiring } from './pen.ts'
import type { GrblSettings } from './settings.ts'
import type { Vector } from './vector.ts'

export interface GrblSimulatorOptions {
  readonly clock?: Clock
  readonly baudRate?: number
  readonly settings?: GrblSettings
  /** How the pen hangs on the machine: a servo on the spindle output, or the Z axis. */
  readonly pen?: PenWiring
  /** Does opening the port reset the board, as on an Uno? */
  readonly resetsOnOpen?: boolean
  /** Time to parse and plan a move in motion, ms (3.2): an ATmega328 manages about 311 a second. */
  readonly lineMs?: number
  /** Time from `?` to its report, ms (0): in a dwell up to 50. Another `?` meanwhile gets none, nor does any before a reset. */
  readonly reportMs?: number
  /** Machine y at the top edge of the drawing's frame, mm: ink is recorded with y down. */
  readonly topEdge?: number
  /** Machine x at the left edge of the drawing's frame, mm. */
  readonly leftEdge?: number
  /** How far the axes go between their limit switches, mm: $130 to $132 at the start unless given. Switches lie at 0 and at minus that. */
  readonly travel?: Vector
  /** Where the carriage stands when the power comes on, mm from the switches at 0. */
  readonly at?: Vector
}

/** While a setting is written to the EEPROM, and while the processor starts: ms. */
export const EEPROM_MS = 20
export const BOOT_MS = 20
