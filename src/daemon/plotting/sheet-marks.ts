import { PlotdError } from '../../errors.ts'
import type { Affine } from '../../geometry/affine.ts'
import { type Mark, MIN_MM, type Registration, registrationOf, spreadOf } from '../../geometry/registration.ts'
import { toPaper } from '../../plotter/plan/calibrate.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { requireReach } from '../../plotter/session/reach.ts'
import type { BeforeLayer } from '../../plotter/session/run.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import type { PlotterState } from '../../plotter/session/state.ts'
import type { Job } from '../../spool/job.ts'
import { CORNERS, type Corner, type WirePlotter } from '../protocol/index.ts'
import type { ThreadPools } from '../render/index.ts'

type MarkedSession = Pick<
  PlotterSession,
  'position' | 'state' | 'beforeLayer' | 'wantsFeeding' | 'unready' | 'block' | 'register'
>

type Place = { readonly x: number; readonly y: number }

export interface SheetMarksParts {
  readonly session: MarkedSession
  readonly profile: () => Profile
  readonly threads: Pick<ThreadPools, 'register' | 'contents'>
  /** Called when marks were added or removed. */
  readonly changed: () => void
}

const MAX_MARKS = 4

/**
 * The marks of the sheet that lies on a plotter, as a user showed them with the pen. The sheet is a printed sheet
 * before its job begins, or a sheet that was moved or turned over in a pause before a layer. This class forgets the
 * marks when a plot begins or continues, and when the position of the carriage is no longer known. When another place
 * becomes home, the caller calls `forget`.
 */
export class SheetMarks {
  readonly #session: MarkedSession
  readonly #profile: () => Profile
  readonly #threads: SheetMarksParts['threads']
  readonly #changed: () => void
  #marks: readonly Mark[] = []
  #rest: Plan | undefined

  constructor({ session, profile, threads, changed }: SheetMarksParts) {
    this.#session = session
    this.#profile = profile
    this.#threads = threads
    this.#changed = changed
  }

