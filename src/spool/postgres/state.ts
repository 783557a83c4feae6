import { ENDED_SHOWN } from '../queue/feed.ts'
import type { QueueState } from './announcer.ts'
import type { OpenClaims } from './context.ts'
import { jobOf, type RawRow, READ_COLUMNS } from './rows.ts'

/** Maximum number of jobs in one answer. The server must answer each query in time. */
const PART = 10_000

type Query = <T extends object>(sql: string) => Promise<readonly T[]>

/** Reads the state of the queue: every job that has not ended, and the jobs that ended last. */
export async function readState(query: Query, claims: OpenClaims): Promise<QueueState> {
  const [feed] = await query<{ seq: string; paused: string }>('SELECT seq, paused FROM feed')
  const open = await openJobs(query)
  const ended = await query<RawRow>(
    `SELECT ${READ_COLUMNS} FROM job j WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT ${ENDED_SHOWN}`,
  )
  return {
    seq: Number(feed?.seq ?? 0),
    jobs: [...open, ...ended].map((raw) => claims.withUnsaved(jobOf(raw))),
    paused: JSON.parse(feed?.paused ?? '[]') as readonly string[],
  }
}

async function openJobs(query: Query): Promise<readonly RawRow[]> {
  const all: RawRow[] = []
  for (let after = ''; ; ) {
    const where = `ended_at IS NULL AND id > '${after}'`
    const part = await query<RawRow>(`SELECT ${READ_COLUMNS} FROM job j WHERE ${where} ORDER BY id LIMIT ${PART}`)
    all.push(...part)
    const last = part.at(-1)
    if (last === undefined || part.length < PART) return all
    after = last.record.id
  }
}
