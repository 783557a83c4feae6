import type { Low } from 'lowdb'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Archive } from '../archive.ts'
import type { Clock } from '../clock.ts'
import type { SpoolData } from '../data.ts'
import type { Job } from '../job.ts'
import { unknownJob } from '../job-errors.ts'
import type { ParamsFiles } from '../journal/params-files.ts'
import { isFinal, type JobEvent, next } from '../next.ts'
import type { LogEntry, Recovery } from '../spool.ts'
import { AnnouncedJobs } from './announced-jobs.ts'
import { Claims } from './claims.ts'
import { Feed } from './feed.ts'
import { Ledger } from './ledger.ts'
import { LeftOut } from './left-out.ts'
import { Waiting } from './waiting.ts'

export interface CoreOptions {
  readonly clock: Clock
  /** Returns a random number, 0 … 1, that scatters retries. */
  readonly random: () => number
  readonly archive: Archive
  readonly params?: ParamsFiles
}

/** After each start, event numbers continue from the next multiple of this number. */
const EVENTS_PER_START = 2 ** 32

/** The working state, and what the verbs share. When a job ends, `Core` also changes the jobs that depend on it. */
export class Core {
  readonly db: Low<SpoolData>
  readonly clock: Clock
  readonly random: () => number
  readonly archive: Archive
  readonly params: ParamsFiles | undefined
  readonly claims = new Claims()
  readonly leftOut = new LeftOut()
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
    const start = (meta.get('lives') ?? 0) + 1
    meta.set('lives', start)
    this.feed = new Feed(start * EVENTS_PER_START, new AnnouncedJobs(jobs))
    this.ledger = new Ledger(db, options.archive, this.feed)
    this.waiting = new Waiting(this.ledger, options.archive, options.clock, () => this.commitInBackground())
    this.recovery = this.#recover()
    this.feed.open([...paused.keys()])
  }

  /**
   * Applies an event to a job. If the event ends the job, also changes the jobs that depend on it. Does not commit.
   *
   * @returns the changed job
   */
  apply(job: Job, event: JobEvent): Job {
    const { unsaved } = this.claims.get(job.id) ?? {}
    const changed = next(unsaved === undefined ? job : { ...job, progress: unsaved }, event, this.clock.now())
    this.put(changed)
    return changed
  }

  put(job: Job): void {
    this.ledger.put(job)
    this.waiting.note(job)
    this.waiting.settle()
  }

  /** Gives a stored job its place in the queue. A parent may have ended since the submit checked the job's parents. */
  enlist(job: Job): void {
    if (this.ledger.enlist(job)) this.waiting.note(job)
    if (job.dependsOn.length > 0) this.review(job.id)
  }

  /** Updates a job to the present state of its parents. */
  review(id: string): void {
    const job = this.ledger.job(id)
    if (job === undefined || job.dependsOn.length === 0) return
    this.waiting.review(job)
    this.waiting.settle()
  }

  /** @throws PlotdError ERR_JOB_UNKNOWN; ERR_JOB_STATE when the job is archived */
  need(id: string): Job {
    const job = this.ledger.job(id)
    if (job !== undefined) return job
    const status = this.archive.row(id)?.status
    if (status === undefined) throw unknownJob(id)
    const message = `job ${id} is ${status} and in the archive: it cannot be changed`
    throw new PlotdError('ERR_JOB_STATE', message, { id, status })
  }

  /**
   * Calls `act` with the job's present state, also when the job is archived. `act` runs in the same turn in which the
   * state is read. A verb that awaited the job first could act on a state that another verb has changed.
   *
   * @param act  gets the log of the job too
   * @throws PlotdError ERR_JOB_UNKNOWN; ERR_SPOOL_DAMAGED when the job is archived and cannot be read
   */
  async decide<T>(id: string, act: (job: Job, log: readonly LogEntry[]) => T): Promise<T> {
    const logInMemory = (): readonly LogEntry[] => this.db.data.logs.get(id) ?? []
    const inMemory = this.ledger.job(id)
    if (inMemory !== undefined) return act(inMemory, logInMemory())
    const archived = await this.archive.read(id)
    const present = this.ledger.job(id)
    if (present !== undefined) return act(present, logInMemory())
    if (archived === undefined || this.archive.row(id) === undefined) throw unknownJob(id)
    return act(archived.job, archived.log)
  }

  /**
   * Removes a job from the archive, if it is there, and keeps its log. Until the next commit is announced, readers see
   * the job as it was archived. Call this before `put`.
   */
  unarchive(job: Job, log: readonly LogEntry[]): void {
    const { id } = job
    if (this.archive.row(id) === undefined) return
    if (log.length > 0) this.db.data.logs.set(id, log)
    this.feed.jobs.keep(id, job)
    this.archive.forget(id)
  }

  /** The job with its params. @throws the errors of `ParamsFiles.read` */
  async withParams(job: Job): Promise<Job> {
    if (job.paramsFile === undefined || this.params === undefined) return job
    return { ...job, params: await this.params.read(job.paramsFile) }
  }

  /** The job for display. A job whose params cannot be read has `paramsError` in their place. */
  async forDisplay(job: Job): Promise<Job> {
    try {
      return await this.withParams(job)
    } catch (thrown) {
      const { code, message } = toPlotdError(thrown)
      return { ...job, params: null, paramsError: { code, message } }
    }
  }

  commit(): Promise<void> {
    return this.ledger.commit()
  }

  /** Commits without waiting. When the disk fails, every later `commit` throws. */
  commitInBackground(): void {
    this.commit().catch(() => {})
  }

  /** Updates the jobs after a restart: renders are queued again or fail, and plots are interrupted. */
  #recover(): Recovery {
    const requeued: string[] = []
    const interrupted: string[] = []
    for (const job of [...this.ledger.jobs()]) {
      const after = next(job, { type: 'restart' }, this.clock.now())
      if (after !== job) {
        ;(after.status === 'interrupted' ? interrupted : requeued).push(job.id)
        this.ledger.put(after, true)
      }
      if (after !== job || !isFinal(after)) this.waiting.note(after)
    }
    this.waiting.settle() // a job that has failed here fails its children too
    return { requeued, interrupted }
  }
}
