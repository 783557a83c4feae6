import { PlotdError } from '../../errors.ts'
import type { FileRow } from './archive-file.ts'
import type { Disk, DiskFile } from './disk.ts'
import { LogFile, type LogPlace } from './log-file.ts'
import { type LogReading, readLog } from './log-reader.ts'
import { type Generations, generations, logPath, snapshotPath } from './names.ts'
import { readSnapshot } from './snapshot-reader.ts'
import { applyOp, type Op, type Table } from './table.ts'

/** What was found on the disk, for the log of the daemon. */
export interface RecoveryReport {
  /** Frames read after the snapshot. */
  readonly frames: number
  /** Bytes of a frame that was never acknowledged and was cut off. */
  readonly tornBytes: number
  /** Snapshots that could not be read, full paths; the one before was used, and nothing is lost. */
  readonly damagedSnapshots: readonly string[]
}

export interface Recovered {
  readonly seq: number
  readonly log: LogFile
  readonly snapshotBytes: number
  readonly archive: { readonly file: DiskFile; readonly rows: Map<string, FileRow> } | undefined
  readonly report: RecoveryReport
}

/**
 * Newest sound snapshot, then every frame after it, into the tables.
 *
 * @throws PlotdError ERR_SPOOL_DAMAGED when that would lose something that was acknowledged; nothing is changed then
 */
export async function recover(place: LogPlace, tables: ReadonlyMap<string, Table>): Promise<Recovered> {
  const { disk, folder } = place
  const found = await generations(disk, folder)
  const { base, damaged } = await newestSound(disk, folder, found, tables)
  try {
    return await replay(place, found, tables, base, damaged)
  } catch (error) {
    await base?.file.close()
    throw error
  }
}

interface Base {
  readonly generation: number
  readonly seq: number
  readonly bytes: number
  readonly file: DiskFile
  readonly archive: Map<string, FileRow>
}

async function newestSound(
  disk: Disk,
  folder: string,
  { snapshots, logs }: Generations,
  tables: ReadonlyMap<string, Table>,
): Promise<{ base: Base | undefined; damaged: string[] }> {
  const damaged: string[] = []
  for (const generation of [...snapshots].reverse()) {
    try {
      const reading = await readSnapshot(disk, folder, generation)
      for (const [name, rows] of reading.tables) fill(tables.get(name), rows)
      return { base: { generation, ...reading }, damaged }
    } catch {
      damaged.push(snapshotPath(folder, generation))
    }
  }
  if (damaged.length > 0 && logs[0] !== 0) throw damage(damaged[0] ?? folder, 0, 'no snapshot before it can be read')
  if (logs.length > 0 && logs[0] !== 0) throw damage(logPath(folder, logs[0] ?? 0), 0, 'the snapshot before it is gone')
  return { base: undefined, damaged }
}

function fill(table: Table | undefined, rows: ReadonlyMap<string, unknown>): void {
  for (const [id, record] of rows) table?.rows.set(id, record)
}

async function replay(
  place: LogPlace,
  found: Generations,
  tables: ReadonlyMap<string, Table>,
  base: Base | undefined,
  damagedSnapshots: readonly string[],
): Promise<Recovered> {
  const { disk, folder } = place
  const archived = base?.archive ?? new Map<string, FileRow>()
  const logs = found.logs.filter((generation) => generation >= (base?.generation ?? 0))
  if (base !== undefined && logs[0] !== base.generation) throw damage(logPath(folder, base.generation), 0, 'it is gone')
  let seq = base?.seq ?? 0
  let frames = 0
  let last: LogReading | undefined
  for (const [i, generation] of logs.entries()) {
    const reading = await readLog(
      disk,
      logPath(folder, generation),
      generation,
      i === logs.length - 1,
      seq,
      (frame) => {
        for (const op of JSON.parse(frame.body) as readonly Op[]) redo(tables, archived, op)
        seq = frame.seq
        frames++
      },
    )
    last = reading ?? last
  }
  for (const id of tables.get('forgotten')?.rows.keys() ?? []) archived.delete(id)
  for (const leftover of found.leftovers) await disk.remove(leftover)
  const newest = logs.at(-1) ?? 0
  return {
    seq,
    log:
      last?.header.generation === newest
        ? await LogFile.resume(place, last.header, last.end, last.used)
        : await LogFile.create(place, newest, seq),
    snapshotBytes: base?.bytes ?? 0,
    archive: base && { file: base.file, rows: archived },
    report: { frames, tornBytes: last?.torn ?? 0, damagedSnapshots },
  }
}

/** A job that something happened to after the snapshot is no longer the one in the archive. */
function redo(tables: ReadonlyMap<string, Table>, archived: Map<string, FileRow>, op: Op): void {
  if (op[1] === 'jobs') archived.delete(op[2])
  applyOp(tables, op)
}

function damage(file: string, byte: number, why: string): PlotdError {
  const message = `${file} is damaged at byte ${byte}: ${why}. Nothing was changed`
  return new PlotdError('ERR_SPOOL_DAMAGED', message, { file, byte })
}
