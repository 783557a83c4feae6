import type { Grant } from '../../plotter/session/grant.ts'
import type { Job } from '../../spool/job.ts'

/** The job for which a grant was given, or for which the feeder brought the sheet. */
export function grantedJob(grant: Grant | undefined): string | undefined {
  if (grant?.sheet?.is === 'fed') return grant.sheet.job
  return grant && 'job' in grant.for ? grant.for.job : undefined
}

/**
 * Whether the plotter of a grant cannot draw the granted job any more: the job does not wait for its SVG or for a
 * plotter, and this plotter does not draw it.
 *
 * @param isOurs  whether the plotter's own station holds the job, or is claiming one
 */
export function isGone({ status }: Job, isOurs: boolean): boolean {
  if (status === 'queued' || status === 'started' || status === 'rendered') return false
  return !(isOurs && (status === 'plotting' || status === 'paused'))
}

/** The reason why the feeder cannot bring the first sheet. */
export const feedRefusal = (name: string, hasFeeder: boolean): string =>
  hasFeeder
    ? `the feeder of ${name} needs a grant for a number of sheets (--sheets 50)`
    : `${name} has no feeder in its configuration`
