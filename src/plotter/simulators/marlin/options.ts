import type { Clock } from '../../link/clock.ts'
import type { PaperOptions } from '../grbl/paper.ts'
import type { PrinterFirmware } from './firmware.ts'
import type { MarlinSettings } from './planner.ts'

export interface MarlinSimulatorOptions extends PaperOptions {
  readonly clock?: Clock
  readonly firmware?: PrinterFirmware
  readonly baudRate?: number
  readonly settings?: Partial<MarlinSettings>
  /** Whether opening the port resets the board, as on boards with a USB serial chip; true when absent. Never on Klipper. */
  readonly resetsOnOpen?: boolean
  /** Whether `ok` reports the line's number and the free places (ADVANCED_OK). */
  readonly advancedOk?: boolean
  /** Whether moves are refused before homing (Marlin's NO_MOTION_BEFORE_HOMING; always so on Klipper without a kinematic position). */
  readonly mustHome?: boolean
}

/** Time to read and plan a line, to start, and between two messages of a running handler, ms. */
export const LINE_MS = 0.3
export const BOOT_MS = 1500
export const BUSY_MS = 2000
export const SERVO_MS = 300
/** Interval at which Klipper checks whether all motion is over, ms. */
export const POLL_MS = 100
/** Speed of homing, mm/s. */
export const HOMING_SPEED = 50

/** A servo that turns 60° in 0.15 s. The pen touches below 81°, in the middle of the profile's heights. */
export const SERVO = { kind: 'spindle', downBelow: 81, perMs: 0.4 } as const
