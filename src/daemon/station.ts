import type { Logger } from 'pino'
import { PlotdError } from '../errors.ts'
import type { Profile } from '../plotter/profile.ts'
import type { PlotterState } from '../plotter/state.ts'
import type { Job } from '../spool/job.ts'
import type { Claim, Spool } from '../spool/spool.ts'
import type { PlotterConfig } from './config-schema.ts'
import { profileFor } from './plot-options.ts'
import { type PlotStart, plotJob, type Sheet } from './plot-job.ts'
import { loadPlan } from './plans.ts'
import type { Parsed, WirePlotter } from './protocol/index.ts'
import type { Workshop } from './workshop.ts'

export interface StationParts {
  readonly config: PlotterConfig
  readonly profile: Profile
  readonly session: PlotterSession
  readonly spool: Spool
  readonly workshop: Workshop
  readonly log: Logger
}

type How = Pick<Parsed<'job.resume'>, 'cut' | 'from'>

/** One plotter and the jobs that it draws, one at a time. Takes a job only when a person said that it is ready. */
export class Station {
  readonly #parts: StationParts
  readonly #log: Logger
  /** The job on the plotter, from its claim until it is settled. */
  #work: Promise<void> | undefined
  #claim: Claim | undefined
  #asking = false
  #askAgain = false
  #stopped = false

  constructor(parts: StationParts) {
    this.#parts = parts
    this.#log = parts.log.child({ plotter: parts.config.name })
  }

  get name(): string {
    return this.#parts.config.name
  }

  get profile(): Profile {
    return this.#parts.profile
  }

  get session(): PlotterSession {
    return this.#parts.session
  }

  get state(): PlotterState {
    return this.#parts.session.state
  }

  /** The job that this plotter holds: being drawn, paused, or between two sheets. */
  get job(): string | undefined {
    return this.#claim?.job.id
  }

  view(queuePaused: boolean): WirePlotter {
    const { config, profile, session } = this.#parts
    const { device, position } = session
    return {
      name: config.name,
      url: config.url,
      profile: profile.name,
      widthMm: profile.width,
      heightMm: profile.height,
      gate: config.gate,
      queuePaused,
      state: session.state,
      ...(device === undefined ? {} : { device }),
      ...(position === undefined ? {} : { position }),
    }
  }

  /** Something changed, in the spool or on the plotter: there may be a job to draw. */
  wake(): void {
    if (this.#asking) this.#askAgain = true
    else this.#ask().catch((error: unknown) => this.#trouble(error))
  }

  /**
   * A person's word that an interrupted job goes on here: its sheet is still down, and the carriage is at home.
   *
   * @throws PlotdError ERR_PARAMS when it is not said how, ERR_PLOTTER_STATE, ERR_FILE when the plan is gone
   */
  async resume(job: Job, how: How): Promise<void> {
    if (this.#work || this.#asking || this.state.is !== 'idle') throw this.#busy('go on with an interrupted job')
    const start = await this.#startOf(job, how)
    this.#asking = true
    try {
      await this.session.ready()
      const claim = await this.#parts.spool.claim({ stage: 'resume', holder: this.name, id: job.id })
      if (claim) this.#begin(claim, start)
    } finally {
      this.#asking = false
    }
  }

  /** Finishes the stroke, lifts the pen, and leaves the job to be resumed. With `now`, lifts the pen at once. */
  async stop(now: boolean): Promise<void> {
    this.#stopped = true
    await this.session.close(now)
    await this.#work
  }

  async #ask(): Promise<void> {
    this.#asking = true
    try {
      do {
        this.#askAgain = false
        if (this.#mayTake()) await this.#take()
      } while (this.#askAgain)
    } finally {
      this.#asking = false
    }
  }

  #mayTake(): boolean {
    const { state } = this
    return !this.#stopped && this.#work === undefined && state.is === 'idle' && state.ready
  }

  async #take(): Promise<void> {
    const claim = await this.#parts.spool.claim({ stage: 'plot', holder: this.name, plotters: [this.name, 'any'] })
    if (claim) this.#begin(claim, undefined)
  }

  #begin(claim: Claim, start: PlotStart | undefined): void {
    this.#claim = claim
    this.#log.info({ job: claim.job.id }, 'plotting')
    this.#work = this.#plot(claim, start)
      .catch((error: unknown) => this.#trouble(error))
      .finally(() => {
        this.#work = undefined
        this.#claim = undefined
        this.wake()
      })
  }

  async #plot(claim: Claim, start: PlotStart | undefined): Promise<void> {
    const cancel = () => this.session.cancel()
    claim.signal.addEventListener('abort', cancel)
    try {
      const ready = start ?? (await this.#planned(claim))
      if (ready && !claim.signal.aborted) await plotJob(this.#parts.spool, claim, this.#sheet(claim), ready)
    } finally {
      claim.signal.removeEventListener('abort', cancel)
    }
  }
}
