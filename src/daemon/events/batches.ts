import { inSlices, sortInSlices } from '../../slices.ts'
import {
  FINAL,
  type Job,
  type JobStatus,
  type Progress,
  type Spent,
  type Spoils,
  UNSUCCESSFUL,
} from '../../spool/job.ts'
import type { Spool, SpoolEvent, Subscription } from '../../spool/spool.ts'

/** The fields of a batch's job that a summary of the batch needs. */
export interface BatchJob {
  readonly id: string
  readonly batch: string
  readonly row: number
  readonly title: string
  readonly status: JobStatus
  readonly priority: number
  readonly order: number
  readonly createdAt: number
  readonly endedAt?: number
  readonly owner?: string
  readonly pen?: string
  readonly copies: number
  readonly spoils?: Spoils
  readonly progress?: Progress
  readonly spent?: Spent
  /** The planned figures of one copy; 0 for a job that asks for no ink. */
  readonly planned?: { readonly inkMm: number; readonly seconds: number }
  readonly error?: string
  /** The path of the job's SVG below the output folder. */
  readonly output?: string
}

/** Limit on the jobs of one page when the batches are read from the spool. */
const PAGE = 1000
/** Jobs that are read between two checks of the clock. */
const STEP = 100

/**
 * The jobs of all batches, for requests about a batch as a whole. This class reads the spool at the first request, and
 * follows the spool's events from then on.
 */
export class Batches {
  readonly #spool: Spool
  #subscription: Promise<Subscription> | undefined
  #reading: Promise<void> | undefined
  /** The jobs by the name of the batch, then by the id of the job. */
  readonly #batches = new Map<string, Map<string, BatchJob>>()
  readonly #batchOf = new Map<string, string>()
  /** Ids of the jobs that were removed since the present reading began. A page may still have these jobs. */
  #removed: Set<string> | undefined

  constructor(spool: Spool) {
    this.#spool = spool
  }

  /** The jobs of one batch, in any order; empty when there is no batch of that name. */
  async jobs(name: string): Promise<readonly BatchJob[]> {
    await this.#ready()
    return [...(this.#batches.get(name)?.values() ?? [])]
  }

  async names(): Promise<readonly string[]> {
    await this.#ready()
    return [...this.#batches.keys()]
  }

  #ready(): Promise<void> {
    this.#reading ??= this.#read().catch((error: unknown) => {
      this.#reading = undefined
      throw error
    })
    return this.#reading
  }

  /**
   * Subscribes before it reads, so that it misses no change. A job that an event has brought is newer than the page, so
   * the page does not replace it.
   */
  async #read(): Promise<void> {
    this.#subscription ??= this.#spool.subscribe((event) => this.#event(event))
    await this.#subscription.catch((error: unknown) => {
      this.#subscription = undefined
      throw error
    })
    const removed = new Set<string>()
    this.#removed = removed
    let cursor: string | undefined
    do {
      const page = await this.#spool.list({ sort: 'newest', limit: PAGE, ...(cursor !== undefined && { cursor }) })
      if (this.#removed !== removed) return this.#ready() // events are missing since this reading began
      for (const job of page.jobs) if (!this.#batchOf.has(job.id) && !removed.has(job.id)) this.#put(job)
      cursor = page.next
    } while (cursor !== undefined)
    this.#removed = undefined
  }

  #event(event: SpoolEvent): void {
    if (event.type === 'changed') this.#put(event.job)
    else if (event.type === 'removed') this.#drop(event.id)
    else if (event.type === 'progress') this.#progress(event.id, event.progress)
    else if (event.type === 'reset') this.#forget()
  }

  /** Forgets all jobs, because events are missing. The next request reads the spool again. */
  #forget(): void {
    this.#removed = undefined
    this.#batches.clear()
    this.#batchOf.clear()
    this.#reading = undefined
  }

  #put(job: Job): void {
    const brief = briefOf(job)
    if (!brief) return
    const jobs = this.#batches.get(brief.batch) ?? new Map<string, BatchJob>()
    this.#batches.set(brief.batch, jobs.set(job.id, brief))
    this.#batchOf.set(job.id, brief.batch)
  }

  #drop(id: string): void {
    this.#removed?.add(id)
    const name = this.#batchOf.get(id)
    if (name === undefined) return
    this.#batchOf.delete(id)
    const jobs = this.#batches.get(name)
    jobs?.delete(id)
    if (jobs?.size === 0) this.#batches.delete(name)
  }

  #progress(id: string, progress: Progress): void {
    const jobs = this.#batches.get(this.#batchOf.get(id) ?? '')
    const job = jobs?.get(id)
    if (job) jobs?.set(id, { ...job, progress })
  }
}

function briefOf(job: Job): BatchJob | undefined {
  const {
    id,
    batch,
    title,
    status,
    priority,
    order,
    createdAt,
    endedAt,
    owner,
    plot,
    spoils,
    progress,
    spent,
    result,
  } = job
  if (!batch) return undefined
  return {
    id,
    batch: batch.name,
    row: batch.row,
    title,
    status,
    priority,
    order,
    createdAt,
    copies: plot?.copies ?? 1,
    ...(plot?.pen !== undefined && { pen: plot.pen }),
    ...(endedAt !== undefined && { endedAt }),
    ...(owner !== undefined && { owner }),
    ...(spoils && { spoils }),
    ...(progress && { progress }),
    ...(spent && { spent }),
    ...(result && { planned: { inkMm: plot ? result.penDownMm : 0, seconds: plot ? result.estimateSeconds : 0 } }),
    ...(result && { output: result.path }),
    ...(job.error && { error: job.error.message }),
  }
}

