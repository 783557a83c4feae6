import type { Logger } from 'pino'
import { toPlotdError } from '../../errors.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import type { Job } from '../../spool/job.ts'
import type { PlotterConfig } from '../config/schema.ts'
import type { WirePlotter } from '../protocol/index.ts'
import { feederFacts, runFeeder } from './feeder-command.ts'

export interface SheetSourceParts {
  readonly config: Pick<PlotterConfig, 'name' | 'between' | 'feed' | 'button'>
  readonly session: PlotterSession
  readonly log: Logger
  /** The job that waits for a grant; undefined when no job waits. */
  readonly waiting: () => Promise<Job | undefined>
  /** Called when the user has pressed the board's button. The press says that a fresh sheet is down for this job. */
  readonly ready: (job: string) => Promise<void>
  readonly changed: () => void
}

type FeederState = NonNullable<WirePlotter['feeder']>

/** The sources of fresh sheets besides a user's `ready`: the feeder of the configuration, and the board's button. */
export class SheetSource {
  readonly #parts: SheetSourceParts
  #feeder: FeederState = { is: 'waits' }
  /** The job for which the button gives a grant. */
  #buttonWatch: { readonly job: string; readonly end: () => void } | undefined
  #updating: Promise<void> | undefined
  #mustUpdateAgain = false

  constructor(parts: SheetSourceParts) {
    this.#parts = parts
  }

  get hasFeeder(): boolean {
    return this.#parts.config.between !== undefined || this.#parts.config.feed !== undefined
  }

  /** The feeder as clients see it; undefined when the configuration has none. */
  get feeder(): FeederState | undefined {
    return this.hasFeeder ? this.#feeder : undefined
  }

  get isFeeding(): boolean {
    return this.#feeder.is === 'feeding'
  }

  /** Clears a failure of the feeder, because a user has granted a sheet since. */
  clearFailure(): void {
    if (this.#feeder.is === 'failed') this.#become({ is: 'waits' })
  }

  /**
   * Brings a fresh sheet for a copy of a job.
   *
   * @param copy  counts from 1
   * @returns whether the sheet is there; when false, the grant has ended
   */
  async feed(job: Job, copy: number): Promise<boolean> {
    const { config, session, log } = this.#parts
    const { name, between, feed } = config
    this.#become({ is: 'feeding', job: job.id, since: Date.now() })
    const purpose = session.grant?.for
    const sheetsLeft = purpose && 'sheets' in purpose ? purpose.sheets : 0
    try {
      await session.feed(job.id, async (driver, signal) => {
        if (between) await runFeeder(between, feederFacts(name, job, copy, sheetsLeft), signal)
        else if (feed) await driver.feed?.(feed, signal)
      })
      this.#become({ is: 'waits' })
      return true
    } catch (thrown) {
      const { message } = toPlotdError(thrown)
      log.warn({ job: job.id, why: message }, 'the feeder brought no sheet')
      this.#become({ is: 'failed', why: message, at: Date.now() })
      return false
    }
  }

  /** Begins or stops watching the button. Call this method after each change: another job may wait for a sheet now. */
  updateButton(): void {
    if (this.#parts.config.button !== 'ready') return
    if (this.#updating) this.#mustUpdateAgain = true
    else {
      this.#updating = this.#updateButton().finally(() => {
        this.#updating = undefined
        if (this.#mustUpdateAgain) this.updateButton()
      })
    }
  }

  close(): void {
    this.#buttonWatch?.end()
    this.#buttonWatch = undefined
  }

  async #updateButton(): Promise<void> {
    this.#mustUpdateAgain = false
    const job = await this.#parts.waiting().catch(() => undefined)
    if (this.#buttonWatch?.job === job?.id) return
    this.close()
    if (!job) return
    const { id } = job
    const end = this.#parts.session.watchButton(() => {
      this.#parts.ready(id).catch((thrown: unknown) => {
        this.#parts.log.warn({ job: id, why: toPlotdError(thrown).message }, 'the press of the button gave no grant')
      })
    })
    this.#buttonWatch = { job: id, end }
  }

  #become(feeder: FeederState): void {
    this.#feeder = feeder
    this.#parts.changed()
  }
}
