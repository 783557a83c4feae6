import type { Low } from 'lowdb'
import { decodeTime, incrementBase32, ulid } from 'ulid'
import type { Archive } from '../archive.ts'
import type { SpoolData } from '../data.ts'
import { FINAL, type Job } from '../job.ts'
import { isFinal } from '../next.ts'
import { before, drawers } from '../order.ts'
import type { SpoolEvent } from '../spool.ts'
import type { Feed } from './feed.ts'
import { Fifo } from './fifo.ts'
import { Heap } from './heap.ts'
import { digestOf } from './keys.ts'

/**
 * The working state: the jobs in lowdb, the orders in which they are taken, and what is still to be announced.
 * It runs ahead of the disk; `commit` waits for the disk and then tells the feed.
 */
export class Ledger {
  readonly #db: Low<SpoolData>
  readonly #archive: Archive
  readonly #feed: Feed
  readonly #jobs: Map<string, Job>
  readonly #isCurrent = (job: Job): boolean => this.#jobs.get(job.id) === job
  readonly #renders = new Heap<Job>(before, this.#isCurrent)
  readonly #plots = new Map<string, Heap<Job>>()
  /** Jobs that have ended and are in memory, first the one that ended first. */
  readonly #ended = new Fifo<Job>(this.#isCurrent)
  readonly #keys = new Map<string, string>()
  #events: SpoolEvent[] = []
  #failure: unknown
  /** What everybody of this turn waits for. */
  #sharing: Promise<void> | undefined
  #lastTime = 0
  #lastId = ''
  #lastIdTime = -1
  #lowest = 0
  #highest = 0
  #endedCount = 0

  constructor(db: Low<SpoolData>, archive: Archive, feed: Feed) {
    this.#db = db
    this.#jobs = db.data.jobs
    this.#archive = archive
    this.#feed = feed
    const ended: Job[] = []
    for (const job of this.#jobs.values()) {
      if (isFinal(job)) ended.push(job)
      else this.#index(job)
    }
    for (const job of ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))) this.#index(job)
    this.#lastTime = timeOfNewest(this.jobs(), archive.rows())
  }

  job(id: string): Job | undefined {
    return this.#jobs.get(id)
  }

  jobs(): Iterable<Job> {
    return this.#jobs.values()
  }

  /** Sorts after every id there is, even when the clock has been put back. */
  newId(now: number): string {
    this.#lastTime = Math.max(this.#lastTime, now)
    // Ids must differ, not be secret: asking the system for each would cost more than the rest of submitting.
    this.#lastId =
      this.#lastTime === this.#lastIdTime
        ? this.#lastId.slice(0, TIME) + incrementBase32(this.#lastId.slice(TIME))
        : ulid(this.#lastTime, Math.random)
    this.#lastIdTime = this.#lastTime
    return this.#lastId
  }

  lastOrder(): number {
    return this.#highest + 1
  }

  firstOrder(): number {
    return this.#lowest - 1
  }

  /** The id of the job that has this idempotency key. The job may be forgotten. */
  keyed(key: string): string | undefined {
    return this.#keys.get(key) ?? this.#archive.keyed(key) ?? this.#db.data.keys.get(digestOf(key))
  }

  /** Jobs in memory that have ended. */
  get endedCount(): number {
    return this.#endedCount
  }

  /** @param quiet  the change was announced already */
  put(job: Job, quiet = false): void {
    const old = this.#jobs.get(job.id)
    if (old !== undefined) this.#unindex(old)
    this.#feed.jobs.keep(job.id, old)
    this.#jobs.set(job.id, job)
    this.#index(job)
    if (!quiet) this.#events.push({ type: 'changed', job })
  }

  /** A job under an id of its own, as `newId` gives it. */
  add(job: Job): void {
    this.#feed.jobs.keep(job.id, undefined)
    this.#jobs.set(job.id, job)
    this.#index(job)
    this.#events.push({ type: 'changed', job })
  }

  /** Also when the job is archived. */
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

  /** These have gone to the archive. Of what has ended the world was told long ago. */
  retire(jobs: Iterable<Job>): void {
    for (const job of jobs) {
      this.#endedCount--
      this.#unkey(job)
    }
  }

  setPaused(name: string, paused: boolean): void {
    const table = this.#db.data.paused
    if (paused === table.has(name)) return
    if (paused) table.set(name, true)
    else table.delete(name)
    this.#events.push({ type: 'queue', paused: [...table.keys()] })
  }

  isPaused(name: string): boolean {
    return this.#db.data.paused.has(name)
  }

  nextRender(): Job | undefined {
    return this.#renders.peek()
  }

  nextPlot(names: readonly string[]): Job | undefined {
    const first = names.map((name) => this.#plots.get(name)?.peek()).filter((job) => job !== undefined)
    return first.reduce<Job | undefined>(
      (best, job) => (best === undefined || before(job, best) ? job : best),
      undefined,
    )
  }

  /** The highest priority of any job that waits for its turn. */
  topPriority(): number {
    const waiting = [this.#renders.peek(), this.nextPlot([...this.#plots.keys()])]
    return Math.max(1, ...waiting.map((job) => job?.priority ?? 1))
  }

  /** The job in memory that ended first. */
  oldestEnded(): Job | undefined {
    return this.#ended.peek()
  }

  /** The jobs in memory that ended, oldest first, but for the newest few. */
  endedBeyond(few: number): readonly Job[] {
    return this.#ended.first(Math.max(0, this.#endedCount - few))
  }

  /** Resolves when everything up to now is on the disk and announced. One write, and one promise, for a whole turn. */
  commit(): Promise<void> {
    this.#sharing ??= this.#write()
    return this.#sharing
  }

  /** Why nothing can be kept any more, when that is so. */
  get failure(): unknown {
    return this.#failure
  }

  async #write(): Promise<void> {
    await new Promise((turn) => setImmediate(turn))
    this.#sharing = undefined
    const events = this.#events
    this.#events = []
    try {
      await this.#db.write()
    } catch (error) {
      this.#failure = error
      throw error
    }
    for (const event of events) this.#feed.announce(event)
  }

  #index(job: Job): void {
    this.#lowest = Math.min(this.#lowest, job.order)
    this.#highest = Math.max(this.#highest, job.order)
    if (job.idempotencyKey !== undefined) this.#keys.set(job.idempotencyKey, job.id)
    if (job.status === 'queued') this.#renders.push(job)
    else if (job.status === 'rendered') {
      for (const name of drawers(job.plot, job.result)) this.#plotsOf(name).push(job)
    } else if (isFinal(job)) {
      this.#ended.push(job)
      this.#endedCount++
    }
  }

  /** The orders pass over what is replaced by themselves; only the counts must be told. */
  #unindex({ status }: Job): void {
    if (FINAL.has(status)) this.#endedCount--
  }

  #plotsOf(plotter: string): Heap<Job> {
    const heap = this.#plots.get(plotter) ?? new Heap<Job>(before, this.#isCurrent)
    this.#plots.set(plotter, heap)
    return heap
  }

  #unkey({ idempotencyKey }: Job): void {
    if (idempotencyKey !== undefined) this.#keys.delete(idempotencyKey)
  }
}

/** Characters of an id that tell the time. */
const TIME = 10

/** Ids sort by time, so one comparison each finds the newest. */
function timeOfNewest(...lists: readonly Iterable<{ readonly id: string }>[]): number {
  let newest = ''
  for (const list of lists) for (const { id } of list) if (id > newest) newest = id
  return newest === '' ? 0 : decodeTime(newest)
}
