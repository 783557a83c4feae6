import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { requireOwnDrawing } from '../render/index.ts'
import type { PlotStart } from './checkpoints.ts'
import type { HeldJob } from './holding.ts'
import type { SheetMarks } from './sheet-marks.ts'
import { placeOfSheet, type StationParts } from './station-parts.ts'

/**
 * Requests the plan for a fresh sheet.
 *
 * @returns undefined when there is no plan, because the job was released, has failed or was canceled
 */
export async function freshStart(
  parts: StationParts,
  marks: SheetMarks,
  profile: Profile,
  { claim, planning }: HeldJob,
  isStopped: () => boolean,
): Promise<PlotStart | undefined> {
  const { spool, threads } = parts
  const { plot, result } = claim.job
  try {
    if (!plot || !result) throw new PlotdError('ERR_INTERNAL', `job ${claim.job.id} was not rendered for a plot`)
    if (isStopped() || claim.signal.aborted) planning.abort()
    if (marks.refuses(claim.job)) return void (await spool.release(claim))
    const { signal } = planning
    await requireOwnDrawing(spool, threads.contents, claim.job, signal)
    const plan = await threads.plan(result, plot, profile, { signal, registration: marks.matrixFor(claim.job) })
    await threads.contents.copyPlan(plan.hash)
    return { plan, from: 0, copiesDone: 0, ...placeOfSheet(parts) }
  } catch (thrown) {
    if (claim.signal.aborted) return undefined
    const { code, message } = toPlotdError(thrown)
    if (isStopped()) await spool.release(claim)
    else await spool.fail(claim, { code, message })
    return undefined
  }
}
