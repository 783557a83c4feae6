import { PlotdError } from '../../errors.ts'
import { byMm, byStrokes, type Cut, locate, type PlanPlace, pointAt } from '../../plotter/plan/cut.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import { turnsSheet } from '../../plotter/session/layer-prompt.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import { completeSheets, type Job } from '../../spool/job.ts'
import type { Parsed, Result } from '../protocol/index.ts'
import { loadPlan } from '../render/plans.ts'
import type { PlotStart } from './checkpoints.ts'

/** The user's choice of how an interrupted job continues. */
export type ResumeHow = Pick<Parsed<'job.resume'>, 'cut' | 'from' | 'strokes' | 'mm'>

/** The sheet of an interrupted job, as its last checkpoint describes it. */
export interface CutSheet {
  readonly planHash: string
  readonly cut: Cut
  /** The number of strokes of the plan. */
  readonly of: number
  readonly copiesDone: number
}

/**
 * The sheet on which a job continues; undefined when the job had no plan yet. After a complete sheet, the job continues
 * on the next sheet, except when the user names a stroke or goes back.
 */
export function cutSheet({ progress }: Job, { from, strokes = 0, mm = 0 }: ResumeHow): CutSheet | undefined {
  if (progress?.phase !== 'plot' || progress.planHash === undefined) return undefined
  const { done, of, planHash, copiesDone = 0, begun = done + 1 } = progress
  const sheets = completeSheets(progress)
  const isOnThisSheet = sheets === copiesDone || from !== undefined || strokes < 0 || mm < 0
  if (!isOnThisSheet) return { planHash, cut: { first: 0, last: 0 }, of, copiesDone: sheets }
  return { planHash, cut: { first: done, last: Math.min(of, Math.max(done, begun)) }, of, copiesDone }
}

/**
 * The place in the plan from which an interrupted job continues. There is no default for strokes that may be on the
 * paper: drawing such strokes again may double ink, and skipping them may leave a gap. Only the operator sees the
 * sheet. A user can go back at most to the first stroke after the sheet was last moved or turned over. Earlier strokes
 * would lie in a wrong place.
 *
 * @param begun  strokes from this index on have not been begun
 * @throws PlotdError ERR_PARAMS when the cut is in doubt and `how` names no known place, or when `from` is past the end
 */
export function resumePoint(id: string, plan: Plan, cut: Cut, how: ResumeHow, begun = cut.last): PlanPlace {
  const of = plan.starts.length - 1
  const { strokes = 0, mm = 0 } = how
  const chosen = choosePlace(id, cut, of, how)
  const place = byMm(plan, byStrokes(chosen, strokes, of), mm)
  const turn = turnBefore(plan, chosen.stroke, begun)
  return place.stroke < turn ? { stroke: turn, mm: 0 } : place
}

/** The last stroke up to `stroke` before which the sheet was turned or moved; 0 when it was not. */
function turnBefore({ layers, registered = [] }: Plan, stroke: number, begun: number): number {
  const turned = layers.filter((layer) => turnsSheet(layer) && layer.first < begun)
  return [...turned, ...registered].reduce((turn, { first }) => (first <= stroke ? Math.max(turn, first) : turn), 0)
}

function choosePlace(id: string, { first, last, drawnMm }: Cut, of: number, { cut, from, mm }: ResumeHow): PlanPlace {
  if (from !== undefined) {
    if (from <= of) return { stroke: from, mm: 0 }
    throw new PlotdError('ERR_PARAMS', `from is ${from}, expected 0 to ${of}`, { id, first, last, of, from })
  }
  const exact = drawnMm !== undefined && { stroke: first, mm: drawnMm }
  if (first === last || cut === 'redraw') return { stroke: first, mm: 0 }
  if (cut === 'skip') return { stroke: last, mm: 0 }
  if (exact && (cut === 'continue' || mm !== undefined)) return exact
  const where = last - first > 1 ? `strokes ${first + 1} to ${last} of ${of}` : `stroke ${first + 1} of ${of}`
  const continueChoice = exact ? ", 'continue' (draw the rest of it)" : ''
  const whyNot = exact ? '' : "; 'continue' is not possible, because the exact place of the cut is unknown"
  const fromChoice = `from: the stroke to continue with (0 is the first), at most ${of}`
  const choice = `cut: 'redraw' (draw again), 'skip' (leave as it is)${continueChoice}, or ${fromChoice}${whyNot}`
  throw new PlotdError('ERR_PARAMS', `${where} may be on the paper: expected ${choice}`, { id, first, last, of })
}

/** The resume of an interrupted job. */
export interface Resumed {
  /** Undefined when the job was interrupted before it had a plan. */
  readonly start: PlotStart | undefined
  /** Whether the carriage's position is still known, on the connection on which the user resumed the job. */
  readonly mayContinue: () => boolean
}

/** The plotter on which an interrupted job continues. */
export interface Site {
  readonly plotter: string
  /** The plotter's host, when several hosts share the queue. */
  readonly host?: string
  readonly session: PlotterSession
  /** Folder of the frozen plans. */
  readonly plans: string
  /** Fetches a plan that another host has. @throws PlotdError ERR_FILE */
  readonly fetchPlan: (hash: string) => Promise<void>
}

