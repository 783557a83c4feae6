import type { Job } from './job.ts'
import type { LogEntry } from './spool.ts'

/** The data of the spool in lowdb: `db.data`. Records are replaced whole and never changed in place. */
export interface SpoolData {
  readonly jobs: Map<string, Job>
  /** The log of each job, by the job's id. */
  readonly logs: Map<string, readonly LogEntry[]>
  /** Paused queues. '' is the whole queue, and every other name is a plotter. */
  readonly paused: Map<string, true>
  /** Archived jobs that were forgotten since the archive was written. */
  readonly forgotten: Map<string, true>
  /** Digest of a forgotten job's idempotency key → id of the job, in the order in which the jobs were forgotten. */
  readonly keys: Map<string, string>
  /** Numbers about the spool itself: 'lives' counts its starts. */
  readonly meta: Map<string, number>
}

export const emptyData = (): SpoolData => ({
  jobs: new Map(),
  logs: new Map(),
  paused: new Map(),
  forgotten: new Map(),
  keys: new Map(),
  meta: new Map(),
})
