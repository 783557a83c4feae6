import type { Low } from 'lowdb'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Archive } from '../archive.ts'
import type { Clock } from '../clock.ts'
import type { SpoolData } from '../data.ts'
import type { Job } from '../job.ts'
import type { ParamsFiles } from '../journal/params-files.ts'
import { isFinal, type JobEvent, next } from '../next.ts'
import { AnnouncedJobs } from './announced-jobs.ts'
import { Claims } from './claims.ts'
import { Feed } from './feed.ts'
import { Ledger } from './ledger.ts'
import { Waiting } from './waiting.ts'

export interface CoreOptions {
  readonly clock: Clock
  /** 0 … 1, scatters retries. */
  readonly random: () => number
  readonly archive: Archive
  readonly params?: ParamsFiles
}

/** What a restart found and did. */
export interface Recovery {
  /** Rendering that was cut, and is done again. */
  readonly requeued: readonly string[]
  /** Plotting that was cut, and waits for a person. */
  readonly interrupted: readonly string[]
}

/** Events are numbered from a multiple of this, a higher one after each start. */
const EVENTS_A_LIFE = 2 ** 32

/** The spool's parts, joined: a change of one job with all that follows from it. */
export class Core {
  readonly db: Low<SpoolData>
  readonly clock: Clock
  readonly random: () => number
  readonly archive: Archive
  readonly params: ParamsFiles | undefined
  readonly claims = new Claims()
  readonly feed: Feed
  readonly ledger: Ledger
  readonly waiting: Waiting
  readonly recovery: Recovery

  constructor(db: Low<SpoolData>, options: CoreOptions) {
    this.db = db
    this.clock = options.clock
    this.random = options.random
    this.archive = options.archive
    this.params = options.params
    const { meta, jobs, paused } = db.data
    const life = (meta.get('lives') ?? 0) + 1
    meta.set('lives', life)
    this.feed = new Feed(life * EVENTS_A_LIFE, new AnnouncedJobs(jobs))
    this.ledger = new Ledger(db, options.archive, this.feed)
    this.waiting = new Waiting(this.ledger, options.archive, options.clock, () => this.commitInBackground())
    this.recovery = this.#recover()
    this.feed.open([...paused.keys()])
  }

  /** The job after the event, with all that follows for other jobs, not yet committed. */
  apply(job: Job, event: JobEvent): Job {
    const { unsaved } = this.claims.of(job.id) ?? {}
    const changed = next(unsaved === undefined ? job : { ...job, progress: unsaved }, event, this.clock.now())
    this.put(changed)
    return changed
  }

  put(job: Job): void {
    this.ledger.put(job)
    this.waiting.note(job)
    this.waiting.settle()
  }

  /** A job that was not there before and has not ended. */
  add(job: Job): void {
    this.ledger.add(job)
    this.waiting.note(job)
  }

  /** Makes true what a job that came from elsewhere says of its parents. */
  review(id: string): void {
    const job = this.ledger.job(id)
    if (job === undefined || job.dependsOn.length === 0) return
    this.waiting.review(job)
    this.waiting.settle()
  }

  /** @throws PlotdError ERR_JOB_UNKNOWN */
  need(id: string): Job {
    const job = this.ledger.job(id)
    if (job === undefined) throw unknownJob(id)
    return job
  }

  /** The job, wherever it is. @throws PlotdError ERR_JOB_UNKNOWN */
  find(id: string): Promise<Job> {
    return this.decide(id, (job) => job)
  }

  /**
   * What is decided of a job, wherever it is, as it is in that very moment: while the archive is read it may be retried
   * or forgotten, and even a promise that is kept already is one turn too late.
   *
   * @throws PlotdError ERR_JOB_UNKNOWN
   */
  async decide<T>(id: string, act: (job: Job) => T): Promise<T> {
    const known = this.ledger.job(id)
    if (known !== undefined) return act(known)
    const archived = (await this.archive.read(id))?.job
    const job = this.ledger.job(id) ?? (this.archive.row(id) && archived)
    if (job === undefined) throw unknownJob(id)
    return act(job)
  }

  /** With its params, however large. */
  async whole(job: Job): Promise<Job> {
    if (job.paramsFile === undefined || this.params === undefined) return job
    return { ...job, params: await this.params.read(job.paramsFile) }
  }

  /** The same to look at: one that lost its params has more to it, and is no reason to show none. */
  async shown(job: Job): Promise<Job> {
    try {
      return await this.whole(job)
    } catch (thrown) {
      const { code, message } = toPlotdError(thrown)
      return { ...job, params: null, paramsError: { code, message } }
    }
  }

  commit(): Promise<void> {
    return this.ledger.commit()
  }

  /** For what nobody waits for. When the disk fails, the next verb says so. */
  commitInBackground(): void {
    this.commit().catch(() => {})
  }

  #recover(): Recovery {
    const requeued: string[] = []
    const interrupted: string[] = []
    for (const job of [...this.ledger.jobs()]) {
      const after = next(job, { type: 'restart' }, this.clock.now())
      if (after !== job) {
        ;(after.status === 'interrupted' ? interrupted : requeued).push(job.id)
        this.ledger.put(after, true)
      }
      if (!isFinal(after)) this.waiting.note(after)
    }
    return { requeued, interrupted }
  }
}

export const unknownJob = (id: string): PlotdError => new PlotdError('ERR_JOB_UNKNOWN', `there is no job ${id}`, { id })
