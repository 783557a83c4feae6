import type { Low } from 'lowdb'
import { decodeTime, incrementBase32, ulid } from 'ulid'
import { inOwnSlices } from '../../slices.ts'
import type { Archive } from '../archive.ts'
import type { SpoolData } from '../data.ts'
import { FINAL, type Job } from '../job.ts'
import { isFinal } from '../next.ts'
import { isBefore, possiblePlotters } from '../order.ts'
import type { Change } from '../spool.ts'
import type { Feed } from './feed.ts'
import { Fifo } from './fifo.ts'
import { Heap } from './heap.ts'
import { digestOf } from './keys.ts'

/**
 * The working state: the jobs in lowdb, their orders, and the events that are still to be announced. A change applies
 * here before it is on the disk. `commit` waits for the disk, then announces the events.
 */
export class Ledger {
  readonly #db: Low<SpoolData>
  readonly #archive: Archive
  readonly #feed: Feed
  readonly #jobs: Map<string, Job>
  readonly #isCurrent = (job: Job): boolean => this.#jobs.get(job.id) === job
  readonly #renders = new Heap<Job>(isBefore, this.#isCurrent)
  readonly #plots = new Map<string, Heap<Job>>()
  /** Ended jobs in memory, in the order in which they ended or were imported. */
  readonly #ended = new Fifo<Job>(this.#isCurrent)
  readonly #keys = new Map<string, string>()
  #events: Change[] = []
  #failure: unknown
  /** The commit that all changes of this turn share. */
  #sharedCommit: Promise<void> | undefined
  #announcing: Promise<void> = Promise.resolve()
  #lastTime = 0
  #lastId = ''
  #lastIdTime = -1
  #lowestOrder = 0
  #highestOrder = 0
  #endedCount = 0

