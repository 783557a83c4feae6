import type pg from 'pg'
import { type Job, type JobStatus, STATUSES } from '../job.ts'
import { compareNewest, comparePlaces, type Place } from '../order.ts'
import { countFitting, decodeCursor, encodeCursor, limitOf, tooOld } from '../queue/listing.ts'
import type { JobPage, ListFilter } from '../spool.ts'
import { drawableQuery } from './claim-queries.ts'
import { announcedJob, type Context, rows, withRetries } from './context.ts'
import { plainText, type RawRow, SHOWN, wordsOf } from './rows.ts'

/** Moves of other jobs that a walk through the pages may meet. */
const MOST_MOVES = 65_536

interface ListRow extends RawRow {
  readonly rank: number
  readonly major: number
  readonly minor: number
}

const placeOf = ({ rank, major, minor, record }: ListRow): Place => [rank, major, minor, record.id]

/**
 * One page. All pages of a walk show the places as they were at its first page, and the present records.
 *
 * @throws PlotdError ERR_PARAMS when the cursor is invalid or too old
 */
export async function listJobs(context: Context, filter: ListFilter): Promise<JobPage> {
  const limit = limitOf(filter)
  const isNewest = filter.sort === 'newest'
  const cursor = decodeCursor(filter.cursor)
  const values: unknown[] = []
  const all = conditions(filter, (value) => `$${values.push(value)}`)
  return snapshot(context, async (query) => {
    const [head] = await query<{ total: number; seq: string }>(
      `SELECT (SELECT count(*)::int FROM job j WHERE ${all}) AS total, seq FROM feed`,
      values,
    )
    const began = cursor?.began ?? Number(head?.seq ?? 0)
    const moved =
      cursor === undefined || isNewest ? new Map<string, Place | undefined>() : await movesSince(query, began)
    if (moved === undefined) throw tooOld(filter.cursor)
    const compare = isNewest ? compareNewest : comparePlaces
    const still = await page(query, {
      all,
      values,
      after: cursor?.after,
      moved: [...moved.keys()],
      isNewest,
      limit: limit + 1,
    })
    const places = new Map(still.map((row) => [row.record.id, { place: placeOf(row), row }]))
    for (const row of await movedRows(query, { all, values, moved: [...moved.keys()] })) {
      const place = moved.get(row.record.id)
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
      ...(after !== undefined && { next: encodeCursor({ began, after }) }),
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

function conditions(
  { status, task, tag, owner, batch, search = '' }: ListFilter,
  arg: (value: unknown) => string,
): string {
  const all = ['true']
  if (status !== undefined) all.push(`j.status = ANY(${arg(status)})`)
  if (task !== undefined) all.push(`j.task = ${arg(plainText(task))}`)
  if (tag !== undefined) all.push(`${arg(plainText(tag))} = ANY(j.tags)`)
  if (owner !== undefined) all.push(`j.record->>'owner' = ${arg(plainText(owner))}`)
  if (batch !== undefined) all.push(`j.record->'batch'->>'name' = ${arg(plainText(batch))}`)
  if (search !== '') all.push(`position(${arg(wordsOf(search))} in j.words) > 0`)
  return all.join(' AND ')
}

interface PageQuery {
  readonly all: string
  readonly values: readonly unknown[]
  readonly after: Place | undefined
  readonly moved: readonly string[]
  readonly isNewest: boolean
  readonly limit: number
}

/** Jobs that have not moved since the walk began. */
function page(query: Query, { all, values, after, moved, isNewest, limit }: PageQuery): Promise<readonly ListRow[]> {
  const args = [...values]
  const arg = (value: unknown): string => `$${args.push(value)}`
  const where = [all]
  if (moved.length > 0) where.push(`j.id <> ALL(${arg(moved)})`)
  if (after !== undefined && isNewest) where.push(`j.id < ${arg(after[3])}`)
  if (after !== undefined && !isNewest) {
    where.push(`(j.rank, j.major, j.minor, j.id) > (${after.map((part) => arg(part)).join()})`)
  }
  const order = isNewest ? 'j.id DESC' : 'j.rank, j.major, j.minor, j.id'
  const sql = `SELECT ${SHOWN}, j.rank, j.major, j.minor FROM job j WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${limit}`
  return query<ListRow>(sql, args)
}

async function movedRows(
  query: Query,
  { all, values, moved }: Pick<PageQuery, 'all' | 'values' | 'moved'>,
): Promise<readonly ListRow[]> {
  if (moved.length === 0) return []
  const sql = `SELECT ${SHOWN}, j.rank, j.major, j.minor FROM job j WHERE ${all} AND j.id = ANY($${values.length + 1})`
  return query<ListRow>(sql, [...values, moved])
}

/**
 * The places of moved jobs as they were just after an event; undefined for a job that is newer.
 *
 * @returns undefined when that is too long ago
 */
async function movesSince(query: Query, began: number): Promise<ReadonlyMap<string, Place | undefined> | undefined> {
  const moves = await query<{ id: string; was: string | null; type: string }>(
    `SELECT id, was, type FROM change WHERE seq > $1 AND id IS NOT NULL ORDER BY seq LIMIT ${MOST_MOVES + 1}`,
    [began],
  )
  const [kept] = await query<{ known: boolean }>(
    'SELECT $1 >= (SELECT coalesce(min(seq) - 1, 0) FROM change) OR $1 >= (SELECT seq FROM feed) AS known',
    [began],
  )
  if (moves.length > MOST_MOVES || kept?.known !== true) return undefined
  const first = new Map<string, Place | undefined>()
  for (const { id, was } of moves) {
    if (first.has(id) || was === null) continue
    first.set(id, JSON.parse(was) as Place)
  }
  return first
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

/** The first job in order, rendered or not yet, for one of these plotters. */
export async function head(context: Context, plotters: readonly string[]): Promise<Job | undefined> {
  const [row] = await rows<RawRow>(context, drawableQuery(plotters, ['queued', 'started', 'rendered']).sql(1))
  return row && announcedJob(context, row)
}
