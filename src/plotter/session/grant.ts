/**
 * The right to begin a sheet, as a pure state machine. A plotter has one grant or none. While the gate demands a grant,
 * a plot on a fresh sheet begins only when `permits` allows it. The plot then uses up one sheet of the grant.
 */

/** The purpose of a grant: one sheet for one job, or the next sheets for any jobs. */
export type GrantPurpose =
  | { readonly job: string; readonly title: string }
  | {
      /** Number of sheets that are left. */
      readonly sheets: number
      /** Number of sheets that were given. */
      readonly of: number
    }

export interface Grant {
  /** The name of the token or page session that gave the grant, or 'the button'. */
  readonly by: string
  /** When the grant was given, ms since 1970. */
  readonly since: number
  /** When the grant ends if it is not used, ms since 1970. */
  readonly until: number
  readonly for: GrantPurpose
  /**
   * The state of the sheet under the pen, on a plotter with a feeder. Without a feeder, the operator who gave the grant
   * is responsible for every sheet.
   */
  readonly sheet?: SheetBelow
}

/**
 * 'fresh' is a blank sheet for any job. With 'used', the feeder must first bring the next sheet. With 'fed', the feeder
 * brought the sheet for `job` alone.
 */
export type SheetBelow = { readonly is: 'fresh' | 'used' } | { readonly is: 'fed'; readonly job: string }

/** Why a grant has ended. */
export type GrantEnd =
  | 'used'
  | 'replaced'
  | 'taken back'
  | 'its time is over'
  | 'the link was lost'
  | 'the plotter is in fault'
  | 'the motors were freed'
  | 'the sheet was not finished'
  | 'its job no longer waits for this plotter'
  | 'the feeder failed'
  | 'the marks of its sheet were not shown'
  | 'plotd stopped'

export type GrantEvent =
  | { readonly type: 'given'; readonly grant: Grant }
  /** A plot begins on a fresh sheet. */
  | { readonly type: 'begun' }
  /** A plot has ended, with the sheet finished or not. `until` is the new end of the grant, ms since 1970. */
  | { readonly type: 'drawn'; readonly isFinished: boolean; readonly until?: number }
  /** The feeder brought a fresh sheet for this job, and took the drawn sheet away if there was one. */
  | { readonly type: 'fed'; readonly job: string }
  | { readonly type: 'void'; readonly why: GrantEnd }

export interface GrantChange {
  readonly grant: Grant | undefined
  /** Why the earlier grant ended; absent when it did not end. */
  readonly ended?: GrantEnd
}

/** Whether a grant permits a plot of this job on the sheet under the pen. */
export function permits(grant: Grant | undefined, job: string): boolean {
  if (grant === undefined || grant.sheet?.is === 'used') return false
  if (grant.sheet?.is === 'fed' && grant.sheet.job !== job) return false
  return 'job' in grant.for ? grant.for.job === job : grant.for.sheets > 0
}

/** Whether the feeder must bring a sheet before the next plot begins. */
export const wantsFeeding = (grant: Grant | undefined): boolean => grant?.sheet?.is === 'used'

/** The grant after `event`. Without a grant, only 'given' has an effect. */
export function nextGrant(grant: Grant | undefined, event: GrantEvent): GrantChange {
  if (event.type === 'given') return { grant: event.grant, ...(grant && { ended: 'replaced' }) }
  if (grant === undefined) return { grant }
  switch (event.type) {
    case 'begun': {
      if ('job' in grant.for || grant.for.sheets <= 1) return { grant: undefined, ended: 'used' }
      const left = { ...grant.for, sheets: grant.for.sheets - 1 }
      return { grant: { ...grant, for: left, ...(grant.sheet && { sheet: { is: 'used' } }) } }
    }
    case 'drawn': {
      if (!event.isFinished) return { grant: undefined, ended: 'the sheet was not finished' }
      return { grant: event.until === undefined ? grant : { ...grant, until: event.until } }
    }
    case 'fed':
      return { grant: wantsFeeding(grant) ? { ...grant, sheet: { is: 'fed', job: event.job } } : grant }
    case 'void':
      return { grant: undefined, ended: event.why }
  }
}
