import { PlotdError } from '../../errors.ts'
import { inSlices } from '../../slices.ts'
import type { Archive } from '../archive.ts'
import { type Job, type JobStatus, STATUSES } from '../job.ts'
import { JOB_ID } from '../job-fields.ts'
import { compareNewest, comparePlaces, type OrderedJob, type Place, placeInQueue } from '../order.ts'
import type { JobPage, ListFilter } from '../spool.ts'
import type { JobView } from './announced-jobs.ts'
import type { Feed } from './feed.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

/**
 * One page of the jobs in memory and in the archive. Takes one pass over the places of all jobs, in slices. Reads the
 * archived jobs of the page, or all archived jobs when the filter needs their records. Later pages keep the order of
 * the first page. Each job is shown as it is now.
 *
 * @throws PlotdError ERR_PARAMS when the cursor is invalid or too old
 */
export async function listJobs(
  { jobs: view, moves, seq }: Feed,
  archive: Archive,
  filter: ListFilter,
): Promise<JobPage> {
  const limit = limitOf(filter)
  const isNewest = filter.sort === 'newest'
  const cursor = decodeCursor(filter.cursor)
  const firstSeq = cursor?.seq ?? seq
  // 'newest' sorts by ids. Ids never change, so this order needs no earlier places.
  const earlierPlaces = cursor === undefined || isNewest ? new Map<string, Place>() : moves.placesAt(firstSeq)
  if (earlierPlaces === undefined) throw tooOld(filter.cursor)
  const page = new Page(limit, isNewest ? compareNewest : comparePlaces, cursor?.after, earlierPlaces)
  const matches = matcher(filter)
  const live: Job[] = []
  view.forEach((job) => {
    live.push(job)
  })
  // Reading the archive begins in the turn in which `live` is collected. So a job that moves between memory and archive
  // is offered once.
  if (needsRecords(filter)) {
    for await (const { job } of archive.scan()) if (matches(job)) page.offer(job)
  } else {
    const isListed = statusFilter(filter)
    await inSlices([...archive.rows()], (row) => {
      if (isListed(row.status)) page.offer(row)
    })
  }
  await inSlices(live, (job) => {
    if (matches(job)) page.offer(job)
  })
  const places = page.places()
  const jobs = await Promise.all(places.map(async ([, , , id]) => view.get(id) ?? (await archive.read(id))?.job))
  const count = countFitting(jobs)
  const after = count < places.length || page.hasMore ? places[count - 1] : undefined
  return {
    jobs: jobs.slice(0, count).filter((job) => job !== undefined),
    total: page.total,
    ...(after !== undefined && { next: encodeCursor({ seq: firstSeq, after }) }),
  }
}

/** Maximum number of jobs on a page, 1 … 1000. */
export const limitOf = ({ limit = DEFAULT_LIMIT }: ListFilter): number =>
  Math.min(MAX_LIMIT, Math.max(1, Math.trunc(limit)))

/** The approximate limit of a page, characters of JSON. A page has one job at least. */
const PAGE_CHARS = 1 << 20
const USUAL_CHARS = 600

/** The number of jobs that fit on one page. */
export function countFitting(jobs: readonly (Job | undefined)[]): number {
  let chars = 0
  const end = jobs.findIndex((job, i) => {
    chars += job === undefined ? 0 : charsOf(job)
    return i > 0 && chars > PAGE_CHARS
  })
  return end < 0 ? jobs.length : end
}

function charsOf({ dependsOn, plot, result, error, reason }: Job): number {
  const texts = [...(result?.warnings ?? []), error, reason].map((text) => 60 + (text?.message.length ?? 0))
  const options = plot?.layers === undefined && plot?.options === undefined ? 0 : JSON.stringify(plot).length
  return USUAL_CHARS + 30 * dependsOn.length + options + texts.reduce((sum, length) => sum + length, 0)
}

/** The number of jobs in each status, in one pass. */
export function countJobs(view: JobView, archive: Archive): Record<JobStatus, number> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<JobStatus, number>
  view.forEach(({ status }) => {
    counts[status]++
  })
  for (const { status } of archive.rows()) counts[status]++
  return counts
}

