import type { Job, JobStatus } from './job.ts'
import type { LogEntry } from './spool.ts'

export interface ArchivedJob {
  readonly job: Job
  readonly log: readonly LogEntry[]
}

/** The index entry of an archived job. */
export interface ArchiveRow {
  readonly id: string
  readonly status: JobStatus
  readonly endedAt: number
  /** The idempotency key of the job. */
  readonly key?: string
}

/**
 * Ended jobs that are kept on the disk. Memory has only an index of them, so that a start with a long history is
 * quick.
 */
export interface Archive {
  readonly size: number
  row(id: string): ArchiveRow | undefined
  /** The entries, in the order in which the jobs entered the archive. */
  rows(): Iterable<ArchiveRow>
  /** The id of the archived job with this idempotency key. */
  idByKey(key: string): string | undefined
  /** Names of the params files of archived jobs. */
  paramsFiles(): Iterable<string>
  /**
   * @returns undefined for a job that is not archived
   * @throws PlotdError ERR_SPOOL_DAMAGED when the bytes of the job cannot be read
   */
  read(id: string): Promise<ArchivedJob | undefined>
  /** Yields every job with its log, in the order of `rows`. @throws PlotdError ERR_SPOOL_DAMAGED */
  scan(): AsyncIterable<ArchivedJob>
  /**
   * Removes the index entry of a job. The spool calls `forget` when it removes the job, or takes the job back into
   * memory to change it. The next snapshot leaves the job's bytes out of the archive.
   */
  forget(id: string): void
}

/** The archive of a spool that keeps everything in memory. */
export const noArchive: Archive = {
  size: 0,
  row: () => undefined,
  rows: () => [],
  idByKey: () => undefined,
  paramsFiles: () => [],
  read: () => Promise.resolve(undefined),
  scan: async function* () {},
  forget: () => {},
}