/** The state of a card: 'spoiled' when another job draws the card again, and the job itself was not tried again. */
export type CardStatus = JobStatus | 'spoiled'

/** One attempt at a row of a batch: its job, and whether another job draws the same row again. */
export interface Card {
  readonly job: BatchJob
  readonly status: CardStatus
  /** 1 for the first attempt at the row, 2 for the next. */
  readonly attempt: number
  readonly spoiled?: Spoils
}

/** The jobs in the order of their ids, which is the order of their submits. Sorts in slices. */
export const inOrderOfIds = (jobs: readonly BatchJob[]): Promise<readonly BatchJob[]> =>
  sortInSlices(jobs, (a, b) => (a.id < b.id ? -1 : 1))

/** Every attempt at every row, sorted by row and attempt. Reads the jobs in slices. */
export async function cardsOf(jobs: readonly BatchJob[]): Promise<readonly Card[]> {
  const { spoiledBy } = await spoilsOf(jobs)
  const attempts = new Map<string, number>()
  const cards: Card[] = []
  await inSlices(
    await inOrderOfIds(jobs), // an earlier attempt has the smaller id
    (job) => {
      const earlier = job.spoils ? (attempts.get(job.spoils.job) ?? 1) : 0
      attempts.set(job.id, earlier + 1)
      const spoiled = spoiledBy.get(job.id)
      cards.push({ job, attempt: earlier + 1, status: spoiled ? 'spoiled' : job.status, ...(spoiled && { spoiled }) })
    },
    STEP,
  )
  return sortInSlices(cards, (a, b) => a.job.row - b.job.row || a.attempt - b.attempt || (a.job.id < b.job.id ? -1 : 1))
}

interface SpoilsOfJobs {
  /** The spoiled jobs, by id, with the reason. */
  readonly spoiledBy: ReadonlyMap<string, Spoils>
  /** Ids of the jobs that do not draw a spoiled card after all, because the job of that card was tried again. */
  readonly replaced: ReadonlySet<string>
}

async function spoilsOf(jobs: readonly BatchJob[]): Promise<SpoilsOfJobs> {
  const redraws = new Map<string, BatchJob>()
  await inSlices(jobs, (job) => void (job.spoils && redraws.set(job.spoils.job, job)), STEP)
  const spoiledBy = new Map<string, Spoils>()
  const replaced = new Set<string>()
  await inSlices(
    jobs,
    (job) => {
      const redraw = redraws.get(job.id)
      if (redraw?.spoils === undefined) return
      if (isTriedAgain(job, redraw)) replaced.add(redraw.id)
      else spoiledBy.set(job.id, redraw.spoils)
    },
    STEP,
  )
  return { spoiledBy, replaced }
}

/** Whether a user has tried a spoiled job again after its redraw failed or was canceled. */
function isTriedAgain({ status, endedAt = 0 }: BatchJob, redraw: BatchJob): boolean {
  if (!UNSUCCESSFUL.has(redraw.status)) return false
  return !FINAL.has(status) || (status === 'finished' && endedAt > redraw.createdAt)
}

/**
 * A batch as clients see it. Reads the jobs in slices. A spoiled job that was tried again counts with its own status.
 * The job that was to draw its card again then counts as spoiled.
 */
export async function batchView(name: string, jobs: readonly BatchJob[]) {
  const { spoiledBy, replaced } = await spoilsOf(jobs)
  const owners = new Set<string>()
  const counts: Partial<Record<CardStatus, number>> = {}
  const sums = { left: 0, inkMm: 0, drawnSeconds: 0, inkLeftMm: 0, secondsLeft: 0 }
  let createdAt = Infinity
  let endedAt: number | undefined
  await inSlices(
    jobs,
    (job) => {
      const status = spoiledBy.has(job.id) || replaced.has(job.id) ? 'spoiled' : job.status
      counts[status] = (counts[status] ?? 0) + 1
      if (job.owner !== undefined) owners.add(job.owner)
      sums.inkMm += inkOf(job)
      sums.drawnSeconds += secondsOf(job)
      createdAt = Math.min(createdAt, job.createdAt)
      if (job.endedAt !== undefined) endedAt = Math.max(endedAt ?? 0, job.endedAt)
      if (status === 'spoiled' || FINAL.has(status)) return
      sums.left++
      sums.inkLeftMm += copiesLeft(job) * (job.planned?.inkMm ?? 0)
      sums.secondsLeft += copiesLeft(job) * (job.planned?.seconds ?? 0)
    },
    STEP,
  )
  const { finished = 0, held = 0, failed = 0, canceled = 0, interrupted = 0, spoiled = 0 } = counts
  return {
    name,
    owners: [...owners].sort(),
    cards: jobs.length - spoiled,
    done: finished,
    ...{ held, failed, canceled, interrupted, spoiled },
    ...sums,
    createdAt,
    ...(sums.left === 0 && endedAt !== undefined && { endedAt }),
  }
}

type Costs = Pick<Job, 'progress' | 'spent'>

/** Ink that a job laid down, on all its sheets, mm. */
export const inkOf = ({ progress, spent }: Costs): number => (progress?.inkMm ?? 0) + (spent?.inkMm ?? 0)

/** Drawing time of a job, on all its sheets, s. */
export const secondsOf = ({ progress, spent }: Costs): number =>
  (progress?.drawnSeconds ?? 0) + (spent?.drawnSeconds ?? 0)

/** The number of copies that are still to be drawn. Of the present copy, only the undrawn part counts. */
function copiesLeft({ copies, progress }: BatchJob): number {
  if (progress?.phase !== 'plot') return copies
  return Math.max(0, copies - (progress.copiesDone ?? 0) - progress.done / Math.max(1, progress.of))
}
