import type { Logger } from 'pino'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Adjustments } from '../../plotter/drivers/driver.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { noteMaintenance } from '../../plotter/session/memory.ts'
import { paceFactor } from '../../plotter/session/pace.ts'
import { requireReach } from '../../plotter/session/reach.ts'
import { PlotterSession } from '../../plotter/session/session.ts'
import { hasPlot, type PlotterState } from '../../plotter/session/state.ts'
import type { Job } from '../../spool/job.ts'
import type { WirePlotter } from '../protocol/index.ts'
import { ClaimAgain } from '../render/index.ts'
import { GrantGiver, requireService } from './check-ready.ts'
import { CutSheets } from './cut-sheets.ts'
import { freshStart } from './fresh-start.ts'
import { grantedJob, isGone, JOB_GONE } from './granted-job.ts'
import { waitingJob } from './head.ts'
import type { HeldJob, Holding } from './holding.ts'
import { claiming, comingJob, EMPTY, emptied, heldJob, holdingOf, pausable } from './holding.ts'
import { interruptLater } from './interrupt-later.ts'
import { NextSheet } from './next-sheet.ts'
import { type PenBook, penBookOf } from './pen-book.ts'
import { plotJob } from './plot-job.ts'
import { PlotTimes } from './plot-times.ts'
import { plotterView } from './plotter-view.ts'
import { type Resumed, requireOrigin, type Site, startOf } from './resuming.ts'
import { SheetMarks } from './sheet-marks.ts'
import { SheetSource } from './sheet-source.ts'
import { type ReadyOrder, type ResumeOrder, type StationParts, sessionOptions, siteOf } from './station-parts.ts'

/**
 * One plotter and the jobs that it draws, one at a time. The session drives the device. The station claims a job while
 * the session is ready, and an interrupted job when a user continues that job.
 */
