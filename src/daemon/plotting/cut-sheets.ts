import { PlotdError } from '../../errors.ts'
import { type PlotterMemory, saveChange } from '../../plotter/session/memory.ts'
import type { Job } from '../../spool/job.ts'
import { isTouched } from '../protocol/index.ts'

/**
 * The sheets of interrupted jobs that lie on one plotter. The jobs in the spool say which sheets these are, also after
 * a restart. The plotter's memory says which of these sheets a user took off or another job used. Without that memory a
 * sheet counts as lying on the plotter, and nothing draws over the sheet.
 */
export class CutSheets {
  readonly #plotter: string
  readonly #memory: Pick<PlotterMemory, 'off' | 'save'>
  /** Jobs that were interrupted on this plotter. Some of these jobs may have no ink. */
  readonly #jobs = new Map<string, Job>()

  constructor(plotter: string, memory: Pick<PlotterMemory, 'off' | 'save'>, interrupted: readonly Job[]) {
    this.#plotter = plotter
    this.#memory = memory
    for (const job of interrupted) this.note(job)
  }

  /** Records a changed job. Call this method for each change. */
  note(job: Job): void {
    const isHere = job.status === 'interrupted' && job.progress?.plotter === this.#plotter
    if (isHere) this.#jobs.set(job.id, job)
    else this.#jobs.delete(job.id)
  }

  forget(id: string): void {
    this.#jobs.delete(id)
  }

  /**
   * The interrupted job whose sheet lies on the plotter. Of several jobs: the job that was interrupted last since the
   * start, else the job that is last in queue order.
   */
  get here(): Job | undefined {
    return [...this.#jobs.values()].findLast((job) => isTouched(job) && !this.#isOff(job.id))
  }

  /** Records that a user took every sheet off. Resolves when the disk has the record. */
  async takeOff(): Promise<void> {
    await this.#saveOff([...this.#jobs.keys()])
  }

  /**
   * Records that another job begins on this plotter. An interrupted job without ink can then no longer continue,
   * because the other job uses the blank sheet. Resolves when the disk has the record.
   */
  async cover(): Promise<void> {
    await this.#saveOff(
      [...this.#jobs.values()].filter((job) => !isTouched(job) || this.#isOff(job.id)).map(({ id }) => id),
    )
  }

  /** Records that only the sheet of this job lies on the plotter. Resolves when the disk has the record. */
  async putBack(job: string): Promise<void> {
    await this.#saveOff([...this.#jobs.keys()].filter((id) => id !== job))
  }

  /** @throws PlotdError ERR_PLOTTER_STATE when a sheet of an interrupted job lies here */
  requireNone(): void {
    const job = this.here
    if (job) throw this.#occupied(job, 'begin another sheet')
  }

  /**
   * @throws PlotdError ERR_PLOTTER_STATE when another sheet lies here, or when the sheet of the job was taken off or
   *   used by another job
   */
  requireOnly(resumedJob: Job): void {
    const { id, title } = resumedJob
    const job = this.here
    if (job && job.id !== id) throw this.#occupied(job, `resume job ${id}`)
    if (!this.#isOff(id)) return
    const message = isTouched(resumedJob)
      ? `the sheet of job ${id} (${title}) was taken off ${this.#plotter}: put the sheet back at the same place and confirm that when you resume the job, or retry the job on a new sheet`
      : `job ${id} (${title}) has no ink yet, and its sheet was taken off ${this.#plotter} or used by another job: retry job ${id} on a new sheet`
    throw new PlotdError('ERR_PLOTTER_STATE', message, { name: this.#plotter, interrupted: id })
  }

  /** @param purpose  the user's purpose, for the message */
  #occupied({ id, title, progress }: Job, purpose: string): PlotdError {
    const { done = 0, of = 0 } = progress ?? {}
    const message =
      `the sheet of the interrupted job ${id} (${title}, ${done} of ${of} ${of === 1 ? 'stroke' : 'strokes'}) lies on ${this.#plotter}: cannot ${purpose}. ` +
      `Resume that job, retry it on a new sheet, cancel it, or take its sheet off and confirm the removal`
    return new PlotdError('ERR_PLOTTER_STATE', message, { name: this.#plotter, interrupted: id, done, of })
  }

  #isOff(id: string): boolean {
    return this.#memory.off?.includes(id) ?? false
  }

  /** Saves the ids of the jobs whose sheets do not lie on the plotter. */
  async #saveOff(off: readonly string[]): Promise<void> {
    const before = this.#memory.off ?? []
    if (off.length === before.length && off.every((id) => before.includes(id))) return
    await saveChange(this.#memory, { off })
  }
}
