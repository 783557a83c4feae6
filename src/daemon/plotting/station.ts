import type { Logger } from 'pino'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Adjustments } from '../../plotter/drivers/driver.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { PlotterMemory } from '../../plotter/session/memory.ts'
import { nextPlotterState } from '../../plotter/session/next-state.ts'
import { paceFactor } from '../../plotter/session/pace.ts'
import { requireReach } from '../../plotter/session/plot-run.ts'
import { PlotterSession } from '../../plotter/session/session.ts'
import type { WakeLock } from '../../plotter/session/session-options.ts'
import type { PlotterState } from '../../plotter/session/state.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import type { PlotterConfig } from '../config/schema.ts'
import type { Parsed, Result, WirePlotter } from '../protocol/index.ts'
import { loadPlan } from '../render/plans.ts'
import type { Workshop } from '../render/thread-pools.ts'
import { CutSheets } from './cut-sheets.ts'
import { asking, EMPTY, type Full, full, type Hands } from './holding.ts'
import { pacedSheet } from './paced-sheet.ts'
import { type PlotStart, plotJob, type Sheet } from './plot-job.ts'
import { plotterView } from './plotter-view.ts'
import type { ResumeHow } from './resume-point.ts'
import { type Origin, placeOf, requireOrigin, type Site, startOf, trace } from './resuming.ts'
import { sessionSheet } from './session-sheet.ts'

export interface StationParts {
  readonly config: PlotterConfig
  /** Of this plotter and no other in this process, the same after a restart. */
  readonly owner: string
  readonly profile: Profile
  readonly spool: Spool
  readonly workshop: Workshop
  readonly log: Logger
  readonly memory: PlotterMemory
  readonly wakeLock: WakeLock
  /** How long a grant lasts, ms. */
  readonly grantMs: number
  /** Interrupted jobs, as they are at the start. */
  readonly interrupted: readonly Job[]
  /** Told of each change; `onlyMoved` when it is but the position. */
  readonly changed: (onlyMoved: boolean) => void
}

type ReadyOrder = Omit<Parsed<'plotter.ready'>, 'name'>
/** How an interrupted job goes on, with what the person says of the plotter. */
type ResumeOrder = ResumeHow & Origin & Pick<Parsed<'job.resume'>, 'sheetBack'>

/** One plotter and the jobs that it draws, one at a time. Takes a job only when a person said that it is ready. */
export class Station {
  readonly session: PlotterSession
  readonly #parts: StationParts
  readonly #log: Logger
  readonly #cuts: CutSheets
  #hands: Hands = EMPTY
  /** The last question for a job, and the last job: over when they are answered and settled. */
  #asked: Promise<void> = Promise.resolve()
  #work: Promise<void> = Promise.resolve()
  #stopped = false
  /** What a person set; a new link begins as planned. */
  #adjusted: Adjustments = {}
  /** Ends a look at whether the next sheet is ready; there may be another. */
  #looked = () => {}

