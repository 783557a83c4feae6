import type { Claim } from '../../spool/spool.ts'

/** The station holds no job and claims none. */
interface Empty {
  readonly is: 'empty'
}

/** The station waits for the spool's answer to a claim. */
export interface Claiming {
  readonly is: 'claiming'
  /** The spool has changed since the claim was sent. */
  again: boolean
  /** A user paused the job that is about to be plotted. */
  paused: boolean
}

/** The station holds a job, from its claim until it is settled. */
export interface HeldJob {
  readonly is: 'held'
  readonly claim: Claim
  /** A user paused it before a sheet began: while the plan was made, or between two sheets. */
  paused: boolean
  /** Ends the making of its plan. */
  readonly planning: AbortController
}

/** The claim of a station: it claims one job at a time. */
export type Holding = Empty | Claiming | HeldJob

export const EMPTY: Empty = { is: 'empty' }
export const claiming = (): Claiming => ({ is: 'claiming', again: false, paused: false })
/** A pause during the claim applies to the claimed job. */
export const holdingOf = (claim: Claim, { paused }: Claiming): HeldJob => ({
  is: 'held',
  claim,
  paused,
  planning: new AbortController(),
})