export class Station {
  readonly session: PlotterSession
  readonly #parts: StationParts
  readonly #log: Logger
  readonly #cuts: CutSheets
  readonly #source: SheetSource
  readonly #nextSheet: NextSheet
  readonly #giver: GrantGiver
  readonly pens: PenBook
  readonly marks: SheetMarks
  #holding: Holding = EMPTY
  /** Settles when the spool has answered the last claim. */
  #claimed: Promise<void> = Promise.resolve()
  /** Settles when the last job has left the plotter. */
  #plotted: Promise<void> = Promise.resolve()
  #isStopped = false
  /** Logs every error except a lost claim. */
  readonly #logFailure = (thrown: unknown): void => {
    const error = toPlotdError(thrown)
    if (error.code !== 'ERR_CLAIM_LOST') this.#log.error({ error }, 'an error in the station')
  }
  readonly #rounds = new ClaimAgain(() => this.#isStopped || this.wake(), this.#logFailure)
  /** The user's adjustments, and the times of strokes with these adjustments. A new link begins without adjustments. */
  readonly #times: PlotTimes
  /** The station's name among all holders of jobs. */
  readonly #holder: string

  constructor(parts: StationParts) {
    this.#parts = parts
    this.#log = parts.log.child({ plotter: parts.config.name })
    const { config, host, memory } = parts
    const changed = () => parts.changed(false)
    this.#holder = `${host}/${config.name}`
    this.#cuts = new CutSheets(config.name, memory, parts.interrupted)
    this.session = new PlotterSession({
      ...sessionOptions(parts),
      onChange: (state) => this.#changed(state),
      onMoved: () => this.#parts.changed(true),
      onGrantEnd: (grant, why) => {
        this.#log.info({ grant, why }, 'a grant ended')
        // Later in this turn of the event loop the session changes its state. The station then announces the plotter.
        queueMicrotask(changed)
      },
    })
    this.#source = new SheetSource({
      config,
      session: this.session,
      log: this.#log,
      waiting: () => this.#waiting(),
      ready: (job) => this.ready('the button', { job }),
      changed,
    })
    this.#nextSheet = new NextSheet({
      session: this.session,
      source: this.#source,
      checkGrant: () => this.#checkGrant(),
      isStopped: () => this.#isStopped,
      changed,
    })
    this.#times = new PlotTimes(parts.threads, () => ({ profile: this.profile, device: this.session.device }))
    this.pens = penBookOf(parts)
    this.marks = new SheetMarks({ ...parts, session: this.session, profile: () => this.profile, changed })
    this.#giver = new GrantGiver({
      ...{ parts, session: this.session, source: this.#source, pens: this.pens, log: this.#log },
      facts: () => {
        const { profile, pace, state, marks } = this
        return { profile, pace, state, marks, parts, source: this.#source, cuts: this.#cuts, holding: this.#holding }
      },
      checkGrant: () => this.#checkGrant(),
    })
    if (this.#cuts.here) this.session.block()
  }

  get name(): string {
    return this.#parts.config.name
  }

  get tags(): readonly string[] {
    return this.#parts.config.tags
  }

  get paper(): string | undefined {
    return this.#parts.config.paper
  }

  get profile(): Profile {
    return this.session.device?.profile ?? this.#parts.profile
  }

  /** The measured time of the plotter's plots, divided by their estimated time. */
  get pace(): number {
    return paceFactor(this.#parts.memory.pace)
  }

  get state(): PlotterState {
    return this.session.state
  }

  /** The id of the job that the station holds, from its claim until the job is canceled or leaves the plotter. */
  get job(): string | undefined {
    return heldJob(this.#holding)?.id
  }

  /** The plotter as clients see it. */
  view(queuePaused: boolean): WirePlotter {
    return plotterView({
      parts: this.#parts,
      queuePaused,
      session: this.session,
      adjusted: this.#times.adjusted,
      cut: this.#cuts.here,
      feeder: this.#source.feeder,
      job: this.#nextSheet.isWaiting ? undefined : comingJob(this.#holding, this.state),
      willPause: this.state.is === 'idle' && this.#holding.isPaused,
      ...this.pens.viewFields,
      ...this.marks.view(heldJob(this.#holding)),
    })
  }

  /** Claims a job to draw, if there is one. Call this method after a change in the spool or on the plotter. */
  wake(): void {
    if (this.#holding.is === 'claiming') this.#holding.mustClaimAgain = true
    else if (this.#mayClaim) this.#claimed = this.#rounds.run(() => this.#claim())
    this.#source.updateButton()
  }

  /** Records a changed job. Call this method for each change. */
  jobChanged(job: Job): void {
    const before = this.#cuts.here
    this.#cuts.note(job)
    if (this.#cuts.here) this.session.block()
    if (grantedJob(this.session.grant) === job.id && this.#isGone(job)) this.session.unready(JOB_GONE)
    else if (before !== this.#cuts.here) this.#parts.changed(false)
  }

  jobRemoved(id: string): void {
    this.#cuts.forget(id)
    if (grantedJob(this.session.grant) === id) this.session.unready(JOB_GONE)
  }

  /**
   * Gives a grant, because a user says that a fresh sheet is down.
   *
   * @param by  name of the user's token or page session, or 'the button'
   * @throws PlotdError ERR_PLOTTER_STATE, or the reason why the plotter cannot draw its next job
   */
  ready = (by: string, order: ReadyOrder): Promise<void> => this.#giver.give(by, order)

  /** Takes the grant back. @throws PlotdError ERR_PLOTTER_STATE when the gate is off */
  unready(): void {
    if (!this.#parts.config.gate) throw this.#stateError(`the gate of ${this.name} is off: pause its queue instead`)
    this.#giver.withdraw()
  }

  /** Takes the plotter out of service; without a reason, back into service. Resolves when the disk has the record. */
  async maintain(by: string, reason: string | undefined): Promise<void> {
    await noteMaintenance(this.#parts.memory, by, reason)
    if (reason !== undefined) this.#giver.withdraw()
    this.#parts.changed(false)
    this.#nextSheet.checkAgain()
    this.wake()
  }

  /**
   * Pauses at the next pen-up moment, or at once, and stops the commands of users. Before a granted sheet begins, the
   * pause comes before its first stroke. While `resumePlot` registers a sheet, the pause comes before the first of
   * the remaining strokes. On the way home, the pause comes before the first stroke of the next sheet. If that sheet
   * belongs to the next job, the pause ends when the plotter is no longer ready.
   */
  async pause(isImmediate: boolean): Promise<void> {
    const { is } = this.state
    const holding = pausable(this.#holding, is === 'idle' && this.session.grant !== undefined)
    if (holding && is !== 'offline' && is !== 'fault') this.#holding = Object.assign(holding, { isPaused: true })
    this.#parts.changed(false)
    if (holding && is === 'idle') await this.session.stopCommands()
    else await this.session.pause({ now: isImmediate })
  }

  /** Ends a pause of any kind. Between two sheets of a job, grants the next sheet if no grant has sheets left. */
  async resumePlot(by: string): Promise<void> {
    const { job, session } = this
    const wasPaused = this.#holding.isPaused
    if (wasPaused) this.#holding.isPaused = false
    this.#parts.changed(false)
    if (this.state.is === 'idle' && (job !== undefined || wasPaused)) {
      if (job !== undefined && !session.mayBegin(job) && !session.wantsFeeding()) await this.ready(by, {})
    } else if (!(await this.marks.resumePlot(heldJob(this.#holding)))) await this.session.resume()
  }

  /** Sets pen heights and drawing speed until the plotter is disconnected. */
  async adjust(changes: Adjustments): Promise<void> {
    await this.session.adjust(changes)
    this.#times.adjust(changes)
    this.#parts.changed(false)
  }

  /** Moves along the bounds of a rendered job's ink, with the pen up. */
  async frame({ id, result, plot }: Job): Promise<void> {
    if (!result) throw new PlotdError('ERR_JOB_STATE', `job ${id} is not rendered yet`, { id })
    const request = plot ?? { plotter: this.name, copies: 1 }
    await this.session.frame(async (signal) =>
      requireReach(await this.#parts.threads.plan(result, request, this.profile, { signal }), this.profile),
    )
  }

  /**
   * Continues an interrupted job here, because a user says that its sheet is still down.
   *
   * @throws PlotdError ERR_PARAMS when `how` does not say where to continue, ERR_PLOTTER_STATE, ERR_JOB_STATE,
   *   ERR_FILE when the plan is gone; the errors of the device when plotd sets home
   */
  async resume(job: Job, how: ResumeOrder): Promise<void> {
    if (this.#holding.is !== 'empty' || this.state.is !== 'idle') {
      const why = this.job === undefined ? this.state.is : `${this.state.is}, with job ${this.job}`
      throw this.#stateError(`${this.name} is ${why}: cannot continue an interrupted job`)
    }
    if (!how.sheetBack) this.#cuts.requireOnly(job)
    if (this.#cuts.here?.id !== job.id) requireService(this.#parts.memory, this.name, this.state)
    const resuming = this.#resume(job, how)
    this.#claimed = resuming.catch(() => {}) // the caller gets the error
    await resuming
  }

  /** Finishes the stroke, or stops within it when `isImmediate`. Lifts the pen, and leaves the job to be resumed. */
  async stop(isImmediate: boolean): Promise<void> {
    this.#isStopped = true
    this.#source.close()
    this.#nextSheet.checkAgain()
    if (this.#holding.is === 'held') this.#holding.planning.abort()
    await this.session.close(isImmediate)
    await this.#claimed // a claim may still be under way
    await this.#plotted
  }

  get #mayClaim(): boolean {
    if (this.#isStopped || this.#parts.memory.maintenance || this.#holding.is === 'held') return false
    return this.state.is === 'idle' && this.state.ready
  }

  async #claim(): Promise<void> {
    const holding = claiming(this.#holding.isPaused)
    this.#holding = holding
    try {
      do {
        holding.mustClaimAgain = false
        const id = grantedJob(this.session.grant)
        const plotters = [this.name, 'any']
        const request = { stage: 'plot', holder: this.#holder, plotters, ...(id !== undefined && { id }) } as const
        const claim = await this.#parts.spool.claim(request)
        if (claim) return this.#begin(holdingOf(claim, holding))
      } while (holding.mustClaimAgain && this.#mayClaim)
    } finally {
      if (this.#holding === holding) this.#holding = emptied(holding, this.state)
    }
    await this.#checkGrant()
  }

  /** Ends a grant whose job no longer waited when the grant was given. No later event would end that grant. */
  async #checkGrant(): Promise<void> {
    const { grant } = this.session
    const id = grantedJob(grant)
    if (id === undefined) return
    const job = await this.#parts.spool.get(id)
    if (grant === this.session.grant && (!job || this.#isGone(job))) this.session.unready(JOB_GONE)
  }

  #isGone = (job: Job): boolean => isGone(job, this.#holding.is === 'claiming' || this.job === job.id)

  async #resume(job: Job, { atHome, elsewhere = false, ...how }: ResumeOrder): Promise<void> {
    // From now on nothing else begins on this plotter: no other resume, and no sheet of a new grant.
    const holding = claiming()
    this.#holding = holding
    try {
      const start = await startOf(this.site, job, how)
      const mayContinue = await requireOrigin(this.site, atHome)
      await this.#cuts.putBack(job.id)
      const claim = await this.#parts.spool.claim({ stage: 'resume', holder: this.#holder, id: job.id, elsewhere })
      if (claim) this.#begin(holdingOf(claim, holding, true), { start, mayContinue })
    } finally {
      if (this.#holding === holding) this.#holding = EMPTY
      this.wake()
    }
  }

  /** @param resumed  absent for a fresh job */
  #begin(holding: HeldJob, resumed?: Resumed): void {
    this.#holding = holding
    this.#parts.changed(false)
    this.#log.info({ job: holding.claim.job.id }, 'plotting')
    this.#plotted = this.#plot(holding, resumed)
      .catch(async (error: unknown) => {
        this.#logFailure(error)
        await interruptLater(this.#parts.spool, holding.claim, error, () => this.#isStopped)
      })
      .finally(() => {
        this.#holding = emptied(holding, this.state)
        this.#parts.changed(false)
        this.wake()
      })
  }

  async #plot(holding: HeldJob, resumed: Resumed | undefined): Promise<void> {
    const { claim, planning } = holding
    const { spool, memory } = this.#parts
    const cancel = () => {
      planning.abort()
      this.#parts.changed(false)
      if (hasPlot(this.state)) this.session.cancel().catch(this.#logFailure)
    }
    claim.signal.addEventListener('abort', cancel)
    try {
      const start =
        resumed?.start ?? (await freshStart(this.#parts, this.marks, this.profile, holding, () => this.#isStopped))
      if (!start || claim.signal.aborted) return
      if (!resumed && this.session.wantsFeeding()) await this.#nextSheet.feed(claim, 1)
      // Planning and feeding take a while, and the grant may have ended.
      if (!resumed && !this.session.mayBegin(claim.job.id)) return void (await spool.release(claim))
      if (!resumed) await this.#cuts.cover()
      await plotJob({
        spool,
        claim,
        memory,
        session: this.session,
        start: { ...start, pace: this.pace, times: this.#times },
        resumes: resumed !== undefined,
        ...(resumed && { mayContinue: resumed.mayContinue }),
        now: this.session.now,
        pens: this.pens.forPlot(() => this.session.position),
        marks: this.marks,
        isPaused: () => holding.isPaused,
        onButton: () => Object.assign(holding, { isPaused: true }),
        onMove: () => this.#parts.changed(true),
        nextSheet: (copy) => this.#nextSheet.wait(claim, copy),
      })
    } finally {
      claim.signal.removeEventListener('abort', cancel)
    }
  }

  get site(): Site {
    return siteOf(this.#parts, this.session)
  }

  #changed(state: PlotterState): void {
    this.#log.debug({ state }, 'the plotter changed its state')
    if (state.is === 'offline') this.#times.adjusted = {}
    if (this.#holding.is === 'empty') this.#holding = emptied(this.#holding, state)
    if (this.#holding.is === 'held' && hasPlot(state)) this.#holding.hasBegun = true
    this.marks.follow(state)
    this.pens.follow(state, this.session.device).catch(this.#logFailure)
    this.#parts.changed(false)
    this.#nextSheet.checkAgain()
    this.wake()
  }

  /** The job that waits only for a fresh sheet. */
  async #waiting(): Promise<Job | undefined> {
    if (this.#isStopped || this.state.is !== 'idle' || this.state.ready || this.#cuts.here) return undefined
    return waitingJob(this.#parts, this.name, this.#holding)
  }

  #stateError(message: string): PlotdError {
    return new PlotdError('ERR_PLOTTER_STATE', message, { name: this.name, state: this.state.is })
  }
}
