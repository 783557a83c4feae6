import type { Layer } from '../../geometry/drawing.ts'
import type { Permission } from '../link/permission.ts'
import type { Plan } from '../plan/plan.ts'
import type { Profile } from '../profiles/profile.ts'

/** A place of the carriage, mm from home. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** The facts that a board reports when it is connected. */
export interface DeviceInfo {
  readonly dialect: Profile['dialect']
  readonly firmware: string
  readonly nickname?: string
  /** Motor supply, V; absent when the board cannot measure it. */
  readonly volts?: number
  /** The carriage's place, mm from home. Present when the board has kept its position since the last connection. */
  readonly stoodAt?: Place
  /** Whether the machine has limit switches. If so, the carriage does not move before `home` has found them. */
  readonly mustHome?: boolean
  /** Why the position is unknown. */
  readonly whyLost?: string
  /**
   * The profile with the speeds that the board reports, and with the lifts that it can make. Estimates should use this
   * profile when it is present.
   */
  readonly profile?: Profile
  /** Computes `profile` after a user's changes. Present on boards whose lift times depend on the heights. */
  readonly profileWith?: (changes: Adjustments) => Profile
}

/** The place at which a plot begins, the requests to pause or stop, and the permissions for its strokes. */
export interface PlotOptions {
  /** Index of the first stroke to draw; 0 when absent. */
  readonly from?: number
  /**
   * Length of stroke `from` that is on the paper already, mm. The driver draws only the rest. On HP-GL this length may
   * be too short by one plotter unit. So there the rest begins at the last vertex up to `fromMm` + one unit.
   */
  readonly fromMm?: number
  /** On abort the driver stops in mid-stroke, lifts the pen, and throws the signal's reason. */
  readonly signal: AbortSignal
  /**
   * The driver calls this during a stroke. The result true requests a pause now. The driver then stops on the stroke,
   * lifts the pen and yields (`within`). When the caller pulls again, the driver returns to that point and draws the
   * rest. A driver whose device answers nothing does not call this.
   */
  readonly hold?: () => boolean
  /** Called when the board's own pause button was pressed, or the paper lever of an HP-GL plotter was raised. */
  readonly onButton?: () => void
  /**
   * Returns the permission to begin the next stroke. `requireValid` checks the permission just before the driver sends
   * the bytes that lower the pen. If the permission is void, the pen stays up and the driver yields the stroke again,
   * so that the caller can get a new permission. When this function is absent, no stroke needs a permission.
   */
  readonly permission?: () => Permission | undefined
}

/**
 * The moment before `stroke`, with the pen up. All strokes with an index below `executed` are on the paper, not only
 * acknowledged.
 */
export interface PenUp {
  readonly stroke: number
  readonly of: number
  readonly executed: number
  /** Present before the first stroke that is drawn in a layer. This is the moment to change the pen. */
  readonly layer?: Layer
  /** Present after a pause has cut `stroke`. Has the drawn length, which may be 0, and the whole length, mm. */
  readonly within?: { readonly drawnMm: number; readonly ofMm: number }
}

/** Settings that may be changed during a pause. They apply from the next stroke on, and to the rest of a cut stroke. */
export interface Adjustments {
  /** Heights of the pen, percent. A higher number is up. HP-GL plotters have no such heights. */
  readonly penUpPercent?: number
  readonly penDownPercent?: number
  /** Drawing speed, percent of the layer's speed; on HP-GL, percent of the profile's speed. */
  readonly speedPercent?: number
}

/**
 * The interface of all dialects. A driver draws one plot at a time, and its calls take turns on the link.
 *
 * `plot` yields before each stroke, with the pen up and nothing moving. It yields once more (`stroke` = `of`) before it
 * returns home. The plot pauses until the caller pulls the next moment. If the carriage was moved meanwhile, the driver
 * returns to the place at which the plot continues. `return()` cancels. However the plot ends, its `finally` lifts the
 * pen if the link is open. On an EBB or G-code board without limit switches, `plot` assumes that a carriage of unknown
 * position stands at home.
 *
 * After an abort of their signal, `jog` and `home` stop soon with the pen up, and throw the signal's reason. If the
 * carriage has arrived already, they may resolve. A stop within a homing cycle loses the position. If the firmware
 * cannot stop the cycle, the stop waits for the end of the cycle instead. `pen` runs to its end.
 *
 * Errors: ERR_LINK_TIMEOUT, ERR_LINK_CLOSED, ERR_DEVICE, ERR_DEVICE_POWER, ERR_DEVICE_UNKNOWN. ERR_PLOTTER_STATE when a
 * move needs a position that is unknown. ERR_PLAN_OUT_OF_BOUNDS when a plan or a move leaves the machine's reach.
 */
export interface Driver {
  /**
   * Identifies the board, ends its motion and lifts the pen. A locked board, or a Z axis of unknown position, may keep
   * the pen down. Never moves the carriage.
   */
  connect(): Promise<DeviceInfo>
  plot(plan: Plan, options: PlotOptions): AsyncGenerator<PenUp, void, void>
  /** Moves the carriage by `dx` and `dy` mm with the pen up. */
  jog(dx: number, dy: number, signal?: AbortSignal): Promise<void>
  /**
   * Moves the pen. Resolves when the pen is up or down.
   *
   * @param slot  the pen to move; a carousel first fetches this pen if the carriage has another pen or none
   */
  pen(to: 'up' | 'down', slot?: number): Promise<void>
  /** Lifts the pen and moves home. A machine with limit switches finds them first. */
  home(signal?: AbortSignal): Promise<void>
  /**
   * Makes the carriage's present place home: position (0, 0).
   *
   * @throws PlotdError ERR_PLOTTER_STATE for a machine with limit switches that has not found them, and for a device
   *   that answers nothing and whose carriage is away from home
   */
  setHome(): Promise<void>
  /**
   * Holds or frees the motors. When they are free, a hand can push the carriage, so its position is unknown.
   *
   * @throws PlotdError ERR_PLOTTER_STATE for freeing the motors of an HP-GL plotter, which always holds them
   */
  motors(on: boolean): Promise<void>
  /** Sets the changes for the strokes that are not drawn yet. */
  adjust(changes: Adjustments): Promise<void>
  /**
   * Whether the board's own button was pressed since the last call. The button is PRG, cycle start, or VIEW pressed
   * twice. With `forget` the result is false, and an earlier press does not count. Absent if no button can be read.
   */
  takeButton?(forget: boolean): Promise<boolean>
  /**
   * Absent if the device has no button or lever that holds it.
   *
   * @param isFed  whether a feeder brings the paper next, so that the device may hold none
   * @throws PlotdError ERR_PLOTTER_STATE while the user holds the device by its button or its paper lever
   */
  requireFree?(isFed: boolean): Promise<void>
  /**
   * Sends a feeder's commands unchanged and waits until the board has executed the commands. Then lifts the pen and
   * finds the position again. Absent if the board answers nothing.
   */
  feed?(lines: readonly string[], signal: AbortSignal): Promise<void>
  /**
   * Requires an answer from the device. Sends nothing to a device that answers nothing, to a grbl board during homing,
   * and to a Marlin board that has not answered its last line.
   *
   * @returns the motor supply, V; undefined when the board cannot measure it
   */
  check(): Promise<number | undefined>
  /** Carriage position, mm from home; undefined when it is unknown. */
  readonly position: Place | undefined
  /** Closes the link without moving the pen. */
  close(): Promise<void>
}
