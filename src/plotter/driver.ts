import type { Layer } from '../geometry/drawing.ts'
import type { Plan } from './plan.ts'

/** What the board said of itself. */
export interface DeviceInfo {
  readonly dialect: 'ebb' | 'grbl' | 'hpgl'
  readonly firmware: string
  readonly nickname?: string
  /** Motor supply in volts, where the board can tell. */
  readonly volts?: number
}

export interface PlotOptions {
  /** First stroke to draw. */
  readonly from?: number
  /** Abort stops in mid-stroke, lifts the pen, and throws the signal's reason. */
  readonly signal: AbortSignal
}

/** The moment with the pen up before `stroke`; all strokes below `executed` are on the paper, not just acknowledged. */
export interface PenUp {
  readonly stroke: number
  readonly of: number
  readonly executed: number
  /** Present at the first stroke of a layer: the pen-change moment. */
  readonly layer?: Layer
}

/**
 * A dialect. One plot at a time; every call takes its turn on the link.
 *
 * *Not pulling is pausing*: `plot` yields with the pen up before each stroke and goes on when asked for the next.
 * `return()` cancels. However it ends, its `finally` lifts the pen, as far as the wire allows.
 *
 * Errors: ERR_LINK_TIMEOUT, ERR_LINK_CLOSED, ERR_DEVICE, ERR_DEVICE_POWER, ERR_DEVICE_UNKNOWN.
 */
export interface Driver {
  /** Ask the board who it is and put it into a known state: pen up, nothing moving. Never moves the carriage. */
  connect(): Promise<DeviceInfo>
  plot(plan: Plan, options: PlotOptions): AsyncGenerator<PenUp, void, void>
  /** Relative move with the pen up, mm. */
  jog(dx: number, dy: number): Promise<void>
  pen(to: 'up' | 'down'): Promise<void>
  /** Pen up, back to where the carriage stood when it was last told it is home. */
  home(): Promise<void>
  /** This is home: position (0, 0). */
  setHome(): Promise<void>
  motors(on: boolean): Promise<void>
  /** At once: halt motion, lift the pen. Resolves when the board has done it or the link is gone. */
  stop(): Promise<void>
  /** Carriage position in mm as far as known. */
  readonly position: { readonly x: number; readonly y: number } | undefined
  close(): Promise<void>
}