  constructor(parts: StationParts) {
    this.#parts = parts
    this.#log = parts.log.child({ plotter: parts.config.name })
    const { config, profile, memory, owner, wakeLock } = parts
    this.#cuts = new CutSheets(config.name, memory, parts.interrupted)
    this.session = new PlotterSession({
      url: config.url,
      profile,
      memory,
      owner,
      wakeLock,
      gate: config.gate,
      onChange: (state) => this.#changed(state),
      onGrantEnd: (grant, why) => {
        this.#log.info({ grant, why }, 'a grant ended')
        queueMicrotask(() => this.#parts.changed(false))
      },
    })
    this.#blockWhileCut()
  }

  get name(): string {
    return this.#parts.config.name
  }

  get profile(): Profile {
    return this.session.device?.profile ?? this.#parts.profile
  }

  /** What its plots take against their estimates. */
  get pace(): number {
    return paceFactor(this.#parts.memory.pace)
  }

  get state(): PlotterState {
    return this.session.state
  }

  /** The job that this plotter holds: being drawn, paused, or between two sheets. */
  get job(): string | undefined {
    return this.#hands.is === 'full' ? this.#hands.claim.job.id : undefined
  }

  view(queuePaused: boolean): WirePlotter {
    const { config, profile, memory } = this.#parts
    return plotterView(config, profile, this.session, memory, this.#adjusted, queuePaused, this.#cuts.here)
  }

  /**
   * A person says that a fresh sheet is down.
   *
   * @param by  name of the person's token
   * @throws PlotdError ERR_PLOTTER_STATE, and why the job at the head cannot be drawn
   */
  async ready(by: string, { job: wanted, sheets, newSheet }: ReadyOrder): Promise<void> {
    const { config, grantMs: limitMs } = this.#parts
    nextPlotterState(this.state, { type: 'ready' })
    if (!newSheet) this.#cuts.requireNone('begin another sheet')
    const head = await this.#head(wanted)
    if (!head && sheets === undefined && config.gate) {
      const message = `nothing waits for ${this.name}: submit a job first, or give a grant for sheets (--sheets 1)`
      throw new PlotdError('ERR_PLOTTER_STATE', message, { name: this.name, state: this.state.is })
    }
    if (head?.status === 'rendered') await this.#parts.workshop.checkDrawable(head, this)
    if (newSheet) await this.#cuts.takeOff()
    const purpose =
      sheets === undefined && head ? { job: head.id, title: head.title } : { sheets: sheets ?? 1, of: sheets ?? 1 }
    await this.session.ready({ by, for: purpose, limitMs })
    this.#log.info({ grant: this.session.grant }, 'a grant was given')
    await this.#checkGrant()
  }

  unready(): void {
    if (!this.#parts.config.gate) {
      throw new PlotdError('ERR_PLOTTER_STATE', `the gate of ${this.name} is off: pause its queue instead`, {
        name: this.name,
      })
    }
    this.session.unready()
  }

  /** To be told of each job that changes. */
  jobChanged(job: Job): void {
    const before = this.#cuts.here
    this.#cuts.note(job)
    this.#blockWhileCut()
    const { grant } = this.session
    if (grant && 'job' in grant.for && grant.for.job === job.id && this.#isGone(job)) this.#grantLost()
    else if (before !== this.#cuts.here) this.#parts.changed(false)
  }

  jobRemoved(id: string): void {
    this.#cuts.forget(id)
    const { grant } = this.session
    if (grant && 'job' in grant.for && grant.for.job === id) this.#grantLost()
  }

  /** Pen height and drawing speed, for what is not drawn yet. */
  async adjust(changes: Adjustments): Promise<void> {
    await this.session.adjust(changes)
    this.#adjusted = changes
    this.#parts.changed(false)
  }

  /** Something changed, in the spool or on the plotter: there may be a job to draw. */
  wake(): void {
    if (this.#hands.is === 'asking') this.#hands.again = true
    else if (this.#mayTake()) this.#asked = this.#ask().catch((error: unknown) => this.#trouble(error))
  }

  /** At the next pen-up moment, or at once; before the first stroke, when the plan is still being made. */
  async pause(now: boolean): Promise<void> {
    if (this.state.is === 'idle' && this.#hands.is !== 'empty') this.#hands.paused = true
    else await this.session.pause({ now })
  }

  /** A person's word that a pause is over, whatever it was for. */
  async goOn(by: string): Promise<void> {
    if (this.#hands.is !== 'empty') this.#hands.paused = false
    if (this.job !== undefined && this.state.is === 'idle') await this.ready(by, {})
    else await this.session.resume()
  }

  /** Walks round the ink of a job that was rendered, with the pen up. */
  async frame({ id, result, plot }: Job): Promise<void> {
    const { profile } = this
    const { workshop } = this.#parts
    if (!result) throw new PlotdError('ERR_JOB_STATE', `job ${id} is not rendered yet`, { id })
    const asked = plot ?? { plotter: this.name, copies: 1 }
    const hash = await workshop.plan(result.path, asked, profile)
    const plan = await loadPlan(workshop.plans, hash)
    await this.session.frame(await requireReach(plan, profile))
  }

  /**
   * A person's word that an interrupted job goes on here: its sheet is still down.
   *
   * @throws PlotdError ERR_PARAMS when it is not said how, ERR_PLOTTER_STATE, ERR_FILE when the plan is gone
   */
  async resume(job: Job, how: ResumeOrder): Promise<void> {
    if (this.#hands.is !== 'empty' || this.state.is !== 'idle') throw this.#busy('go on with an interrupted job')
    if (!how.sheetBack) this.#cuts.requireOnly(job)
    const resuming = this.#resume(job, how)
    this.#asked = resuming.catch(() => {}) // whoever said so is told
    await resuming
  }

  /** Where an interrupted job stopped, and where it would go on. */
  placeOf(job: Job, how: ResumeHow): Promise<Result<'job.place'>> {
    return placeOf(this.#site, job, how)
  }

  /** To where an interrupted job would go on, with the pen up. */
  trace(job: Job, how: ResumeHow & Origin): Promise<void> {
    return trace(this.#site, job, how)
  }

  /** Finishes the stroke, lifts the pen, and leaves the job to be resumed. With `now`, lifts the pen at once. */
  async stop(now: boolean): Promise<void> {
    this.#stopped = true
    this.#looked()
    if (this.#hands.is === 'full') this.#hands.planning.abort()
    await this.session.close(now)
    await this.#asked // a job may just be on its way to us
    await this.#work
  }

  async #ask(): Promise<void> {
    const hands = asking()
    this.#hands = hands
    try {
      do {
        hands.again = false
        const plotters = [this.name, 'any']
        const { grant } = this.session
        const only = grant && 'job' in grant.for ? { id: grant.for.job } : {}
        const claim = await this.#parts.spool.claim({ stage: 'plot', holder: this.name, plotters, ...only })
        if (claim) return this.#begin(full(claim, hands), undefined, false)
      } while (hands.again && this.#mayTake())
    } finally {
      if (this.#hands === hands) this.#hands = EMPTY
    }
    await this.#checkGrant()
  }

  /** The job that the next sheet is for: the one that is held, or the first in the queue. */
  async #head(wanted: string | undefined): Promise<Job | undefined> {
    const { spool } = this.#parts
    const head = this.#hands.is === 'full' ? this.#hands.claim.job : await spool.head([this.name, 'any'])
    if (wanted === undefined || head?.id === wanted) return head
    const next = head ? `is ${head.id} (${head.title})` : 'there is none'
    const message = `the next job for ${this.name} ${next}, not ${wanted}`
    throw new PlotdError('ERR_PLOTTER_STATE', message, { name: this.name, next: head?.id, job: wanted })
  }

  /** Ends a grant whose job no longer waits: what happened to it before the grant was there, nobody told. */
  async #checkGrant(): Promise<void> {
    const { grant } = this.session
    if (!grant || !('job' in grant.for)) return
    const job = await this.#parts.spool.get(grant.for.job)
    if (grant === this.session.grant && (!job || this.#isGone(job))) this.#grantLost()
  }

  #isGone({ id, status }: Job): boolean {
    if (status === 'queued' || status === 'started' || status === 'rendered') return false
    const mine = this.#hands.is === 'asking' || this.job === id
    return !(mine && (status === 'plotting' || status === 'paused'))
  }

  #grantLost(): void {
    this.session.unready('its job no longer waits for this plotter')
  }

  #blockWhileCut(): void {
    if (this.#cuts.here) this.session.block()
  }

  async #resume(job: Job, { atHome, ...how }: ResumeOrder): Promise<void> {
    // From here on nothing else begins on this plotter, be it another word or a sheet that is made ready.
    const hands = asking()
    this.#hands = hands
    try {
      const start = await startOf(this.#site, job, how)
      await requireOrigin(this.#site, atHome)
      await this.#cuts.putBack(job.id)
      const claim = await this.#parts.spool.claim({ stage: 'resume', holder: this.name, id: job.id })
      if (claim) this.#begin(full(claim, hands), start, true)
    } finally {
      if (this.#hands === hands) this.#hands = EMPTY
      this.wake()
    }
  }

  #mayTake(): boolean {
    return !this.#stopped && this.#hands.is !== 'full' && this.state.is === 'idle' && this.state.ready
  }

  #begin(hands: Full, start: PlotStart | undefined, goesOn: boolean): void {
    this.#hands = hands
    this.#log.info({ job: hands.claim.job.id }, 'plotting')
    this.#work = this.#plot(hands, start, goesOn)
      .catch((error: unknown) => this.#trouble(error))
      .finally(() => {
        this.#hands = EMPTY
        this.wake()
      })
  }

  async #plot(hands: Full, start: PlotStart | undefined, goesOn: boolean): Promise<void> {
    const { claim, planning } = hands
    const cancel = () => {
      planning.abort()
      const { is } = this.state
      if (is === 'plotting' || is === 'paused') this.session.cancel().catch((error: unknown) => this.#trouble(error))
    }
    claim.signal.addEventListener('abort', cancel)
    try {
      const ready = start ?? (await this.#planned(hands))
      if (!ready || claim.signal.aborted) return
      // Planning takes a while: the plotter may be gone, and the fresh sheet with it.
      if (!goesOn && !this.session.mayBegin(claim.job.id)) return void (await this.#parts.spool.release(claim))
      await plotJob(this.#parts.spool, claim, this.#sheet(hands, goesOn), { ...ready, pace: this.pace })
    } finally {
      claim.signal.removeEventListener('abort', cancel)
    }
  }

  /** The plan for a fresh sheet; undefined when there can be none, which the job is told. */
  async #planned({ claim, planning }: Full): Promise<PlotStart | undefined> {
    const { spool, workshop } = this.#parts
    const { plot, result } = claim.job
    try {
      if (!plot || !result) throw new PlotdError('ERR_INTERNAL', `job ${claim.job.id} was not rendered for a plot`)
      if (this.#stopped || claim.signal.aborted) planning.abort()
      const hash = await workshop.plan(result.path, plot, this.profile, planning.signal)
      return { plan: await loadPlan(workshop.plans, hash), from: 0, copiesDone: 0, plotter: this.name }
    } catch (thrown) {
      if (claim.signal.aborted) return undefined
      const { code, message } = toPlotdError(thrown)
      if (this.#stopped) await spool.release(claim)
      else await spool.fail(claim, { code, message })
      return undefined
    }
  }

  get #site(): Site {
    return { name: this.name, session: this.session, plans: this.#parts.workshop.plans }
  }

  #sheet(hands: Full, goesOn: boolean): Sheet {
    const nextSheet = (signal: AbortSignal) => this.#nextSheet(hands.claim.job.id, signal)
    const isPaused = () => hands.paused
    const moved = () => this.#parts.changed(true)
    const sheet = sessionSheet(this.session, hands.claim, { goesOn, isPaused, nextSheet, moved })
    return pacedSheet(sheet, this.#parts.memory)
  }

  #changed(state: PlotterState): void {
    this.#log.debug({ state }, 'plotter')
    if (state.is === 'offline') this.#adjusted = {}
    this.#parts.changed(false)
    this.#looked()
    this.wake()
  }

  /** The plotter is not asked to do anything: it waits for `ready` like before any sheet. */
  async #nextSheet(job: string, signal: AbortSignal): Promise<'ready' | 'stopped'> {
    const look = (): void => this.#looked()
    signal.addEventListener('abort', look)
    while (!signal.aborted && !this.#stopped && !this.session.mayBegin(job)) {
      await new Promise<void>((resolve) => {
        this.#looked = resolve
      })
    }
    signal.removeEventListener('abort', look)
    return this.#stopped ? 'stopped' : 'ready'
  }

  #busy(wish: string): PlotdError {
    const { is } = this.state
    const why = this.job === undefined ? is : `${is}, with job ${this.job}`
    return new PlotdError('ERR_PLOTTER_STATE', `${this.name} is ${why}: cannot ${wish}`, { name: this.name, state: is })
  }

  /** Where the spool cannot be told, the plot waits by itself: no stroke is begun that is not written down. */
  #trouble(thrown: unknown): void {
    const error = toPlotdError(thrown)
    if (error.code !== 'ERR_CLAIM_LOST') this.#log.error({ error }, 'plotting')
  }
}
