import type { FileRow } from './archive-file.ts'
import { isDamage } from './damage.ts'
import type { DiskFile } from './disk.ts'
import { formatBy, refuseNewer, upgrade } from './format.ts'
import type { JournalPlace } from './journal-file.ts'
import { readHeader, salvageJournal } from './journal-reader.ts'
import { generations, journalPath, snapshotPath } from './names.ts'
import { readSnapshot, salvageSnapshot } from './snapshot-reader.ts'
import { applyOp, forget, loadAll, needsRecord, type Op, type TablesByName } from './table.ts'
import { Watermark } from './watermark.ts'

/** The findings of `salvage`, except the records, which are in the tables. */
export interface Salvage {
  /** Larger than the generation of every file. */
  readonly generation: number
  /** The number of the last frame that was read or is known to have been acknowledged. */
  readonly seq: number
  /** Acknowledged frames that could not be read; undefined when the watermark is lost too. */
  readonly lostWrites: number | undefined
  /** Changes that could not be applied, because the record that they change is lost. */
  readonly lostChanges: number
}

/** Reads all sound records of a damaged folder into the tables. Writes nothing. @throws PlotdError ERR_SPOOL_NEWER */
export async function salvage(place: JournalPlace, tables: TablesByName): Promise<Salvage> {
  const { disk, folder, upgrades } = place
  const { snapshots, journals } = await generations(disk, folder)
  const mark = await Watermark.read(disk, folder)
  const base = await newestReadable(place, snapshots, tables)
  const known = formatBy(upgrades)
  let format = base?.format ?? 1
  let seq = base?.seq ?? 0
  let readFrames = seq
  let lostChanges = 0
  const upgradeTo = async (to: number): Promise<void> => {
    if (to > format) await upgrade(tables, undefined, upgrades.slice(format - 1, to - 1))
    format = Math.max(format, to)
  }
  for (const generation of journals.filter((journal) => journal >= (base?.generation ?? 0))) {
    const path = journalPath(folder, generation)
    const header = await readHeader(disk, path)
    refuseNewer(path, header?.format ?? 0, known)
    const salt = header?.salt ?? (generation === mark?.generation ? mark.salt : undefined)
    if (salt === undefined) continue
    await upgradeTo(header?.format ?? known)
    await salvageJournal(disk, path, salt, (frame) => {
      if (frame.seq <= seq) return
      seq = frame.seq
      readFrames++
      for (const op of JSON.parse(frame.body) as readonly Op[]) {
        if (op[1] === 'forgotten') forget(tables, op[2])
        else if (needsRecord(op) && !tables.get(op[1])?.has(op[2])) lostChanges++
        else applyOp(tables, op)
      }
    })
  }
  await upgradeTo(known)
  const acknowledged = mark && Math.max(mark.seq, seq)
  return {
    generation: Math.max(0, mark?.generation ?? 0, ...snapshots, ...journals) + 1,
    seq: acknowledged ?? seq,
    lostWrites: acknowledged && acknowledged - readFrames,
    lostChanges,
  }
}

interface Base {
  readonly generation: number
  readonly format: number
  readonly seq: number
}

/**
 * Loads the newest sound snapshot with its archive. When no snapshot is sound, loads the readable records of the
 * newest.
 */
async function newestReadable(
  { disk, folder, upgrades }: JournalPlace,
  snapshots: readonly number[],
  tables: TablesByName,
): Promise<Base | undefined> {
  for (const generation of [...snapshots].reverse()) {
    try {
      const snapshot = await readSnapshot(disk, folder, generation, formatBy(upgrades))
      loadAll(tables, snapshot.tables)
      await unarchive(tables, snapshot.file, snapshot.archive)
      return { generation, format: snapshot.format, seq: snapshot.seq }
    } catch (error) {
      if (!isDamage(error)) throw error
    }
  }
  const newest = snapshots.at(-1)
  if (newest === undefined) return undefined
  const head = await salvageSnapshot(disk, snapshotPath(folder, newest), (name, id, record) => {
    tables.get(name)?.load(id, record)
  })
  return head === undefined ? undefined : { generation: newest, ...head }
}

async function unarchive(tables: TablesByName, file: DiskFile, rows: Map<string, FileRow>): Promise<void> {
  try {
    await upgrade(tables, { file, rows }, [])
  } finally {
    await file.close()
  }
}
