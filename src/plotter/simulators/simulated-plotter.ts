import type { Clock } from '../link/clock.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Board, Cable } from './cable.ts'
import type { Ink } from './ink.ts'

/** What every simulated plotter shows of itself beside its wire; whoever watches or tests knows no more of it. */
export interface SimulatedPlotter extends Board {
  readonly dialect: Profile['dialect']
  readonly cable: Cable
  readonly clock: Clock
  readonly ink: Ink
  /** Where the carriage really is, mm in the drawing's frame. */
  readonly position: readonly [x: number, y: number]
  readonly penTouches: boolean
  /** Is anything executing or queued? */
  readonly moving: boolean
  /** Motions with the pen down for which the board had to wait for its host, in the middle of a stroke. */
  readonly gaps: number
  /** The button on the board: PRG, feed hold, VIEW. */
  pressButton(): void
  /** The processor restarts and the link breaks; carriage and paper stay. */
  reset(): void
  /** Somebody pushes the carriage home by hand. */
  pushHome(): void
}
