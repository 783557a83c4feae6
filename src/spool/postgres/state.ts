import { ENDED_SHOWN } from '../queue/feed.ts'
import type { QueueState } from './announcer.ts'
import type { OpenClaims } from './context.ts'
import { jobOf, type RawRow, READ_COLUMNS } from './rows.ts'

/** Reads the state of the queue: every job that has not ended, and the jobs that ended last. */
export async function readState(
  query: <T extends object>(sql: string) => Promise<readonly T[]>,
  claims: OpenClaims,
): Promise<QueueState> {
  const [feed] = await query<{ seq: string; paused: string }>('SELECT seq, paused FROM feed')
  const open = await query<RawRow>(`SELECT ${READ_COLUMNS} FROM job j WHERE ended_at IS NULL ORDER BY id`)
  const ended = await query<RawRow>(
    `SELECT ${READ_COLUMNS} FROM job j WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT ${ENDED_SHOWN}`,
  )
  return {
    seq: Number(feed?.seq ?? 0),
    jobs: [...open, ...ended].map((raw) => claims.withUnsaved(jobOf(raw))),
    paused: JSON.parse(feed?.paused ?? '[]') as readonly string[],
  }
}
