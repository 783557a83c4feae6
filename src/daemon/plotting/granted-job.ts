import type { Grant } from '../../plotter/session/grant.ts'
import type { Job } from '../../spool/job.ts'

/** The reason for which a grant ends when its job is gone. */
export const JOB_GONE = 'its job no longer waits for this plotter'

/** The job for which a grant was given, or for which the feeder brought the sheet. */
export function grantedJob(grant: Grant | undefined): string | undefined {
  if (grant?.sheet?.is === 'fed') return grant.sheet.job
  return grant && 'job' in grant.for ? grant.for.job : undefined
}

/**
 * Whether the grant of a plotter has lost its job. The grant keeps a job that waits for its SVG or for a plotter, and a
 * job that this plotter draws.
 *
 * @param isOurs  whether the plotter's own station holds this job, or is claiming a job
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