export interface Origin {
  /** Whether the user says that the carriage stands at home. */
  readonly atHome: boolean
}

/**
 * The place from which an interrupted job continues; undefined when the job had no plan yet.
 *
 * @throws PlotdError ERR_PARAMS, ERR_FILE
 */
export async function startOf(site: Site, job: Job, how: ResumeHow): Promise<PlotStart | undefined> {
  const cutPlan = await cutOf(site, job, how)
  if (!cutPlan) return undefined
  const { sheet, plan } = cutPlan
  const { stroke, mm } = pointIn(job, cutPlan, how)
  return {
    plan,
    from: stroke,
    fromMm: mm,
    ...(stroke < sheet.cut.last && { hasBegun: true }),
    copiesDone: sheet.copiesDone,
    ...(sheet.copiesDone > (job.progress?.copiesDone ?? 0) && { needsSheet: true }),
    plotter: site.plotter,
    ...(site.host !== undefined && { host: site.host }),
  }
}

/**
 * The place at which a job stopped. If the job stopped between two strokes, or `how` names a place, also the place at
 * which the job would continue.
 *
 * @throws PlotdError ERR_PARAMS, ERR_FILE
 */
export async function placeOf(site: Site, job: Job, how: ResumeHow): Promise<Result<'job.place'>> {
  const isHomeKnown = site.session.position !== undefined
  const cutPlan = await cutOf(site, job, how)
  if (!cutPlan) return { first: 0, last: 0, of: 0, homeKnown: isHomeKnown }
  const { sheet, plan, cut } = cutPlan
  const choice = how.cut ?? how.from ?? how.mm
  const next = choice === undefined && cut.first !== cut.last ? undefined : pointIn(job, cutPlan, how)
  return { ...cut, of: sheet.of, homeKnown: isHomeKnown, ...(next && { next: { ...next, ...pointAt(plan, next) } }) }
}

/**
 * Moves to the place at which a job would continue, with the pen up.
 *
 * @throws PlotdError ERR_PARAMS, ERR_PLOTTER_STATE, ERR_JOB_STATE, ERR_FILE, and the errors of the device
 */
export async function trace(site: Site, job: Job, { atHome, ...how }: ResumeHow & Origin): Promise<void> {
  await site.session.goTo(async (setHome) => {
    const cutPlan = await cutOf(site, job, how)
    if (!cutPlan) throw new PlotdError('ERR_JOB_STATE', `job ${job.id} was cut before it had a plan`, { id: job.id })
    const place = pointAt(cutPlan.plan, pointIn(job, cutPlan, how))
    await requireOrigin(site, atHome, setHome)
    return place
  })
}

/** The connection and the position of a plotter. */
export type Place = Partial<Pick<PlotterSession, 'device' | 'position'>>

/** @returns a function that tells whether the position is still known, on the present connection */
export function whileInPlace(session: Place): () => boolean {
  const { device } = session // each connection has an object of its own
  return () => session.device === device && session.position !== undefined
}

/**
 * Checks that the position is known. If not, and the user says that the carriage is at home, sets home at that place.
 *
 * @param setHome  sets home within a command that runs already; the default runs a command of its own
 * @returns a function that tells whether the position is still known, on the same connection
 * @throws PlotdError ERR_PLOTTER_STATE, and the errors of the device
 */
export async function requireOrigin(
  { plotter: name, session }: Site,
  atHome: boolean,
  setHome = session.setHome,
): Promise<() => boolean> {
  const isKept = whileInPlace(session)
  if (session.position !== undefined) return isKept
  // A plotter with limit switches refuses `setHome`, and the error says how to home the plotter.
  if (atHome || session.device?.mustHome) {
    await setHome()
    return isKept
  }
  const why = session.device?.whyLost
  const problem = `${name} does not know where its carriage stands${why === undefined ? '' : ` (${why})`}`
  const message = `${problem}: make sure that the carriage stands at home, then confirm the place (atHome, --at-home)`
  throw new PlotdError('ERR_PLOTTER_STATE', message, { name, state: session.state.is })
}

/** The plan of a sheet that was cut. */
interface CutPlan {
  readonly sheet: CutSheet
  readonly plan: Plan
  /** The cut of the sheet, narrowed down by the place at which the carriage stopped, if that place is known. */
  readonly cut: Cut
}

const pointIn = ({ id }: Job, { sheet, plan, cut }: CutPlan, how: ResumeHow): PlanPlace =>
  resumePoint(id, plan, cut, how, sheet.cut.last)

/**
 * The cut of a job in its frozen plan, from the last checkpoint. When the last plot of this plotter was a plot of this
 * job, the place at which the carriage stopped narrows the cut down.
 */
async function cutOf({ session, plans, fetchPlan }: Site, job: Job, how: ResumeHow): Promise<CutPlan | undefined> {
  const sheet = cutSheet(job, how)
  if (!sheet) return undefined
  await fetchPlan(sheet.planHash)
  const plan = await loadPlan(plans, sheet.planHash)
  const stop = session.stopOf(job.id, sheet.planHash)
  return { sheet, plan, cut: stop ? await locate(plan, sheet.cut, stop, stop.from, stop.start) : sheet.cut }
}
