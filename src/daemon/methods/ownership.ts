import { PlotdError } from '../../errors.ts'
import type { Identity } from '../auth/index.ts'
import { permits } from '../protocol/index.ts'

/** The name that a job of this caller bears: a page is its token's. */
export const ownerOf = ({ name, by }: Identity): string => by ?? name

/** @throws PlotdError ERR_FORBIDDEN when the caller may steer only its own jobs, and this is not one */
export function requireOwn(
  identity: Identity,
  jobs: readonly { readonly id: string; readonly owner?: string }[],
): void {
  if (permits(identity.role, 'operate')) return
  const owner = ownerOf(identity)
  const foreign = jobs.find((job) => job.owner !== owner)
  if (!foreign) return
  const whose = foreign.owner === undefined ? 'nobody’s' : `${foreign.owner}’s`
  throw new PlotdError(
    'ERR_FORBIDDEN',
    `job ${foreign.id} is ${whose}; the token ${owner} may steer only its own jobs`,
    {
      id: foreign.id,
      owner: foreign.owner,
      needs: 'operate',
    },
  )
}
