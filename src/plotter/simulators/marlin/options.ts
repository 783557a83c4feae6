import type { Clock } from '../../link/clock.ts'
import type { PaperOptions } from '../grbl/paper.ts'
import type { PrinterFirmware } from './firmware.ts'
import type { MarlinSettings } from './planner.ts'

export interface MarlinSimulatorOptions extends PaperOptions {
  readonly clock?: Clock
  readonly firmware?: PrinterFirmware
  readonly baudRate?: number
  readonly settings?: Partial<MarlinSettings>
  /**
   * Whether opening the port resets the board, as on boards with a USB serial chip; true when absent. Klipper never
   * resets.
   */
  readonly resetsOnOpen?: boolean
  /** Whether `ok` reports the line's number and the free places (ADVANCED_OK). */
  readonly advancedOk?: boolean
  /** Whether the board refuses moves before homing, as Klipper does, and Marlin with NO_MOTION_BEFORE_HOMING. */
  readonly mustHome?: boolean
}

/** Time to read and plan a line, ms. */
export const LINE_MS = 0.3
/** Duration of the processor's start, ms. */
export const BOOT_MS = 1500
/** Interval of Marlin's messages `busy: processing` during a long command, ms. */
export const BUSY_MS = 2000
/** Time after which M280 returns (SERVO_DELAY), ms. */
export const SERVO_MS = 300
/** Interval at which Klipper checks whether all motion is over, ms. */
export const POLL_MS = 100
/** Speed of homing, mm/s. */
export const HOMING_SPEED = 50

/** A servo that turns 60° in 0.15 s. The pen touches below 81°, in the middle of the profile's heights. */
export const SERVO = { kind: 'spindle', downBelow: 81, perMs: 0.4 } as const