/** Collects the smallest places after a cursor in one pass. */
class Page {
  total = 0
  readonly #limit: number
  readonly #compare: (a: Place, b: Place) => number
  readonly #after: Place | undefined
  readonly #earlierPlaces: ReadonlyMap<string, Place | undefined>
  /** The places are sorted. One place beyond the limit shows that there is a next page. */
  readonly #places: Place[] = []

  /** @param earlierPlaces  places that replace present places; a job whose earlier place is undefined is left out */
  constructor(
    limit: number,
    compare: (a: Place, b: Place) => number,
    after: Place | undefined,
    earlierPlaces: ReadonlyMap<string, Place | undefined>,
  ) {
    this.#limit = limit
    this.#compare = compare
    this.#after = after
    this.#earlierPlaces = earlierPlaces
  }

  /** Counts a job, and keeps its place if it belongs to the page. */
  offer(job: OrderedJob): void {
    this.total++
    const place = this.#earlierPlaces.has(job.id) ? this.#earlierPlaces.get(job.id) : placeInQueue(job)
    if (place === undefined) return
    if (this.#after !== undefined && this.#compare(place, this.#after) <= 0) return
    const last = this.#places.at(-1)
    if (this.#places.length > this.#limit) {
      if (last !== undefined && this.#compare(place, last) >= 0) return
      this.#places.pop()
    }
    this.#places.splice(this.#position(place), 0, place)
  }

  places(): readonly Place[] {
    return this.#places.slice(0, this.#limit)
  }

  get hasMore(): boolean {
    return this.#places.length > this.#limit
  }

  #position(place: Place): number {
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compare(this.#places[middle] as Place, place) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Whether the filter needs more of an archived job than the archive has in memory. */
const needsRecords = ({ task, tag, owner, batch, search }: ListFilter): boolean =>
  [task, tag, owner, batch, search].some((field) => field !== undefined)

function statusFilter({ status }: ListFilter): (status: JobStatus) => boolean {
  if (status === undefined) return () => true
  const statuses = new Set(status)
  return (jobStatus) => statuses.has(jobStatus)
}

function matcher(filter: ListFilter): (job: Job) => boolean {
  const { task, tag, owner, batch, search = '' } = filter
  const isListed = statusFilter(filter)
  const words = search.toLowerCase()
  return (job) =>
    isListed(job.status) &&
    (task === undefined || job.task === task) &&
    (tag === undefined || job.tags.includes(tag)) &&
    (owner === undefined || job.owner === owner) &&
    (batch === undefined || job.batch?.name === batch) &&
    (words === '' || job.title.toLowerCase().includes(words) || job.id.toLowerCase().includes(words))
}

/** The position of a client that reads a list page by page. */
interface Cursor {
  /** The number of the last event before the first page. */
  readonly seq: number
  readonly after: Place
}

export const encodeCursor = ({ seq, after }: Cursor): string =>
  Buffer.from(JSON.stringify([seq, ...after])).toString('base64url')

/** @throws PlotdError ERR_PARAMS when the text is not a cursor */
export function decodeCursor(cursor: string | undefined): Cursor | undefined {
  if (cursor === undefined) return undefined
  try {
    const [seq, ...after] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as readonly unknown[]
    if (isSeq(seq) && isPlace(after)) return { seq, after }
  } catch {}
  throw new PlotdError('ERR_PARAMS', `cursor ${JSON.stringify(cursor)} was not returned by list`, { cursor })
}

const isSeq = (seq: unknown): seq is number => Number.isSafeInteger(seq) && Number(seq) >= 0

function isPlace(parts: readonly unknown[]): parts is Place {
  const [rank, major, minor, id] = parts
  const isRank = Number.isInteger(rank) && Math.abs(Number(rank)) < 2 ** 31
  const isId = typeof id === 'string' && JOB_ID.test(id)
  return parts.length === 4 && isRank && Number.isFinite(major) && Number.isFinite(minor) && isId
}

export const tooOld = (cursor: string | undefined): PlotdError =>
  new PlotdError(
    'ERR_PARAMS',
    'too many jobs have moved since the first page of this list: begin again with the first page',
    {
      cursor,
    },
  )
