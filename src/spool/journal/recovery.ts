import { PlotdError } from '../../errors.ts'
import type { FileRow } from './archive-file.ts'
import { backUp } from './backup.ts'
import type { DiskFile } from './disk.ts'
import { formatBy, refuseNewer, upgrade } from './format.ts'
import { LogFile, type LogPlace } from './log-file.ts'
import { type LogReading, readHeader, readLog } from './log-reader.ts'
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
  /** The format that was found, when it was an older one, and where the folder was copied to before. */
  readonly upgraded: { readonly from: number; readonly backup: string } | undefined
}

export interface Recovered {
  readonly seq: number
  readonly log: LogFile
  readonly snapshotBytes: number
  readonly archive: { readonly file: DiskFile; readonly rows: Map<string, FileRow> } | undefined
  readonly report: RecoveryReport
}

/**
 * Newest sound snapshot, then every frame after it, into the tables. What was written in an older format is upgraded;
 * a copy of the folder is made first.
 *
 * @throws PlotdError ERR_SPOOL_DAMAGED when that would lose something that was acknowledged, ERR_SPOOL_NEWER when a
 *   newer program wrote it; nothing is changed then
 */
export async function recover(place: LogPlace, tables: ReadonlyMap<string, Table>): Promise<Recovered> {
  const found = await generations(place.disk, place.folder)
  const { base, damaged } = await newestSound(place, found, tables)
  try {
    return await replay(place, found, tables, base, damaged)
  } catch (error) {
    await base?.file.close()
    throw error
  }
}

interface Base {
  readonly format: number
  readonly generation: number
  readonly seq: number
  readonly bytes: number
  readonly file: DiskFile
  readonly archive: Map<string, FileRow>
}

async function newestSound(
  { disk, folder, upgrades }: LogPlace,
  { snapshots, logs }: Generations,
  tables: ReadonlyMap<string, Table>,
): Promise<{ base: Base | undefined; damaged: string[] }> {
  const damaged: string[] = []
  for (const generation of [...snapshots].reverse()) {
    try {
      const reading = await readSnapshot(disk, folder, generation, formatBy(upgrades))
      for (const [name, rows] of reading.tables) fill(tables.get(name), rows)
      return { base: { generation, ...reading }, damaged }
    } catch (error) {
      if (error instanceof PlotdError && error.code === 'ERR_SPOOL_NEWER') throw error
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
  const { disk, folder, upgrades } = place
  const archived = base?.archive ?? new Map<string, FileRow>()
  const logs = found.logs.filter((generation) => generation >= (base?.generation ?? 0))
  if (base !== undefined && logs[0] !== base.generation) throw damage(logPath(folder, base.generation), 0, 'it is gone')
  const formats = await formatsOf(place, logs)
  const known = formatBy(upgrades)
  const from = base?.format ?? formats.find((format) => format !== undefined) ?? known
  let [format, seq, frames] = [from, base?.seq ?? 0, 0]
  const upgradeTo = async (to: number): Promise<void> => {
    if (to <= format) return
    await upgrade(tables, base && { file: base.file, rows: archived }, upgrades.slice(format - 1, to - 1))
    format = to
  }
  let last: LogReading | undefined
  for (const [i, generation] of logs.entries()) {
    await upgradeTo(formats[i] ?? format)
    const path = logPath(folder, generation)
    const reading = await readLog(disk, path, generation, i === logs.length - 1, seq, (frame) => {
      for (const op of JSON.parse(frame.body) as readonly Op[]) redo(tables, archived, op)
      seq = frame.seq
      frames++
    })
    last = reading ?? last
  }
  await upgradeTo(known)
  for (const id of tables.get('forgotten')?.rows.keys() ?? []) archived.delete(id)
  const upgraded = from < known ? { from, backup: await backUp(folder, from) } : undefined
  for (const leftover of found.leftovers) await disk.remove(leftover)
  return {
    seq,
    log: await goOn(place, last, logs.at(-1) ?? 0, seq),
    snapshotBytes: base?.bytes ?? 0,
    archive: base && { file: base.file, rows: archived },
    report: { frames, tornBytes: last?.torn ?? 0, damagedSnapshots, upgraded },
  }
}

/** @throws PlotdError ERR_SPOOL_NEWER */
async function formatsOf(
  { disk, folder, upgrades }: LogPlace,
  logs: readonly number[],
): Promise<(number | undefined)[]> {
  const formats: (number | undefined)[] = []
  for (const generation of logs) {
    const path = logPath(folder, generation)
    const format = (await readHeader(disk, path))?.format
    refuseNewer(path, format ?? 0, formatBy(upgrades))
    formats.push(format)
  }
  return formats
}

/** The log for what comes next: the newest one, unless that holds an older format, which nothing new is mixed with. */
async function goOn(place: LogPlace, last: LogReading | undefined, newest: number, seq: number): Promise<LogFile> {
  if (last?.header.generation !== newest) return LogFile.create(place, newest, seq)
  const log = await LogFile.resume(place, last.header, last.end, last.used)
  if (last.header.format === formatBy(place.upgrades)) return log
  await log.close()
  return LogFile.create(place, newest + 1, seq)
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