  constructor(db: Low<SpoolData>, archive: Archive, feed: Feed) {
    this.#db = db
    this.#jobs = db.data.jobs
    this.#archive = archive
    this.#feed = feed
    const ended: Job[] = []
    for (const job of this.#jobs.values()) {
      this.#addKey(job)
      if (isFinal(job)) ended.push(job)
      else this.#index(job)
    }
    for (const job of ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))) this.#index(job)
    this.#lastTime = timeAfter(knownIds(db.data, archive))
  }

  job(id: string): Job | undefined {
    return this.#jobs.get(id)
  }

  jobs(): Iterable<Job> {
    return this.#jobs.values()
  }

  /** An id that sorts after every id given before, even when the clock was set back. */
  newId(now: number): string {
    this.#lastTime = Math.max(this.#lastTime, now)
    // Ids are not secret. A secure random number for each would cost more than the rest of a submit.
    this.#lastId =
      this.#lastTime === this.#lastIdTime
        ? this.#lastId.slice(0, TIME) + incrementBase32(this.#lastId.slice(TIME))
        : ulid(this.#lastTime, Math.random)
    this.#lastIdTime = this.#lastTime
    return this.#lastId
  }

  /** An order after every existing order. */
  takeOrder(): number {
    return ++this.#highestOrder
  }

  /** An order before every existing order. */
  firstOrder(): number {
    return this.#lowestOrder - 1
  }

  /** The digest of a key, for a search among the keys of forgotten jobs; undefined when no such keys are kept. */
  keyDigest(key: string): string | undefined {
    return this.#db.data.keys.size === 0 ? undefined : digestOf(key)
  }

  /**
   * The id of the job that has this idempotency key. The job may be forgotten.
   *
   * @param digest  from `keyDigest`
   */
  idByKey(key: string, digest: string | undefined = this.keyDigest(key)): string | undefined {
    const known = this.#keys.get(key) ?? this.#archive.idByKey(key)
    return known ?? (digest === undefined ? undefined : this.#db.data.keys.get(digest))
  }

  /** The number of ended jobs in memory. */
  get endedCount(): number {
    return this.#endedCount
  }

  /** Replaces or adds a job. @param isQuiet  true for a change without an event */
  put(job: Job, isQuiet = false): void {
    const old = this.#jobs.get(job.id)
    if (old !== undefined) this.#unindex(old)
    else {
      this.#lastTime = Math.max(this.#lastTime, timeAfter([job.id])) // an imported job
      this.#addKey(job)
    }
    this.#feed.jobs.keep(job.id, old)
    this.#jobs.set(job.id, job)
    this.#index(job)
    if (!isQuiet) this.#events.push({ type: 'changed', job })
  }

  /** Adds a new job with its idempotency key, but without a place in the queue. Call `feed.jobs.keep` first. */
  store(job: Job): void {
    this.#jobs.set(job.id, job)
    this.#addKey(job)
  }

  /** Gives a stored job its place in the queue. @returns false when a later change has replaced or removed the job */
  enlist(job: Job): boolean {
    if (!this.#isCurrent(job)) return false
    this.#index(job)
    this.#events.push({ type: 'changed', job })
    return true
  }

  /** Forgets a job, also an archived one, but not its idempotency key. */
  remove(id: string): void {
    const { jobs, logs, forgotten, keys } = this.#db.data
    const job = this.#jobs.get(id)
    const key = job === undefined ? this.#archive.row(id)?.key : job.idempotencyKey
    if (key !== undefined) keys.set(digestOf(key), id)
    if (job !== undefined) {
      this.#unindex(job)
      this.#unkey(job)
      this.#feed.jobs.keep(id, job)
      jobs.delete(id)
      logs.delete(id)
    } else {
      forgotten.set(id, true)
      this.#archive.forget(id)
    }
    this.#events.push({ type: 'removed', id })
  }

  /**
   * Records that these ended jobs have moved to the archive. There is no event, because nothing else about them
   * changed.
   */
  retire(jobs: Iterable<Job>): void {
    for (const job of jobs) {
      this.#endedCount--
      this.#unkey(job)
    }
    this.#ended.peek() // also drops the records of these jobs, which are at the head
  }

  setPaused(name: string, isPaused: boolean): void {
    const table = this.#db.data.paused
    if (isPaused === table.has(name)) return
    if (isPaused) table.set(name, true)
    else table.delete(name)
    this.#events.push({ type: 'queue', paused: [...table.keys()] })
  }

  isPaused(name: string): boolean {
    return this.#db.data.paused.has(name)
  }

  /** The first queued job. @param tasks  only jobs of these tasks */
  nextRender(tasks?: readonly string[]): Job | undefined {
    const first = this.#renders.peek()
    if (first === undefined || tasks === undefined || tasks.includes(first.task)) return first
    let best: Job | undefined
    for (const job of this.jobs()) {
      if (job.status !== 'queued' || !tasks.includes(job.task)) continue
      if (best === undefined || isBefore(job, best)) best = job
    }
    return best
  }

  /** The first rendered job for one of these plotters. */
  nextPlot(names: readonly string[]): Job | undefined {
    const first = names.map((name) => this.#plots.get(name)?.peek()).filter((job) => job !== undefined)
    return first.reduce<Job | undefined>(
      (best, job) => (best === undefined || isBefore(job, best) ? job : best),
      undefined,
    )
  }

  /** The highest priority of all queued and rendered jobs. */
  topPriority(): number {
    const waiting = [this.#renders.peek(), this.nextPlot([...this.#plots.keys()])]
    return Math.max(1, ...waiting.map((job) => job?.priority ?? 1))
  }

  /** The ended job in memory that ended or was imported first. */
  oldestEnded(): Job | undefined {
    return this.#ended.peek()
  }

  /** The ended jobs in memory, except the `limit` jobs that ended or were imported last. The oldest come first. */
  endedBeyond(limit: number): readonly Job[] {
    return this.#ended.first(Math.max(0, this.#endedCount - limit))
  }

  /** Resolves when all changes so far are on the disk and announced. Calls in one turn of the loop share a write. */
  commit(): Promise<void> {
    this.#sharedCommit ??= this.#write()
    return this.#sharedCommit
  }

  /** The error of the write that failed, if any. After this error, no change can be stored. */
  get failure(): unknown {
    return this.#failure
  }

  async #write(): Promise<void> {
    await new Promise((turn) => setImmediate(turn))
    this.#sharedCommit = undefined
    const events = this.#events
    this.#events = []
    try {
      await this.#db.write()
    } catch (error) {
      this.#failure = error
      throw error
    }
    // The events of an earlier commit come first.
    this.#announcing = this.#announcing.then(() => inOwnSlices(events, (event) => this.#feed.announce(event)))
    await this.#announcing
  }

  #index(job: Job): void {
    this.#lowestOrder = Math.min(this.#lowestOrder, job.order)
    this.#highestOrder = Math.max(this.#highestOrder, job.order)
    if (job.status === 'queued') this.#renders.push(job)
    else if (job.status === 'rendered') {
      for (const name of possiblePlotters(job.plot, job.result)) this.#plotsOf(name).push(job)
    } else if (isFinal(job)) {
      this.#ended.push(job)
      this.#endedCount++
    }
  }

  /** Updates the count of ended jobs. The heaps and the queue of ended jobs skip replaced records by themselves. */
  #unindex({ status }: Job): void {
    if (FINAL.has(status)) this.#endedCount--
  }

  #plotsOf(plotter: string): Heap<Job> {
    const heap = this.#plots.get(plotter) ?? new Heap<Job>(isBefore, this.#isCurrent)
    this.#plots.set(plotter, heap)
    return heap
  }

  #addKey({ id, idempotencyKey }: Job): void {
    if (idempotencyKey !== undefined) this.#keys.set(idempotencyKey, id)
  }

  #unkey({ idempotencyKey }: Job): void {
    if (idempotencyKey !== undefined) this.#keys.delete(idempotencyKey)
  }
}

/** Characters of an id that encode its time. */
const TIME = 10
/** The greatest time that an id can encode, ms. */
const MAX_TIME = 2 ** 48 - 1

/** The earliest time for new ids, ms since 1970. A new id with the time of the newest id could sort before that id. */
function timeAfter(ids: Iterable<string>): number {
  let newest = ''
  for (const id of ids) if (id > newest) newest = id
  return newest === '' ? 0 : Math.min(MAX_TIME, decodeTime(newest) + 1)
}

/** The ids of all jobs that left a trace, including forgotten jobs. */
function* knownIds({ jobs, forgotten, keys }: SpoolData, archive: Archive): Generator<string> {
  yield* jobs.keys()
  for (const { id } of archive.rows()) yield id
  yield* forgotten.keys()
  yield* keys.values()
}
