import { PlotdError } from '../errors.ts'
import type { Archive } from './archive.ts'
import type { Job, JobStatus } from './job.ts'
import { compareNewest, comparePlaces, type Listed, type Place, placeInQueue } from './order.ts'
import type { JobPage, ListFilter } from './spool.ts'
import type { JobView } from './told-jobs.ts'

const DEFAULT_LIMIT = 100
const MOST = 1000

/** One page of the jobs in memory and in the archive. Costs one pass over their places, and reads only the page. */
export async function listJobs(live: JobView, archive: Archive, filter: ListFilter): Promise<JobPage> {
  const limit = Math.min(MOST, Math.max(1, Math.trunc(filter.limit ?? DEFAULT_LIMIT)))
  const page = new Page(limit, filter.sort === 'newest' ? compareNewest : comparePlaces, decode(filter.cursor))
  const matches = matcher(filter)
  live.forEach((job) => {
    if (matches(job)) page.offer(job)
  })
  if (looksInside(filter)) {
    for await (const { job } of archive.scan()) if (matches(job)) page.offer(job)
  } else {
    const wanted = statusFilter(filter)
    for (const row of archive.rows()) if (wanted(row.status)) page.offer(row)
  }
  const jobs = await Promise.all(
    page.ids().map(async (id) => live.get(id) ?? (await archive.read(id).then((found) => found?.job))),
  )
  const next = page.cursor()
  return {
    jobs: jobs.filter((job) => job !== undefined),
    total: page.total,
    ...(next !== undefined && { next: encode(next) }),
  }
}

/** The smallest places after a cursor, found in one pass. */
class Page {
  total = 0
  readonly #limit: number
  readonly #compare: (a: Place, b: Place) => number
  readonly #after: Place | undefined
  /** Sorted; one more than asked for, to know whether there is a next page. */
  readonly #kept: Place[] = []

  constructor(limit: number, compare: (a: Place, b: Place) => number, after: Place | undefined) {
    this.#limit = limit
    this.#compare = compare
    this.#after = after
  }

  offer(job: Listed): void {
    this.total++
    const place = placeInQueue(job)
    if (this.#after !== undefined && this.#compare(place, this.#after) <= 0) return
    const last = this.#kept.at(-1)
    if (this.#kept.length > this.#limit) {
      if (last !== undefined && this.#compare(place, last) >= 0) return
      this.#kept.pop()
    }
    this.#kept.splice(this.#position(place), 0, place)
  }

  ids(): string[] {
    return this.#kept.slice(0, this.#limit).map(([, , , id]) => id)
  }

  cursor(): Place | undefined {
    return this.#kept.length > this.#limit ? this.#kept[this.#limit - 1] : undefined
  }

  #position(place: Place): number {
    let low = 0
    let high = this.#kept.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compare(this.#kept[middle] as Place, place) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

const looksInside = ({ task, tag, search }: ListFilter): boolean =>
  task !== undefined || tag !== undefined || search !== undefined

function statusFilter({ status }: ListFilter): (status: JobStatus) => boolean {
  if (status === undefined) return () => true
  const wanted = new Set(status)
  return (is) => wanted.has(is)
}

function matcher(filter: ListFilter): (job: Job) => boolean {
  const { task, tag, search = '' } = filter
  const wanted = statusFilter(filter)
  const words = search.toLowerCase()
  return (job) =>
    wanted(job.status) &&
    (task === undefined || job.task === task) &&
    (tag === undefined || job.tags.includes(tag)) &&
    (words === '' || job.title.toLowerCase().includes(words) || job.id.toLowerCase().includes(words))
}

const encode = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url')

function decode(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown
    if (Array.isArray(place) && place.length === 4) return place as unknown as Place
  } catch {}
  throw new PlotdError('ERR_PARAMS', `cursor ${JSON.stringify(cursor)} is not one that list returned`, { cursor })
}
