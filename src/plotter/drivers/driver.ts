import type { Layer } from '../../geometry/drawing.ts'
import type { Permission } from '../link/permission.ts'
import type { Plan } from '../plan/plan.ts'
import type { Profile } from '../profiles/profile.ts'

/** What the board said of itself. */
export interface DeviceInfo {
  readonly dialect: 'ebb' | 'grbl' | 'hpgl'
  readonly firmware: string
  readonly nickname?: string
  /** Motor supply in volts, where the board can tell. */
  readonly volts?: number
  /** Where the carriage stands, mm from home, when the board has kept count since the last connection. */
  readonly stoodAt?: { readonly x: number; readonly y: number }
  /** It has limit switches: nothing moves before `home` has found them. */
  readonly mustHome?: boolean
  /** Why it is not known any more where the carriage stands. */
  readonly whyLost?: string
  /** The profile with the speeds that the board itself says it works with, where it does: what estimates should go by. */
  readonly profile?: Profile
}

export interface PlotOptions {
  /** First stroke to draw. */
  readonly from?: number
  /** How much of that stroke is on the paper already, mm: it is left out. */
  readonly fromMm?: number
  /** Abort stops in mid-stroke, lifts the pen, and throws the signal's reason. */
  readonly signal: AbortSignal
  /**
   * Asked again and again while drawing: true asks for a pause at once. The driver then brakes along the stroke, lifts,
   * and yields in mid-stroke (`within`); asked for the next, it comes back to that point and draws the rest.
   */
  readonly hold?: () => boolean
  /** The board's own pause button was pressed. */
  readonly onButton?: () => void
  /**
   * The permission to begin the stroke that was asked for last. It is looked at just before the bytes that lower the pen
   * leave; when it is void, the driver leaves the pen up and yields the stroke once more, so that a new one can be got.
   * Nothing is needed when absent.
   */
  readonly permission?: () => Permission | undefined
  /** Do not return to home after the last stroke. */
  readonly stay?: boolean
}

/** The moment with the pen up before `stroke`; all strokes below `executed` are on the paper, not just acknowledged. */
export interface PenUp {
  readonly stroke: number
  readonly of: number
  readonly executed: number
  /** Present before the first stroke that is drawn in a layer: the pen-change moment. */
  readonly layer?: Layer
  /** Present when `stroke` is begun already: how much of it is drawn, mm. */
  readonly within?: { readonly drawnMm: number; readonly ofMm: number }
}

/** What may be changed of a plot that is paused; it holds from the next stroke on, and for what is left of a cut one. */
export interface Adjustments {
  /** Percent, higher is up. */
  readonly penUpPercent?: number
  readonly penDownPercent?: number
  /** Drawing speed, percent of the profile's. */
  readonly speedPercent?: number
}

/**
 * A dialect. One plot at a time; every call takes its turn on the link.
 *
 * *Not pulling is pausing*: `plot` yields with the pen up and nothing moving before each stroke, and once more
 * (`stroke` = `of`) before the way home; it goes on when asked for the next. Whatever was moved in between, it returns
 * to where it has to go on. `return()` cancels. However it ends, its `finally` lifts the pen, as far as the wire
 * allows. A carriage of unknown position is taken to stand at home.
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
  /** Free motors may be pushed by hand: the position is unknown then. */
  motors(on: boolean): Promise<void>
  adjust(changes: Adjustments): Promise<void>
  /** Ask the board for a sign of life. @returns its motor supply in volts, where it can tell */
  check(): Promise<number | undefined>
  /** At once: halt motion, lift the pen. Resolves when the board has done it or the link is gone. */
  stop(): Promise<void>
  /** Carriage position in mm as far as known. */
  readonly position: { readonly x: number; readonly y: number } | undefined
  close(): Promise<void>
}
