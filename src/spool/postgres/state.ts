import type { Job } from '../job.ts'
import type { QueueState } from './announcer.ts'
import { jobOf, type RawRow, SHOWN } from './rows.ts'

/** Ended jobs in the state. */
const ENDED_SHOWN = 200

/** The state in one reading: every job that has not ended, and the jobs that ended last. */
export async function readState(
  query: <T extends object>(sql: string) => Promise<readonly T[]>,
  { claims }: { readonly claims: { withUnsaved(job: Job): Job } },
): Promise<QueueState> {
  const [feed] = await query<{ seq: string; paused: string }>('SELECT seq, paused FROM feed')
  const open = await query<RawRow>(`SELECT ${SHOWN} FROM job j WHERE ended_at IS NULL ORDER BY id`)
  const ended = await query<RawRow>(
    `SELECT ${SHOWN} FROM job j WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT ${ENDED_SHOWN}`,
  )
  return {
    seq: Number(feed?.seq ?? 0),
    jobs: [...open, ...ended].map((raw) => claims.withUnsaved(jobOf(raw))),
    paused: JSON.parse(feed?.paused ?? '[]') as readonly string[],
  }
}
