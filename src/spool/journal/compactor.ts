import type { Job } from '../job.ts'
import type { LogEntry } from '../spool.ts'
import type { ArchiveFile, FileRow } from './archive-file.ts'
import type { Disk } from './disk.ts'
import { formatBy } from './format.ts'
import type { JournalPlace } from './journal-file.ts'
import { generations, journalPath, snapshotPath } from './names.ts'
import { type Image, writeSnapshot } from './snapshot-writer.ts'
import type { Table, Tables } from './table.ts'

/** Decides which records leave memory with a snapshot. */
export interface Archivist {
  /** Ended jobs that may leave memory, oldest first. */
  retire(): readonly Job[]
  /** Called when these jobs have left memory. */
  retired(jobs: readonly Job[]): void
}

/** Writes snapshots, then removes archived records from memory and old generations from the disk. */
export class Compactor {
  archivist: Archivist = { retire: () => [], retired: () => {} }
  readonly #disk: Disk
  readonly #folder: string
  readonly #tables: Tables
  readonly #archive: ArchiveFile
  readonly #format: number

  constructor(
    { disk, folder, upgrades }: Pick<JournalPlace, 'disk' | 'folder' | 'upgrades'>,
    tables: Tables,
    archive: ArchiveFile,
  ) {
    this.#disk = disk
    this.#folder = folder
    this.#format = formatBy(upgrades)
    this.#tables = tables
    this.#archive = archive
  }

  /**
   * Call this before `takeChanges` of the tables. The new snapshot has the jobs that leave memory, and their logs, only
   * in its archive. If such a job or its log changes, the next frame of the journal must contain both completely, not
   * only the changes. A start of the daemon then takes both from the journal, and not from the archive.
   */
  completeChanges(): void {
    const { jobs, logs } = this.#tables
    if (jobs.leaving.size === 0) return
    for (const id of jobs.changedIds) if (jobs.leaving.has(id)) logs.rewrite(id)
    for (const id of logs.changedIds) if (logs.leaving.has(id)) jobs.rewrite(id)
  }

  /** The image of the present state. The image stays valid, because records are never changed in place. */
  image(generation: number, seq: number): Omit<Image, 'salt'> {
    const { jobs, logs, paused, meta, keys, forgotten } = this.#tables
    const retiring = this.archivist.retire()
    // After a failed snapshot, `leaving` still has the ids of some jobs. The new image must contain their records.
    for (const table of [jobs, logs]) table.leaving.clear()
    for (const { id } of retiring) {
      jobs.leaving.add(id)
      logs.leaving.add(id)
    }
    this.#archive.watchForgotten()
    return {
      format: this.#format,
      generation,
      seq,
      // The new archive leaves out forgotten jobs, so the snapshot does not need the table `forgotten`.
      tables: [imageOf(jobs), imageOf(logs), imageOf(paused), imageOf(meta)],
      keys,
      retired: retiring.map((job) => ({ job, log: logs.get(job.id) ?? NO_LOG })),
      forgotten: [...forgotten.keys()],
    }
  }

  /** @returns the length of the snapshot, bytes */
  async write(image: Image): Promise<number> {
    const written = await writeSnapshot(this.#disk, this.#folder, image, this.#archive)
    for (const id of image.forgotten) this.#tables.forgotten.unload(id)
    await this.#archive.moveTo(written.file, written.rows)
    await this.#unload(image, written.retired)
    await this.#removeBefore(image.generation)
    return written.bytes
  }

  /** Removes archived records from memory in slices. A job stays if the job or its log has changed meanwhile. */
  async #unload({ retired }: Image, rows: readonly FileRow[]): Promise<void> {
    const { jobs, logs } = this.#tables
    for (let i = 0; i < retired.length; i += UNLOAD_AT_ONCE) {
      const unloaded: Job[] = []
      for (const [k, row] of rows.slice(i, i + UNLOAD_AT_ONCE).entries()) {
        const { job, log } = retired[i + k] ?? {}
        if (job === undefined || jobs.get(row.id) !== job || (logs.get(row.id) ?? NO_LOG) !== log) continue
        jobs.unload(row.id)
        logs.unload(row.id)
        this.#archive.add(row)
        unloaded.push(job)
      }
      this.archivist.retired(unloaded)
      await new Promise((next) => setImmediate(next))
    }
    for (const table of [jobs, logs]) table.leaving.clear()
  }

  /**
   * Removes old snapshots and journals from the disk. The previous snapshot and all journals after it stay, in case the
   * new snapshot is unreadable.
   */
  async #removeBefore(generation: number): Promise<void> {
    const { snapshots, journals } = await generations(this.#disk, this.#folder)
    const keep = snapshots.filter((snapshot) => snapshot < generation).at(-1) ?? 0
    for (const snapshot of snapshots) if (snapshot < keep) await this.#disk.remove(snapshotPath(this.#folder, snapshot))
    for (const journal of journals) if (journal < keep) await this.#disk.remove(journalPath(this.#folder, journal))
  }
}

/** The log of a job that has none. */
const NO_LOG: readonly LogEntry[] = []
const UNLOAD_AT_ONCE = 500

/** The records of a table at this moment. Two arrays are much quicker than a copy of a large Map. */
function imageOf<T>(table: Table<T>): Image['tables'][number] {
  return { name: table.name, ids: [...table.keys()], records: [...table.values()], without: table.leaving }
}