  /**
   * Adds a mark.
   *
   * @param mark  the place in the drawing, or the corner of the sheet, over which the pen stands
   * @throws PlotdError ERR_PLOTTER_STATE when the plotter does not rest before a sheet or a layer, or its position is
   *   not known
   * @throws PlotdError ERR_PARAMS for a fifth mark, a corner outside a pause, and marks that lie too near to each other
   *   or contradict each other
   */
  add(mark: Place | { readonly corner: Corner }): void {
    const { state, position, beforeLayer } = this.#session
    if ((state.is !== 'idle' && !beforeLayer) || !position) {
      throw new PlotdError('ERR_PLOTTER_STATE', `the pen shows no mark, because ${whyNoMark(state, beforeLayer)}`, {
        state: state.is,
      })
    }
    const place = 'corner' in mark ? cornerOf(mark.corner, beforeLayer?.plan) : mark
    const otherMarks = this.#marks.filter(({ x, y }) => x !== place.x || y !== place.y)
    if (otherMarks.length === MAX_MARKS) {
      throw new PlotdError('ERR_PARAMS', `there are ${MAX_MARKS} marks already: forget them first`, { field: 'marks' })
    }
    const marks = [...otherMarks, { ...place, found: toPaper(position, this.#profile().calibration) }]
    if (marks.length > 1) registrationOf(marks)
    this.#marks = marks
    this.#changed()
  }

  forget(): void {
    if (this.#marks.length === 0) return
    this.#marks = []
    this.#changed()
  }

  /**
   * Forgets the marks when the position is lost, or when a plot begins, because the plan of the plot has the
   * registration.
   */
  follow(state: PlotterState): void {
    const { beforeLayer, position } = this.#session
    if ((state.is !== 'idle' && !beforeLayer) || !position) this.forget()
  }

  /** The fields of a plotter's view: the marks, and the sheet whose marks the user may show now. */
  view(job: Job | undefined): Pick<WirePlotter, 'marks' | 'registers'> {
    const { beforeLayer } = this.#session
    const { width, height } = beforeLayer?.plan ?? {}
    const registers =
      job && beforeLayer && width !== undefined && height !== undefined
        ? { job: job.id, widthMm: width, heightMm: height, required: isRequired(job, beforeLayer) }
        : undefined
    return { ...(registers && { registers }), ...(this.#marks.length > 0 && { marks: this.#marksView() }) }
  }

  #marksView(): NonNullable<WirePlotter['marks']> {
    const { turnDegrees, missMm } = this.#registration() ?? {}
    return {
      places: this.#marks.map(({ x, y, found }) => ({ x, y, foundX: found.x, foundY: found.y })),
      ...(turnDegrees !== undefined && { turnDegrees }),
      ...(missMm !== undefined && { missMm }),
    }
  }

  /**
   * Checks a job on a printed sheet; accepts every other job.
   *
   * @throws PlotdError ERR_PLOTTER_STATE when the job has several copies, or the pen has not shown two distant marks
   */
  require(job: Job | undefined): void {
    if (!job || !isPrinted(job)) return
    this.follow(this.#session.state)
    if ((job.plot?.copies ?? 1) > 1) {
      throw new PlotdError('ERR_PLOTTER_STATE', `job ${job.id} is for a printed sheet: expected one copy`, {
        id: job.id,
      })
    }
    this.#requireFar(`job ${job.id} is for a printed sheet`, job.result?.widthMm, job.result?.heightMm, job.id)
  }

  /**
   * Fits the rest of the plan to the marks, when the plot is paused before a layer. Ends the paused plot, so that the
   * plan `rest` can draw what is left of the sheet.
   *
   * @returns false when there is nothing to register: a paused plot is still paused, and may continue as planned
   * @throws PlotdError ERR_PLOTTER_STATE when marks are missing or the pause ended meanwhile, ERR_FILE,
   *   ERR_PLAN_OUT_OF_BOUNDS when the rest lies out of reach
   */
  async resumePlot(job: Job | undefined): Promise<boolean> {
    const before = this.#session.beforeLayer
    if (!before || !job || (this.#marks.length === 0 && !isRequired(job, before))) return false
    const { plan, stroke: first } = before
    this.#requireFar(`the sheet of job ${job.id} may have been moved`, plan.width, plan.height, job.id)
    const profile = this.#profile()
    const matrix = this.#registration()?.matrix
    const rest = await this.#threads.register({ hash: plan.hash, profile, first, ...(matrix && { matrix }) })
    await requireReach(rest, profile)
    await this.#threads.contents.copyPlan(rest.hash)
    if (this.#session.beforeLayer?.plan !== plan) {
      const { is } = this.#session.state
      throw new PlotdError('ERR_PLOTTER_STATE', `the pause ended meanwhile: the plotter is ${is}`, { state: is })
    }
    this.#rest = rest
    await this.#session.register()
    return true
  }

  /** The plan of the rest of the sheet that `resumePlot` registered. */
  get rest(): Plan | undefined {
    return this.#rest
  }

  /** The plan without registration, for the next sheet, which has no marks yet. @throws PlotdError ERR_FILE */
  async unregistered(plan: Plan): Promise<Plan> {
    if (!plan.registered) return plan
    const original = await this.#threads.register({ hash: plan.hash, profile: this.#profile(), first: 0 })
    await this.#threads.contents.copyPlan(original.hash)
    return original
  }

  #requireFar(what: string, width = 0, height = 0, id: string): void {
    const least = Math.max(MIN_MM, Math.hypot(width, height) / 2)
    const spread = spreadOf(this.#marks)
    if (this.#marks.length > 1 && spread >= least) return
    const has = this.#marks.length > 1 ? `marks ${spread.toFixed(0)} mm apart` : `${this.#marks.length} of 2 marks`
    throw new PlotdError(
      'ERR_PLOTTER_STATE',
      `${what}, and the pen has shown ${has}: expected two, at least ${least.toFixed(0)} mm apart ` +
        '(move the pen over each mark and run `plotd mark X,Y`; ' +
        'a corner of a turned sheet may serve as a mark: `plotd mark top-left`)',
      { id },
    )
  }

  /**
   * Refuses a job on a printed sheet when `require` throws, or when the feeder must first bring the sheet. Nobody can
   * have shown the marks of a sheet that the feeder has yet to bring. A refusal ends the grant, so that the next sheet
   * waits for `ready`.
   *
   * @returns whether the job is refused
   */
  refuses(job: Job): boolean {
    try {
      this.require(job)
      if (!isPrinted(job) || !this.#session.wantsFeeding()) return false
      throw new PlotdError('ERR_PLOTTER_STATE', ofFedSheet(job), { id: job.id })
    } catch {
      this.#session.unready('the marks of its sheet were not shown')
      this.#session.block()
      return true
    }
  }

  /** The registration for a job; undefined when its sheet is blank, or has fewer than two marks. */
  matrixFor(job: Job): Affine | undefined {
    return isPrinted(job) ? this.#registration()?.matrix : undefined
  }

  #registration(): Registration | undefined {
    return this.#marks.length < 2 ? undefined : registrationOf(this.#marks)
  }
}

/** Why no feeder may bring the sheet of a job on a printed sheet. */
export const ofFedSheet = ({ id }: Job): string =>
  `job ${id} is for a printed sheet, and the pen cannot show the marks of a sheet that the feeder brings`

/** Whether the job is drawn on a printed sheet. */
export const isPrinted = ({ plot }: Job): boolean => plot?.options?.['printed'] === true

/**
 * Whether the job asks for marks before this layer, and the plan has no registration since the layer's first stroke.
 */
function isRequired({ plot }: Job, { plan, stroke, layer }: BeforeLayer): boolean {
  if (plot?.options?.['register'] !== true || !layer.options.pauseBefore) return false
  return !plan.registered?.some(({ first }) => first >= layer.first && first <= stroke)
}

function cornerOf(corner: Corner, plan: Plan | undefined): Place {
  const share = CORNERS[corner]
  if (plan) return { x: share.x * plan.width, y: share.y * plan.height }
  const message = `${corner}: a corner is a mark only in a pause before a layer; expected X,Y in the drawing`
  throw new PlotdError('ERR_PARAMS', message, { field: 'corner' })
}

function whyNoMark({ is }: PlotterState, beforeLayer: BeforeLayer | undefined): string {
  if (is === 'idle') return 'the position of the carriage is not known: run `plotd home` first, or `plotd home --here`'
  if (beforeLayer) return 'the position of the carriage is not known'
  return is === 'paused' ? 'the plotter is paused within a layer' : `the plotter is ${is}`
}
