import { PlotdError } from '../../errors.ts'
import { type Cut, locate, pointAt } from '../../plotter/plan/cut.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import type { Job } from '../../spool/job.ts'
import type { Result } from '../protocol/index.ts'
import { loadPlan } from '../render/plans.ts'
import type { PlotStart } from './checkpoints.ts'
import { type CutSheet, cutSheet, type ResumeHow, resumePoint } from './resume-point.ts'

/** The plotter on which an interrupted job goes on. */
export interface Site {
  readonly name: string
  readonly session: PlotterSession
  /** Folder of the frozen plans. */
  readonly plans: string
}

export interface Origin {
  /** A person says that the carriage stands at home. */
  readonly atHome: boolean
}

/** Undefined when the job was cut before it had a plan. @throws PlotdError ERR_PARAMS, ERR_FILE */
export async function startOf(site: Site, job: Job, how: ResumeHow): Promise<PlotStart | undefined> {
  const found = await cutOf(site, job, how)
  if (!found) return undefined
  const { sheet, plan, cut } = found
  const { stroke, mm } = resumePoint(job.id, plan, cut, how)
  return { plan, from: stroke, fromMm: mm, copiesDone: sheet.copiesDone, plotter: site.name }
}

/** Where a job stopped, and where it would go on, if that is said. @throws PlotdError ERR_PARAMS, ERR_FILE */
export async function placeOf(site: Site, job: Job, how: ResumeHow): Promise<Result<'job.place'>> {
  const homeKnown = site.session.position !== undefined
  const found = await cutOf(site, job, how)
  if (!found) return { first: 0, last: 0, of: 0, homeKnown }
  const { sheet, plan, cut } = found
  const said = how.cut ?? how.from ?? how.mm
  const next = said === undefined && cut.first !== cut.last ? undefined : resumePoint(job.id, plan, cut, how)
  return { ...cut, of: sheet.of, homeKnown, ...(next && { next: { ...next, ...pointAt(plan, next) } }) }
}

/** To where a job would go on, with the pen up. @throws PlotdError ERR_PARAMS, ERR_PLOTTER_STATE, ERR_JOB_STATE, ERR_FILE */
export async function trace(site: Site, job: Job, { atHome, ...how }: ResumeHow & Origin): Promise<void> {
  const found = await cutOf(site, job, how)
  if (!found) throw new PlotdError('ERR_JOB_STATE', `job ${job.id} was cut before it had a plan`, { id: job.id })
  const place = pointAt(found.plan, resumePoint(job.id, found.plan, found.cut, how))
  await requireOrigin(site, atHome)
  await site.session.goTo(place)
}

/** Nothing moves from a place that nobody knows: it takes a person's word that this is home. @throws PlotdError ERR_PLOTTER_STATE */
export async function requireOrigin({ name, session }: Site, atHome: boolean): Promise<void> {
  if (session.position !== undefined) return
  if (atHome || session.device?.mustHome) return session.setHome() // which a plotter with limit switches refuses and says how
  const why = session.device?.whyLost
  const what = `${name} does not know where its carriage stands${why === undefined ? '' : ` (${why})`}: put it at home, unless it stands there, and say so (atHome, --at-home)`
  throw new PlotdError('ERR_PLOTTER_STATE', what, { name, state: session.state.is })
}

/** By what is on the disk and, when it was plotted here last, by where the carriage stood: in the very plan that was cut. */
async function cutOf(
  { session, plans }: Site,
  job: Job,
  how: ResumeHow,
): Promise<{ sheet: CutSheet; plan: Plan; cut: Cut } | undefined> {
  const sheet = cutSheet(job, how)
  if (!sheet) return undefined
  const plan = await loadPlan(plans, sheet.planHash)
  const stop = session.stopOf(job.id, sheet.planHash)
  return { sheet, plan, cut: stop ? await locate(plan, sheet.cut, stop) : sheet.cut }
}
