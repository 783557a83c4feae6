import type { Claim } from '../../spool/spool.ts'

/** The station holds no job and asks for none. */
interface Empty {
  readonly is: 'empty'
}

/** The station has asked the spool for a job, and waits for the answer. */
export interface Claiming {
  readonly is: 'claiming'
  /** The spool has changed since it was asked. */
  again: boolean
  /** A person paused the job that is about to be plotted. */
  paused: boolean
}

/** The station holds a job, from its claim until it is settled. */
export interface Held {
  readonly is: 'held'
  readonly claim: Claim
  /** A person paused it while its plan is made, or while its next sheet is waited for. */
  paused: boolean
  /** Ends the making of its plan. */
  readonly planning: AbortController
}

/** What a station holds of the spool: it claims one job at a time. */
export type Holding = Empty | Claiming | Held

export const EMPTY: Empty = { is: 'empty' }
export const claiming = (): Claiming => ({ is: 'claiming', again: false, paused: false })
/** A pause that came while the job was claimed holds for it. */
export const held = (claim: Claim, { paused }: Claiming): Held => ({
  is: 'held',
  claim,
  paused,
  planning: new AbortController(),
})
