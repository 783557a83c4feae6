import type { Duplex } from 'node:stream'
import type { Clock } from '../link/clock.ts'
import type { Moment } from '../link/permission.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Grant, GrantEnd } from './grant.ts'
import type { PlotterMemory } from './memory.ts'
import type { PlotterState } from './state.ts'

/** Keeps the machine from falling asleep until the result is called. */
export type WakeLock = () => () => void

export interface SessionOptions {
  /** As `openTransport` takes it. */
  readonly url: string
  readonly profile: Profile
  /** Whether every sheet needs a grant; true unless turned off. */
  readonly gate?: boolean
  readonly onChange?: (state: PlotterState) => void
  readonly onGrantEnd?: (grant: Grant, why: GrantEnd) => void
  /** What the time of a grant is measured by. */
  readonly readClocks?: () => Moment
  readonly clock?: Clock
  /** Whose device it is: plotters whose simulators have one URL have one each. */
  readonly owner?: string
  readonly open?: (url: string) => Promise<Duplex>
  /** Held while a plot is under way. */
  readonly wakeLock?: WakeLock
  /** Of one life only unless given. */
  readonly memory?: PlotterMemory
}

/** Where in a plan a plot begins: at a stroke, of which so much is on the paper already. */
export interface PlotFrom {
  readonly from?: number
  readonly fromMm?: number
  /** Continues on the sheet that is down. Does not require a grant, and does not consume one. */
  readonly goesOn?: boolean
  /** The rest of the sheet that `register` ended a plot of: what was asked before its first stroke is answered. */
  readonly registered?: boolean
  /** It was paused before it began: the pen stays up, and nothing moves, until a user resumes it. */
  readonly paused?: boolean
}

/** A grant as it is given. */
export interface GrantOrder extends Pick<Grant, 'by' | 'for' | 'sheet'> {
  /** It ends after this time when it is not used, ms. */
  readonly limitMs: number
}

/** For the next plot, whichever it is, without a limit. */
export const ONE_SHEET: GrantOrder = {
  by: 'operator',
  for: { sheets: 1, of: 1 },
  limitMs: Number.POSITIVE_INFINITY,
}
