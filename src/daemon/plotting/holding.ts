import type { PlotterState } from '../../plotter/session/state.ts'
import type { Job } from '../../spool/job.ts'
import type { Claim } from '../../spool/spool.ts'

/** The station holds no job and claims none. */
interface Empty {
  readonly is: 'empty'
  /**
   * Whether a user paused while the carriage went home after the last job, or under a grant whose job was not claimed
   * yet. The next job then begins with a pause.
   */
  isPaused: boolean
}

/** The station waits for the spool's answer to a claim. */
export interface Claiming {
  readonly is: 'claiming'
  /** Whether the spool or the plotter has changed since the claim was sent, so that the station must claim again. */
  mustClaimAgain: boolean
  /** Whether the job that the claim will bring begins with a pause. */
  isPaused: boolean
}

/** The station holds a job, from its claim until the job leaves the plotter. */
export interface HeldJob {
  readonly is: 'held'
  readonly claim: Claim
  /** Whether a user paused the job and has not resumed it since. The next sheet then begins with a pause. */
  isPaused: boolean
  /** Whether the job has begun to draw, now or before an interruption. */
  hasBegun: boolean
  /** Aborts the making of the plan. */
  readonly planning: AbortController
}

/** The job of a station: no job, a job that the station is claiming, or a job that the station holds. */
export type Holding = Empty | Claiming | HeldJob

export const EMPTY: Empty = Object.freeze({ is: 'empty', isPaused: false })
export const claiming = (isPaused = false): Claiming => ({ is: 'claiming', mustClaimAgain: false, isPaused })
/** The claimed job, which begins with a pause when a user paused before or during the claim. */
export const holdingOf = (claim: Claim, { isPaused }: Claiming, hasBegun = false): HeldJob => ({
  is: 'held',
  claim,
  isPaused,
  hasBegun,
  planning: new AbortController(),
})

/**
 * The station without a job: after a job, after a claim that brought none, or after a change of the plotter's state. A
 * pause lasts only while the plotter stays ready. The pause of a canceled job ends with the job.
 */
export function emptied(before: Holding, state: PlotterState): Empty {
  const isReady = state.is === 'idle' && state.ready
  const wasCanceled = before.is === 'held' && before.claim.signal.aborted
  return isReady && !wasCanceled && before.isPaused ? { is: 'empty', isPaused: true } : EMPTY
}

/**
 * The job that a station holds; undefined after the job was canceled. The station may still be stopping its work for
 * that job, while another plotter draws the job after a retry.
 */
export const heldJob = (holding: Holding): Job | undefined =>
  holding.is === 'held' && !holding.claim.signal.aborted ? holding.claim.job : undefined

/**
 * The id of the job that the plotter draws or is about to draw. Undefined when the grant ended before the job began:
 * such a job returns to the queue as soon as its plan is made.
 */
export function comingJob(holding: Holding, state: PlotterState): string | undefined {
  const returns = holding.is === 'held' && !holding.hasBegun && state.is === 'idle' && !state.ready
  return returns ? undefined : heldJob(holding)?.id
}

/**
 * What a user may pause before a sheet begins: a claim, or a job that the station holds and nobody has canceled. If the
 * plotter has a grant, also the next job.
 */
export const pausable = (holding: Holding, isGranted: boolean): Holding | undefined => {
  if (holding.is === 'empty') return isGranted ? { ...holding } : undefined
  return holding.is === 'claiming' || heldJob(holding) ? holding : undefined
}
