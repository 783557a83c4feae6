/**
 * The room `queue`: the verbs of the spool over lowdb. `core` with `ledger` is the working state. `submit`, `work`,
 * `operator`, `import` and `listing` have the longer verbs. `feed` announces a change only when the change is on the
 * disk, but announces progress before the progress is on the disk. `../embedded.ts` and `../memory.ts` open the engine.
 *
 * Words of all files:
 *
 * - working state: all jobs in memory with every change so far, also a change that is not on the disk yet
 * - announced: told to the listeners. Readers such as `get` and `list` see the announced state
 * - record: one version of a job. A change replaces the record; the newest record of a job is current
 * - parent, child: a child is a job that waits for the end of other jobs, its parents (`dependsOn`)
 * - order: a number; among jobs of one priority, the job with the lowest order is the first (`../order.ts`)
 * - forget: remove a job but keep the digest of its idempotency key
 */
import { PlotdError } from '../../errors.ts'
import type { InterruptReason, Job, JobError, JobResult, JobStatus, PauseReason, Progress } from '../job.ts'
import { unknownJob } from '../job-errors.ts'
import { LOG_LIMITS } from '../job-fields.ts'
import type {
  Claim,
  ClaimRequest,
  ForgottenKey,
  ImportOptions,
  InkRequest,
  JobLog,
  JobPage,
  KeyPage,
  ListFilter,
  LogEntry,
  NewJob,
  Spool,
  SubmittedJob,
  Subscription,
} from '../spool.ts'
import type { Core } from './core.ts'
import type { Listener } from './feed.ts'
import { importJobs, importKeys } from './import.ts'
import { KEYS_A_PAGE, pageOfKeys } from './keys.ts'
import { countJobs, listJobs } from './listing.ts'
import * as operator from './operator.ts'
import { ClockWatch, collectParams, purgeOlderThan, type Retention, trim, trimSome } from './retention.ts'
import { submit } from './submit.ts'
import * as work from './work.ts'

const HOUR_MS = 3_600_000

/** The verbs of the embedded spool over a lowdb database. The database's adapter makes changes durable. */
export class Engine implements Spool {
  readonly #core: Core
  readonly #retention: Retention
  readonly #clockWatch = new ClockWatch()
  readonly #closeStore: () => Promise<void>
  #stopTrimming: () => void = () => {}
  #closed: Promise<void> | undefined

  constructor(core: Core, retention: Retention, closeStore: () => Promise<void>) {
    this.#core = core
    this.#retention = retention
    this.#closeStore = closeStore
    this.#trimHourly()
  }

  submit(jobs: readonly NewJob[]): Promise<readonly SubmittedJob[]> {
    return this.#closed === undefined ? submit(this.#core, jobs) : Promise.reject(closed())
  }

  async get(id: string): Promise<Job | undefined> {
    const core = this.#open()
    const job = core.feed.jobs.get(id) ?? (await core.archive.read(id))?.job
    return job && core.forDisplay(job)
  }

  async list(filter: ListFilter = {}): Promise<JobPage> {
    const { feed, archive } = this.#open()
    return listJobs(feed, archive, filter)
  }

  async counts(): Promise<Readonly<Record<JobStatus, number>>> {
    const { feed, archive } = this.#open()
    return countJobs(feed.jobs, archive)
  }

