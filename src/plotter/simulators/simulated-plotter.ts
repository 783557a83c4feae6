import type { Clock } from '../link/clock.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Board, Cable } from './cable.ts'
import type { Ink } from './ink.ts'

/** A simulated plotter, for tests and displays: its wire, its true state and its buttons. */
export interface SimulatedPlotter extends Board {
  readonly dialect: Profile['dialect']
  readonly cable: Cable
  readonly clock: Clock
  readonly ink: Ink
  /** The carriage's true place, mm in the drawing's frame. */
  readonly position: readonly [x: number, y: number]
  readonly isPenDown: boolean
  /**
   * Whether the carriage moves. Except on grbl, also true while operations are queued. On an EBB and an HP plotter,
   * also true while the board waits for the pen. False during Marlin's homing.
   */
  readonly isMoving: boolean
  /** Number of times that the board had to wait for its host in mid-stroke. */
  readonly gaps: number
  /** Presses the board's button: PRG of an EBB, feed hold of grbl, VIEW of an HP plotter. Does nothing on Marlin. */
  pressButton(): void
  /**
   * Presses the button for a fresh sheet: PRG of an EBB, cycle start of grbl for a moment, or VIEW of an HP plotter
   * twice. Does nothing on Marlin.
   */
  pressStart(): void
  /** Restarts the processor and breaks the link. Carriage and paper stay. */
  reset(): void
  /** Pushes the carriage home by hand. */
  pushHome(): void
}
