import { PlotdError } from '../../errors.ts'
import { unknownJob } from '../../spool/index.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import type { Identity } from '../auth/index.ts'
import { permits } from '../protocol/index.ts'

/** The owner of the jobs that this caller submits. A page session submits for the token that opened the session. */
export const ownerOf = ({ name, by }: Identity): string => by ?? name

/** @throws PlotdError ERR_JOB_UNKNOWN */
export async function jobOf(spool: Pick<Spool, 'get'>, id: string): Promise<Job> {
  const job = await spool.get(id)
  if (job === undefined) throw unknownJob(id)
  return job
}

/**
 * Lets an operator change any jobs, and other callers only their own.
 *
 * @throws PlotdError ERR_FORBIDDEN naming the first job that the caller may not change
 */
export function requireOwn(
  identity: Identity,
  jobs: readonly { readonly id: string; readonly owner?: string }[],
): void {
  if (permits(identity.role, 'operate')) return
  const owner = ownerOf(identity)
  const foreign = jobs.find((job) => job.owner !== owner)
  if (!foreign) return
  const foreignOwner = foreign.owner === undefined ? 'has no owner' : `belongs to ${foreign.owner}`
  const message = `job ${foreign.id} ${foreignOwner}; the token ${owner} may change only its own jobs`
  throw new PlotdError('ERR_FORBIDDEN', message, { id: foreign.id, owner: foreign.owner, needs: 'operate' })
}