  async head(plotters: readonly string[]): Promise<Job | undefined> {
    return work.head(this.#open().feed.jobs, plotters)
  }

  claim(request: ClaimRequest): Promise<Claim | undefined> {
    return this.#closed === undefined ? work.claim(this.#core, request) : Promise.reject(closed())
  }

  async progress(claim: Claim, progress: Progress, durable = false): Promise<void> {
    return work.progress(this.#open(), claim, progress, durable)
  }

  async complete(claim: Claim, result?: JobResult): Promise<Job> {
    return this.#trimAfter(await work.complete(this.#open(), claim, result))
  }

  async fail(claim: Claim, error: JobError): Promise<Job> {
    return this.#trimAfter(await work.fail(this.#open(), claim, error))
  }

  async pause(claim: Claim, why: PauseReason, message?: string): Promise<Job> {
    return work.applyEvent(this.#open(), claim, { type: 'pause', why, ...(message !== undefined && { message }) })
  }

  async unpause(claim: Claim): Promise<Job> {
    return work.applyEvent(this.#open(), claim, { type: 'unpause' })
  }

  async interrupt(claim: Claim, why: InterruptReason, message?: string): Promise<Job> {
    return work.end(this.#open(), claim, { type: 'interrupt', why, ...(message !== undefined && { message }) })
  }

  async release(claim: Claim): Promise<Job> {
    return work.end(this.#open(), claim, { type: 'release' })
  }

  async reportInk(claim: Claim, progress: Progress): Promise<Job> {
    return work.reportInk(this.#open(), claim, progress)
  }

  async cancel(id: string): Promise<Job> {
    return this.#trimAfter(await operator.cancel(this.#open(), id))
  }

  async hold(id: string): Promise<Job> {
    return this.#change(id, (core, job) => {
      const heldJob = core.apply(job, { type: 'hold' })
      core.claims.end(id, true)
      return heldJob
    })
  }

  async unhold(id: string): Promise<Job> {
    return this.#change(id, (core, job) =>
      core.apply(job, { type: 'unhold', isWaiting: core.waiting.isWaiting(job.dependsOn) }),
    )
  }

  async top(id: string): Promise<Job> {
    return operator.top(this.#open(), id)
  }

  async move(id: string, before?: string): Promise<Job> {
    return operator.move(this.#open(), id, before)
  }

  async retry(id: string): Promise<Job> {
    return operator.retry(this.#open(), id)
  }

  async askInk(requests: readonly InkRequest[]): Promise<readonly Job[]> {
    return operator.askInk(this.#open(), requests)
  }

  async remove(id: string): Promise<void> {
    return operator.remove(this.#open(), id)
  }

  async purge(olderThanMs = 0): Promise<number> {
    const core = this.#open()
    const count = await purgeOlderThan(core, olderThanMs)
    await core.commit()
    await collectParams(core)
    return count
  }

  async pauseQueue(name: string): Promise<void> {
    this.#open().ledger.setPaused(name, true)
    await this.#core.commit()
  }

  async resumeQueue(name: string): Promise<void> {
    this.#open().ledger.setPaused(name, false)
    await this.#core.commit()
  }

  async log(id: string, message: string): Promise<void> {
    const core = this.#open()
    core.need(id)
    const { logs } = core.db.data
    const entry = Object.freeze({ at: core.clock.now(), message: message.slice(0, LOG_LIMITS.chars) })
    logs.set(id, [...(logs.get(id) ?? []), entry].slice(-LOG_LIMITS.entries))
    await core.commit()
  }

  async logs(id: string): Promise<readonly LogEntry[]> {
    const { ledger, db, archive } = this.#open()
    if (ledger.job(id) !== undefined) return db.data.logs.get(id) ?? []
    const archived = await archive.read(id)
    if (archived === undefined) throw unknownJob(id)
    return archived.log
  }

  async importLogs(all: readonly JobLog[]): Promise<void> {
    const core = this.#open()
    const { logs } = core.db.data
    for (const { id, entries } of all) {
      if (core.ledger.job(id) === undefined || logs.has(id)) continue
      logs.set(id, Object.freeze(entries.slice(-LOG_LIMITS.entries)))
    }
    await core.commit()
  }

  async subscribe(listener: Listener): Promise<Subscription> {
    return this.#open().feed.subscribe(listener)
  }

  async *export(): AsyncIterable<Job> {
    const { archive, feed } = this.#open()
    // These jobs are collected first, because a snapshot during the export may move them to the archive.
    const live: Job[] = []
    feed.jobs.forEach((job) => {
      live.push(job)
    })
    for await (const { job } of archive.scan()) yield this.#core.forDisplay(job)
    for (const job of live) yield this.#core.forDisplay(job)
  }

  async import(jobs: AsyncIterable<Job> | Iterable<Job>, options: ImportOptions = {}): Promise<number> {
    return importJobs(this.#open(), jobs, options)
  }

  async keys({ after, limit = KEYS_A_PAGE }: { after?: string; limit?: number } = {}): Promise<KeyPage> {
    return pageOfKeys(this.#open().db.data.keys, limit, after)
  }

  async importKeys(keys: readonly ForgottenKey[]): Promise<number> {
    return importKeys(this.#open(), keys)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #change(id: string, decide: (core: Core, job: Job) => Job): Promise<Job> {
    const core = this.#open()
    const job = await core.decide(id, (current) => decide(core, current))
    await core.commit()
    return job
  }

  #trimAfter(job: Job): Job {
    trimSome(this.#core, this.#retention)
    return job
  }

  #open(): Core {
    if (this.#closed === undefined) return this.#core
    throw closed()
  }

  #trimHourly(): void {
    const { clock } = this.#core
    trim(this.#core, this.#retention, this.#clockWatch.isSteady(clock.now(), HOUR_MS)).catch(() => {})
    this.#stopTrimming = clock.after(HOUR_MS, () => this.#trimHourly())
  }

  async #close(): Promise<void> {
    this.#stopTrimming()
    this.#core.waiting.close()
    this.#core.claims.endAll()
    await this.#core.commit().catch(() => {})
    await this.#closeStore()
  }
}

const closed = (): PlotdError => new PlotdError('ERR_SPOOL_WRITE', 'the spool is closed')
