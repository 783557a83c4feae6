import { PlotdError } from '../../errors.ts'
import { ArchiveFile, type FileRow } from './archive-file.ts'
import type { DiskFile } from './disk.ts'
import type { Op, Table, TablesByName } from './table.ts'

/** Makes a record of one format one of the next. The log of a job is a record of the table `logs`. */
export type Upgrade = (table: Op[1], record: unknown) => unknown

/** The first leads from format 1 to 2. A format is what records look like: frames, lines and checksums stay. */
export const UPGRADES: readonly Upgrade[] = []

/** What a program that knows these upgrades writes. */
export const formatBy = (upgrades: readonly Upgrade[]): number => upgrades.length + 1

/** @throws PlotdError ERR_SPOOL_NEWER */
export function refuseNewer(file: string, format: number, known: number): void {
  if (format <= known) return
  const message = `${file} was written by a newer plotd: it has format ${format}, this one knows ${known}. Nothing was changed`
  throw new PlotdError('ERR_SPOOL_NEWER', message, { file, format, known })
}

/**
 * Makes every record one of a later format. What was archived comes back into the tables, before what is there: the
 * next snapshot archives it again in its new form.
 *
 * @param rows  of the archive; empty afterwards
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
  const [jobs, logs] = [new Map<string, unknown>(), new Map<string, unknown>()]
  for await (const { job, log } of archive.scan()) {
    jobs.set(job.id, job)
    if (log.length > 0) logs.set(job.id, log)
  }
  rows.clear()
  before(tables.get('jobs'), jobs)
  before(tables.get('logs'), logs)
}

function before(table: Table | undefined, older: ReadonlyMap<string, unknown>): void {
  if (table === undefined) return
  const newer = [...table]
  table.clear()
  for (const [id, record] of [...older, ...newer]) table.load(id, record)
}
