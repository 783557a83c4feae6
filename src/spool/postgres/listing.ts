import type pg from 'pg'
import { type Job, type JobStatus, STATUSES } from '../job.ts'
import { compareNewest, comparePlaces, type Place } from '../order.ts'
import { countFitting, decodeCursor, encodeCursor, limitOf, tooOld } from '../queue/listing.ts'
import type { JobPage, ListFilter } from '../spool.ts'
import { drawableQuery } from './claim-queries.ts'
import { announcedJob, type Context, rows, withRetries } from './context.ts'
import { PLAIN_RECORD, plainText, type RawRow, READ_COLUMNS, wordsOf } from './rows.ts'

/** A cursor in queue order is too old when jobs have changed more often than this since the first page of its list. */
const MAX_MOVES = 65_536

interface ListRow extends RawRow {
  readonly rank: number
  readonly major: number
  readonly minor: number
}

const LIST_COLUMNS = `${READ_COLUMNS}, j.rank, j.major, j.minor`

const placeOf = ({ rank, major, minor, record }: ListRow): Place => [rank, major, minor, record.id]

/**
 * One page of a list. All later pages keep the order that the jobs had at the first page. Each job is shown as it is
 * now.
 *
 * @throws PlotdError ERR_PARAMS when the cursor is invalid or too old
 */
export async function listJobs(context: Context, filter: ListFilter): Promise<JobPage> {
  const limit = limitOf(filter)
  const isNewest = filter.sort === 'newest'
  const cursor = decodeCursor(filter.cursor)
  const values: unknown[] = []
  const condition = conditionOf(filter, (value) => `$${values.push(value)}`)
  return snapshot(context, async (query) => {
    const [head] = await query<{ total: number; seq: string }>(
      `SELECT (SELECT count(*)::int FROM job j WHERE ${condition}) AS total, seq FROM feed`,
      values,
    )
    const firstSeq = cursor?.seq ?? Number(head?.seq ?? 0)
    // 'newest' sorts by ids. Ids never change, so this order needs no earlier places.
    const earlierPlaces =
      cursor === undefined || isNewest ? new Map<string, Place>() : await placesBeforeMoves(query, firstSeq)
    if (earlierPlaces === undefined) throw tooOld(filter.cursor)
    const compare = isNewest ? compareNewest : comparePlaces
    const moved = [...earlierPlaces.keys()]
    const unmovedRows = await page(query, {
      condition,
      values,
      after: cursor?.after,
      moved,
      isNewest,
      limit: limit + 1,
    })
    const places = new Map(unmovedRows.map((row) => [row.record.id, { place: placeOf(row), row }]))
    for (const row of await movedRows(query, { condition, values, moved })) {
      const place = earlierPlaces.get(row.record.id)
      if (place === undefined || (cursor !== undefined && compare(place, cursor.after) <= 0)) continue
      places.set(row.record.id, { place, row })
    }
    const sorted = [...places.values()].sort((a, b) => compare(a.place, b.place))
    const jobs = sorted.slice(0, limit).map(({ row }) => announcedJob(context, row))
    const count = countFitting(jobs)
    const after = count < sorted.length ? sorted[count - 1]?.place : undefined
    return {
      jobs: jobs.slice(0, count),
      total: head?.total ?? 0,
      ...(after !== undefined && { next: encodeCursor({ seq: firstSeq, after }) }),
    }
  })
}

type Query = <T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<readonly T[]>

/** Runs queries that see the same state of the database. @throws PlotdError */
export function snapshot<T>(context: Context, read: (query: Query) => Promise<T>): Promise<T> {
  return withRetries(context, () => once(context.pool, read))
}

async function once<T>(pool: pg.Pool, read: (query: Query) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const result = await read(async (text, values = []) => (await client.query(text, [...values])).rows)
    await client.query('COMMIT')
    client.release()
    return result
  } catch (error) {
    client.release(true)
    throw error
  }
}

