/**
 * The permission to begin a sheet, as a pure state machine. A plotter has one grant or none; a plot on a fresh sheet
 * begins only when `permits` says so, and using it up is part of beginning.
 */

/** What a grant is for: one sheet for one job, or the next sheets, whichever jobs take them. */
export type GrantPurpose =
  | { readonly job: string; readonly title: string }
  | {
      /** Left. */
      readonly sheets: number
      readonly of: number
    }

export interface Grant {
  /** Who gave it: the name of a token. */
  readonly by: string
  /** ms since 1970. */
  readonly since: number
  /** ms since 1970. */
  readonly until: number
  readonly for: GrantPurpose
}

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
  | 'plotd stopped'

export type GrantEvent =
  | { readonly type: 'given'; readonly grant: Grant }
  /** A plot begins on a fresh sheet. */
  | { readonly type: 'begun' }
  /** A plot has ended, with the sheet drawn to its end or not. */
  | { readonly type: 'drawn'; readonly finished: boolean }
  | { readonly type: 'void'; readonly why: GrantEnd }

export interface GrantChange {
  readonly grant: Grant | undefined
  /** Why the earlier grant is over, when it is. */
  readonly ended?: GrantEnd
}

export const permits = (grant: Grant | undefined, job: string): boolean =>
  grant !== undefined && ('job' in grant.for ? grant.for.job === job : grant.for.sheets > 0)

/** The grant after `event`, for every grant and event. */
export function nextGrant(grant: Grant | undefined, event: GrantEvent): GrantChange {
  if (event.type === 'given') return { grant: event.grant, ...(grant && { ended: 'replaced' }) }
  if (grant === undefined) return { grant }
  switch (event.type) {
    case 'begun': {
      if ('job' in grant.for || grant.for.sheets <= 1) return { grant: undefined, ended: 'used' }
      return { grant: { ...grant, for: { ...grant.for, sheets: grant.for.sheets - 1 } } }
    }
    case 'drawn':
      return event.finished ? { grant } : { grant: undefined, ended: 'the sheet was not finished' }
    case 'void':
      return { grant: undefined, ended: event.why }
  }
}
