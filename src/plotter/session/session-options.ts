import type { Duplex } from 'node:stream'
import type { Clock } from '../link/clock.ts'
import type { Moment } from '../link/permission.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Grant, GrantEnd } from './grant.ts'
import type { PlotterMemory } from './memory.ts'
import type { PlotterState } from './state.ts'

/** Keeps the computer awake until the returned function is called. */
export type WakeLock = () => () => void

export interface SessionOptions {
  /** A device URL for `openTransport`. */
  readonly url: string
  readonly profile: Profile
  /** Whether every sheet needs a grant; true unless turned off. */
  readonly gate?: boolean
  readonly onChange?: (state: PlotterState) => void
  /** Called after each command and each feeding of a sheet. The position may be new. */
  readonly onMoved?: () => void
  readonly onGrantEnd?: (grant: Grant, why: GrantEnd) => void
  /** The clocks that measure the time of a grant. */
  readonly readClocks?: () => Moment
  readonly clock?: Clock
  /** The plotter that owns the device. Two plotters with the same `sim:` URL get a simulator each. */
  readonly owner?: string
  readonly open?: (url: string) => Promise<Duplex>
  /** The session holds this lock while a plot is under way. */
  readonly wakeLock?: WakeLock
  /** The plotter's memory; when absent, the memory ends with the process. */
  readonly memory?: PlotterMemory
}

/** The place in a plan at which a plot begins, and how it begins. */
export interface PlotFrom {
  /** First stroke to draw; 0 when absent. */
  readonly from?: number
  /** Length of stroke `from` that is on the paper already, mm; 0 when absent. */
  readonly fromMm?: number
  /** Whether an earlier plot may have begun stroke `from` on this sheet. */
  readonly hasBegun?: boolean
  /** Whether the plot continues on the sheet under the pen. Such a plot requires no grant, and ends a present grant. */
  readonly continuesSheet?: boolean
  /**
   * Whether `PlotterSession.register` ended the previous plot of this sheet. Then the user has answered the prompt
   * before the first stroke, and the plot does not end a present grant.
   */
  readonly isRegistered?: boolean
  /** Whether the plot starts paused. Then the pen stays up and nothing moves until a user resumes the plot. */
  readonly startsPaused?: boolean
}

/** The terms of a new grant. */
export interface GrantOrder extends Pick<Grant, 'by' | 'for' | 'sheet'> {
  /** Time without use after which the grant ends, ms. */
  readonly limitMs: number
}

/** A grant for the next plot of any job, without a time limit. */
export const ONE_SHEET: GrantOrder = {
  by: 'operator',
  for: { sheets: 1, of: 1 },
  limitMs: Number.POSITIVE_INFINITY,
}