/** The filter as a condition in SQL. @param arg  adds a value, and returns its placeholder */
function conditionOf(
  { status, task, tag, owner, batch, search = '' }: ListFilter,
  arg: (value: unknown) => string,
): string {
  const conditions = ['true']
  if (status !== undefined) conditions.push(`j.status = ANY(${arg(status)})`)
  if (task !== undefined) conditions.push(`j.task = ${arg(plainText(task))}`)
  if (tag !== undefined) conditions.push(`${arg(plainText(tag))} = ANY(j.tags)`)
  if (owner !== undefined) conditions.push(`${PLAIN_RECORD}->>'owner' = ${arg(plainText(owner))}`)
  if (batch !== undefined) conditions.push(`${PLAIN_RECORD}->'batch'->>'name' = ${arg(plainText(batch))}`)
  if (search !== '') conditions.push(`position(${arg(wordsOf(search))} in j.words) > 0`)
  return conditions.join(' AND ')
}

interface PageQuery {
  /** In SQL, with placeholders for `values`. */
  readonly condition: string
  readonly values: readonly unknown[]
  readonly after: Place | undefined
  /** Ids of jobs that have moved since the first page. */
  readonly moved: readonly string[]
  readonly isNewest: boolean
  readonly limit: number
}

/** Jobs of one page that have not moved since the first page. */
function page(query: Query, pageQuery: PageQuery): Promise<readonly ListRow[]> {
  const { condition, values, after, moved, isNewest, limit } = pageQuery
  const args = [...values]
  const arg = (value: unknown): string => `$${args.push(value)}`
  const where = [condition]
  if (moved.length > 0) where.push(`j.id <> ALL(${arg(moved)})`)
  if (after !== undefined && isNewest) where.push(`j.id < ${arg(after[3])}`)
  if (after !== undefined && !isNewest) {
    where.push(`(j.rank, j.major, j.minor, j.id) > (${after.map((part) => arg(part)).join()})`)
  }
  const order = isNewest ? 'j.id DESC' : 'j.rank, j.major, j.minor, j.id'
  const sql = `SELECT ${LIST_COLUMNS} FROM job j WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${limit}`
  return query<ListRow>(sql, args)
}

async function movedRows(
  query: Query,
  { condition, values, moved }: Pick<PageQuery, 'condition' | 'values' | 'moved'>,
): Promise<readonly ListRow[]> {
  if (moved.length === 0) return []
  const sql = `SELECT ${LIST_COLUMNS} FROM job j WHERE ${condition} AND j.id = ANY($${values.length + 1})`
  return query<ListRow>(sql, [...values, moved])
}

/**
 * The places of jobs that have moved since an event, each as it was before the first of the job's moves.
 *
 * @returns undefined when the database no longer has every change after the event, or when more than `MAX_MOVES`
 *   changes of jobs followed the event
 */
async function placesBeforeMoves(query: Query, seq: number): Promise<ReadonlyMap<string, Place> | undefined> {
  const moves = await query<{ id: string; was: string | null }>(
    `SELECT id, was FROM change WHERE seq > $1 AND id IS NOT NULL ORDER BY seq LIMIT ${MAX_MOVES + 1}`,
    [seq],
  )
  const [row] = await query<{ known: boolean }>(
    'SELECT $1 >= (SELECT coalesce(min(seq) - 1, 0) FROM change) OR $1 >= (SELECT seq FROM feed) AS known',
    [seq],
  )
  if (moves.length > MAX_MOVES || row?.known !== true) return undefined
  const places = new Map<string, Place>()
  for (const { id, was } of moves) {
    if (places.has(id) || was === null) continue
    places.set(id, JSON.parse(was) as Place)
  }
  return places
}

export async function countJobs(context: Context): Promise<Record<JobStatus, number>> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<JobStatus, number>
  const groups = await rows<{ status: JobStatus; n: number }>(
    context,
    'SELECT status, count(*)::int AS n FROM job GROUP BY status',
  )
  for (const { status, n } of groups) counts[status] = n
  return counts
}

/** The first queued, started or rendered job, in order, that one of these plotters may draw. */
export async function head(context: Context, plotters: readonly string[]): Promise<Job | undefined> {
  const [row] = await rows<RawRow>(context, drawableQuery(plotters, ['queued', 'started', 'rendered']).sql(1))
  return row && announcedJob(context, row)
}
