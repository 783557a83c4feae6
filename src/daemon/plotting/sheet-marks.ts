import { PlotdError } from '../../errors.ts'
import type { Affine } from '../../geometry/affine.ts'
import { type Mark, type Registration, registrationOf, spreadOf } from '../../geometry/registration.ts'
import { uncorrected } from '../../plotter/plan/calibrate.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import type { PlotterState } from '../../plotter/session/state.ts'
import type { Job } from '../../spool/job.ts'
import type { WirePlotter } from '../protocol/index.ts'

type MarkedSession = Pick<PlotterSession, 'position' | 'state' | 'unready' | 'block'>

const MOST_MARKS = 4

/**
 * The marks of the printed sheet that lies on a plotter, as a user found them with the pen. They are for one sheet: they are
 * forgotten when a job is drawn on it, and whenever the carriage may stand elsewhere than the position says.
 */
export class SheetMarks {
  readonly #session: MarkedSession
  readonly #profile: () => Profile
  #marks: readonly Mark[] = []

  constructor(session: MarkedSession, profile: () => Profile) {
    this.#session = session
    this.#profile = profile
  }

  /**
   * The pen stands over the mark that belongs at a place of the drawing.
   *
   * @throws PlotdError ERR_PLOTTER_STATE unless idle at a known position; ERR_PARAMS for marks that make no sense together
   */
  add(place: { readonly x: number; readonly y: number }): void {
    const { state, position } = this.#session
    if (state.is !== 'idle' || !position) {
      const why =
        state.is === 'idle' ? 'its position is not known: expected plotd home or --set first' : `it is ${state.is}`
      throw new PlotdError('ERR_PLOTTER_STATE', `the pen shows no mark, because ${why}`, { state: state.is })
    }
    const others = this.#marks.filter(({ x, y }) => x !== place.x || y !== place.y)
    if (others.length === MOST_MARKS) {
      throw new PlotdError('ERR_PARAMS', `there are ${MOST_MARKS} marks already: forget them first`, { field: 'marks' })
    }
    const marks = [...others, { ...place, found: uncorrected(position, this.#profile().calibration) }]
    if (marks.length > 1) registrationOf(marks)
    this.#marks = marks
  }

  forget(): void {
    this.#marks = []
  }

  /** A plot has its registration in its plan; a position that was lost makes the marks worthless. */
  follow(state: PlotterState): void {
    if (state.is !== 'idle' || !this.#session.position) this.forget()
  }

  /** For clients; undefined without marks. */
  view(): WirePlotter['marks'] {
    if (this.#marks.length === 0) return undefined
    const { turnDegrees, missMm } = this.#registration() ?? {}
    return {
      places: this.#marks.map(({ x, y, found }) => ({ x, y, foundX: found.x, foundY: found.y })),
      ...(turnDegrees !== undefined && { turnDegrees }),
      ...(missMm !== undefined && { missMm }),
    }
  }

  /** @throws PlotdError ERR_PLOTTER_STATE when the job is for a printed sheet whose marks were not shown */
  require(job: Job | undefined): void {
    if (!job || !isPrinted(job)) return
    if ((job.plot?.copies ?? 1) > 1) {
      throw new PlotdError('ERR_PLOTTER_STATE', `job ${job.id} is for a printed sheet: expected one copy`, {
        id: job.id,
      })
    }
    const least = Math.hypot(job.result?.widthMm ?? 0, job.result?.heightMm ?? 0) / 2
    const spread = spreadOf(this.#marks)
    if (this.#marks.length > 1 && spread >= least) return
    const has = this.#marks.length > 1 ? `marks ${spread.toFixed(0)} mm apart` : `${this.#marks.length} of 2 marks`
    throw new PlotdError(
      'ERR_PLOTTER_STATE',
      `job ${job.id} is for a printed sheet, and the pen has shown ${has}: expected two, at least ${least.toFixed(0)} mm apart ` +
        '(move the pen over each and say plotd mark X,Y)',
      { id: job.id },
    )
  }

  /** A grant for sheets came upon a job whose marks were not shown: it ends, and the next sheet waits for `ready`. */
  refuses(job: Job): boolean {
    try {
      this.require(job)
      return false
    } catch {
      this.#session.unready('the marks of its sheet were not shown')
      this.#session.block()
      return true
    }
  }

  /** The registration for a job; undefined when its sheet is blank. */
  of(job: Job): Affine | undefined {
    return isPrinted(job) ? this.#registration()?.matrix : undefined
  }

  #registration(): Registration | undefined {
    return this.#marks.length < 2 ? undefined : registrationOf(this.#marks)
  }
}

/** Whether the job is drawn on a sheet that is printed already. */
export const isPrinted = ({ plot }: Job): boolean => plot?.options?.['printed'] === true
