import type { Job, JobStatus } from './job.ts'
import type { LogEntry } from './spool.ts'

/** A finished job as it rests, with its log. */
export interface Archived {
  readonly job: Job
  readonly log: readonly LogEntry[]
}

/** What is known of an archived job without reading it. */
export interface ArchiveRow {
  readonly id: string
  readonly status: JobStatus
  readonly endedAt: number
  /** Its idempotency key. */
  readonly key?: string
}

/**
 * Jobs that have ended, out of memory: only an index of them is held, which is what keeps a start with a long history
 * short. A job that is retried leaves the archive.
 */
export interface Archive {
  readonly size: number
  row(id: string): ArchiveRow | undefined
  rows(): Iterable<ArchiveRow>
  /** The job that was submitted with this idempotency key. */
  keyed(key: string): string | undefined
  /** Params files that archived jobs refer to. */
  paramsFiles(): Iterable<string>
  read(id: string): Promise<Archived | undefined>
  /** Every job with its log, oldest first, without holding up the event loop. */
  scan(): AsyncIterable<Archived>
  /** Only the index forgets; the bytes go with the next snapshot. */
  forget(id: string): void
}

/** For a spool that keeps everything in memory. */
export const noArchive: Archive = {
  size: 0,
  row: () => undefined,
  rows: () => [],
  keyed: () => undefined,
  paramsFiles: () => [],
  read: () => Promise.resolve(undefined),
  scan: async function* () {},
  forget: () => {},
}
