import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Spool } from '../../spool/spool.ts'
import type { Machine, ThreadPools } from '../render/index.ts'
import type { PlotStart } from './checkpoints.ts'
import type { Held } from './holding.ts'

/** The plan for a fresh sheet; undefined when there can be none, and the job was settled. */
export async function freshStart(
  { spool, threads }: { readonly spool: Spool; readonly threads: ThreadPools },
  { name, profile }: Pick<Machine, 'name' | 'profile'>,
  { claim, planning }: Held,
  isStopped: () => boolean,
): Promise<PlotStart | undefined> {
  const { plot, result } = claim.job
  try {
    if (!plot || !result) throw new PlotdError('ERR_INTERNAL', `job ${claim.job.id} was not rendered for a plot`)
    if (isStopped() || claim.signal.aborted) planning.abort()
    const plan = await threads.plan(result.path, plot, profile, planning.signal)
    return { plan, from: 0, copiesDone: 0, plotter: name }
  } catch (thrown) {
    if (claim.signal.aborted) return undefined
    const { code, message } = toPlotdError(thrown)
    if (isStopped()) await spool.release(claim)
    else await spool.fail(claim, { code, message })
    return undefined
  }
}
