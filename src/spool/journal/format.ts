import { PlotdError } from '../../errors.ts'
import { ArchiveFile, type FileRow } from './archive-file.ts'
import type { DiskFile } from './disk.ts'
import type { Op, Table, TablesByName } from './table.ts'

/** Converts a record to the next format. The log of a job is a record of the table `logs`. */
export type Upgrade = (table: Op[1], record: unknown) => unknown

/**
 * Upgrades of the records from each format to the next, beginning with format 1 to 2. There are no upgrades yet. All
 * formats have the same frames of journals and the same lines of snapshots.
 */
export const UPGRADES: readonly Upgrade[] = []

/** The format that a program with these upgrades writes. */
export const formatBy = (upgrades: readonly Upgrade[]): number => upgrades.length + 1

/** @throws PlotdError ERR_SPOOL_NEWER */
export function refuseNewer(file: string, format: number, known: number): void {
  if (format <= known) return
  const message = `${file} was written by a newer plotd: the file has format ${format}, and this plotd knows format ${known}. Nothing was changed`
  throw new PlotdError('ERR_SPOOL_NEWER', message, { file, format, known })
}

/**
 * Converts every record to a later format. Archived jobs return to the tables, before all others, so the next snapshot
 * archives them again.
 *
 * @param archive  its `rows` are empty afterwards
 */
export async function upgrade(
  tables: TablesByName,
  archive: { readonly file: DiskFile; readonly rows: Map<string, FileRow> } | undefined,
  steps: readonly Upgrade[],
): Promise<void> {
  if (archive !== undefined) await unarchive(tables, archive)
  for (const [name, table] of tables) {
    for (const [id, record] of table) {
      table.load(
        id,
        steps.reduce((old, step) => step(name, old), record),
      )
    }
  }
}

async function unarchive(
  tables: TablesByName,
  { file, rows }: { readonly file: DiskFile; readonly rows: Map<string, FileRow> },
): Promise<void> {
  for (const id of tables.get('forgotten')?.keys() ?? []) rows.delete(id)
  const archive = new ArchiveFile()
  await archive.moveTo(file, new Map(rows))
  const jobs = new Map<string, unknown>()
  const logs = new Map<string, unknown>()
  for await (const { job, log } of archive.scan()) {
    jobs.set(job.id, job)
    if (log.length > 0) logs.set(job.id, log)
  }
  rows.clear()
  loadBefore(tables.get('jobs'), jobs)
  loadBefore(tables.get('logs'), logs)
}

/** Loads older records into a table, before its own records. */
function loadBefore(table: Table | undefined, older: ReadonlyMap<string, unknown>): void {
  if (table === undefined) return
  const newer = [...table]
  table.clear()
  for (const [id, record] of [...older, ...newer]) table.load(id, record)
}
