import type { Claim } from '../../spool/spool.ts'

/** Nothing is asked for, no job is held. */
interface Empty {
  readonly is: 'empty'
}

/** The spool is asked for a job, or for an interrupted one by a person's word. */
export interface Asking {
  readonly is: 'asking'
  /** There may be another answer since. */
  again: boolean
  /** Somebody paused what is about to be drawn. */
  paused: boolean
}

/** A job is held, from its claim until it is settled. */
export interface Full {
  readonly is: 'full'
  readonly claim: Claim
  /** Somebody paused it while its plan is made, or the next sheet waited for. */
  paused: boolean
  /** Ends the making of its plan. */
  readonly planning: AbortController
}

/** What a plotter has to do with the spool: it asks for one job at a time, and holds one at a time. */
export type Hands = Empty | Asking | Full

export const EMPTY: Empty = { is: 'empty' }
export const asking = (): Asking => ({ is: 'asking', again: false, paused: false })
/** A pause that came before the job holds for it. */
export const full = (claim: Claim, { paused }: Asking): Full => ({
  is: 'full',
  claim,
  paused,
  planning: new AbortController(),
})
