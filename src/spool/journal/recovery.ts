import type { FileRow } from './archive-file.ts'
import { backUp } from './backup.ts'
import { damage, isDamage, withLoss } from './damage.ts'
import type { DiskFile } from './disk.ts'
import { formatBy, refuseNewer, upgrade } from './format.ts'
import { type JournalEnd, JournalFile, type JournalHeader, type JournalPlace } from './journal-file.ts'
import { readHeader, readJournal } from './journal-reader.ts'
import { type Generations, generations, journalPath, snapshotPath, watermarkPath } from './names.ts'
import { readSnapshot } from './snapshot-reader.ts'
import { applyOp, forget, loadAll, type Op, type TablesByName } from './table.ts'
import { type Mark, Watermark } from './watermark.ts'

/** The report of a start: the damage that plotd found, and the upgrade of an older format. */
export interface RecoveryReport {
  /** Bytes of a torn frame that was not acknowledged, and is overwritten now; 0 when there was none. */
  readonly tornBytes: number
  /**
   * Full paths of damaged snapshots. Nothing is lost, because plotd read an older snapshot or none, and all later
   * journals.
   */
  readonly damagedSnapshots: readonly string[]
  /** The older format of the folder, and the copy that was made before the upgrade. */
  readonly upgraded: { readonly from: number; readonly backup: string } | undefined
}

export interface RecoveryResult {
  /** The number of the last frame. */
  readonly seq: number
  readonly journal: JournalFile
  readonly watermark: Watermark
  readonly snapshotBytes: number
  readonly archive: { readonly file: DiskFile; readonly rows: Map<string, FileRow> } | undefined
  readonly report: RecoveryReport
}

/**
 * Reads the newest sound snapshot and every later frame into the tables, in the newest format. A folder of an older
 * format is copied before the first write.
 *
 * @param onWatermarkError  receives the error of a write of the watermark in the background
 * @throws PlotdError ERR_SPOOL_DAMAGED when acknowledged changes would be lost, ERR_SPOOL_NEWER when a newer program
 *   wrote the folder; both before any change
 */
export async function recover(
  place: JournalPlace,
  tables: TablesByName,
  onWatermarkError: (error: unknown) => void,
): Promise<RecoveryResult> {
  const reading = await readFolder(place, tables)
  try {
    return await openForWriting(place, reading, onWatermarkError)
  } catch (error) {
    await reading.base?.file.close()
    throw error
  }
}

/** The content of the folder, except the records, which are in the tables. */
export interface Reading {
  readonly seq: number
  readonly base: Base | undefined
  readonly damagedSnapshots: readonly string[]
  /** The end of the newest journal; undefined without a journal, or if the newest one has no header yet. */
  readonly last: JournalEnd | undefined
  /** The generation of the newest journal; 0 without a journal. */
  readonly generation: number
  readonly mark: Mark | undefined
  /** The format of the folder before the upgrade. */
  readonly format: number
  readonly leftovers: readonly string[]
}

/** Reads everything into the tables and changes nothing on the disk. @throws the errors of `recover` */
export async function readFolder(place: JournalPlace, tables: TablesByName): Promise<Reading> {
  const { disk, folder } = place
  const files = await generations(disk, folder)
  const mark = await Watermark.read(disk, folder)
  const { base, damaged } = await newestSound(place, files, tables, mark)
  const position = { seq: base?.seq ?? 0 }
  try {
    return { ...(await replay(place, files, tables, { base, mark, position })), base, damagedSnapshots: damaged, mark }
  } catch (error) {
    await base?.file.close()
    throw withLoss(error, position.seq, mark?.seq)
  }
}

/** The snapshot from which a replay starts. */
export interface Base {
  readonly format: number
  readonly generation: number
  readonly seq: number
  readonly bytes: number
  readonly file: DiskFile
  readonly archive: Map<string, FileRow>
}

/** Loads the newest sound snapshot. Skips damaged ones: an older one with all later journals gives the same state. */
async function newestSound(
  { disk, folder, upgrades }: JournalPlace,
  { snapshots, journals }: Generations,
  tables: TablesByName,
  mark: Mark | undefined,
): Promise<{ base: Base | undefined; damaged: string[] }> {
  const damaged: string[] = []
  for (const generation of [...snapshots].reverse()) {
    try {
      const reading = await readSnapshot(disk, folder, generation, formatBy(upgrades))
      const header = await readHeader(disk, journalPath(folder, generation)).catch(() => undefined)
      if (reading.salt !== undefined && header !== undefined && reading.salt !== header.salt) {
        await reading.file.close()
        throw new Error('it does not belong to its journal')
      }
      loadAll(tables, reading.tables)
      return { base: { generation, ...reading }, damaged }
    } catch (error) {
      if (!isDamage(error)) throw error
      damaged.push(snapshotPath(folder, generation))
    }
  }
  const lossOf = (file: string, why: string): unknown => withLoss(damage(file, 0, why), 0, mark?.seq)
  if (damaged.length > 0 && journals[0] !== 0) throw lossOf(damaged[0] ?? folder, 'no earlier snapshot can be read')
  if (journals.length > 0 && journals[0] !== 0)
    throw lossOf(journalPath(folder, journals[0] ?? 0), 'its snapshot is gone')
  return { base: undefined, damaged }
}

/** The facts from which a replay starts. A replay applies the frames of the journals to the tables. */
interface ReplayStart {
  readonly base: Base | undefined
  readonly mark: Mark | undefined
  /** `seq` is the number of the last frame read so far. The replay raises this number. */
  readonly position: { seq: number }
}

/** Reads every frame after the snapshot into the tables. */
async function replay(
  place: JournalPlace,
  files: Generations,
  tables: TablesByName,
  { base, mark, position }: ReplayStart,
): Promise<Omit<Reading, 'base' | 'damagedSnapshots' | 'mark'>> {
  const { disk, folder, upgrades } = place
  const archived = base?.archive ?? new Map<string, FileRow>()
  const { journals, headers, generation, isUnbegun } = await journalsAfter(place, files, base, mark)
  const known = formatBy(upgrades)
  let format = base?.format ?? headers[0]?.format ?? known
  const from = format
  const upgradeTo = async (to: number): Promise<void> => {
    if (to <= format) return
    await upgrade(tables, base && { file: base.file, rows: archived }, upgrades.slice(format - 1, to - 1))
    format = to
  }
  let last: JournalEnd | undefined
  for (const [i, journal] of journals.entries()) {
    await upgradeTo(headers[i]?.format ?? format)
    const bytes = journal === mark?.generation ? mark.bytes : 0
    const expected = { generation: journal, isLast: i === journals.length - 1, bytes, after: position.seq }
    last = await readJournal(disk, journalPath(folder, journal), expected, (frame) => {
      for (const op of JSON.parse(frame.body) as readonly Op[]) redo(tables, archived, op)
      position.seq = frame.seq
    })
  }
  const { seq } = position
  if (mark !== undefined && seq < mark.seq) {
    throw damage(
      journalPath(folder, journals.at(-1) ?? 0),
      last?.end ?? 0,
      `frames ${seq + 1} to ${mark.seq} are missing`,
    )
  }
  await upgradeTo(known)
  for (const id of tables.get('forgotten')?.keys() ?? []) archived.delete(id)
  return { seq, last: isUnbegun ? undefined : last, generation, format: from, leftovers: files.leftovers }
}

/** The journals that a replay reads. */
interface Journals {
  /** Generations, the oldest first. */
  readonly journals: readonly number[]
  readonly headers: readonly (JournalHeader | undefined)[]
  /** The newest generation, also when its journal has not begun. */
  readonly generation: number
  /** Whether the newest journal has no header yet, and is left out. */
  readonly isUnbegun: boolean
}

/**
 * @throws PlotdError ERR_SPOOL_DAMAGED when a file is missing or a journal belongs to another folder; ERR_SPOOL_NEWER
 */
async function journalsAfter(
  place: JournalPlace,
  { journals: all, snapshots }: Generations,
  base: Base | undefined,
  mark: Mark | undefined,
): Promise<Journals> {
  const { folder } = place
  const candidates = all.filter((generation) => generation >= (base?.generation ?? 0))
  if (base !== undefined && candidates[0] !== base.generation) {
    throw damage(journalPath(folder, base.generation), 0, 'it is gone')
  }
  const headers = await headersOf(place, candidates)
  const generation = candidates.at(-1) ?? 0
  // The mark is written before the first frame, so a journal that is newer than the mark holds no frame.
  const isNext = mark !== undefined && generation === mark.generation + 1 && !snapshots.includes(generation)
  const isUnbegun = isNext && headers.at(-1) === undefined
  const journals = isUnbegun ? candidates.slice(0, -1) : candidates
  checkMark(folder, journals, headers, mark)
  return { journals, headers, generation, isUnbegun }
}

/** @throws PlotdError ERR_SPOOL_DAMAGED when the watermark is gone, or was written for other journals */
function checkMark(
  folder: string,
  journals: readonly number[],
  headers: readonly (JournalHeader | undefined)[],
  mark: Mark | undefined,
): void {
  if (mark === undefined) {
    if (journals.every((_, i) => headers[i]?.hasWatermark === false)) return
    throw damage(watermarkPath(folder), 0, 'it is gone or cannot be read')
  }
  if (mark.generation > (journals.at(-1) ?? -1)) throw damage(journalPath(folder, mark.generation), 0, 'it is gone')
  const header = headers[journals.indexOf(mark.generation)]
  if (header === undefined || header.salt === mark.salt) return
  throw damage(journalPath(folder, mark.generation), 0, 'it is not the journal that was written here')
}

/** @throws PlotdError ERR_SPOOL_NEWER */
async function headersOf(
  { disk, folder, upgrades }: JournalPlace,
  journals: readonly number[],
): Promise<(JournalHeader | undefined)[]> {
  const headers: (JournalHeader | undefined)[] = []
  for (const generation of journals) {
    const path = journalPath(folder, generation)
    const header = await readHeader(disk, path)
    refuseNewer(path, header?.format ?? 0, formatBy(upgrades))
    headers.push(header)
  }
  return headers
}

/** Prepares the folder for new frames: the first step that writes. */
async function openForWriting(
  place: JournalPlace,
  { seq, base, damagedSnapshots, last, generation, mark, format, leftovers }: Reading,
  onWatermarkError: (error: unknown) => void,
): Promise<RecoveryResult> {
  const { disk, folder, upgrades } = place
  const known = formatBy(upgrades)
  const upgraded = format < known ? { from: format, backup: await backUp(folder, `format-${format}`) } : undefined
  for (const leftover of leftovers) await disk.remove(leftover)
  const presentMark = last && { generation, salt: last.header.salt, bytes: last.size, seq }
  const watermark = await Watermark.open(disk, folder, presentMark ?? mark, onWatermarkError)
  let journal: JournalFile
  if (last === undefined) journal = await JournalFile.create(place, watermark, generation, seq)
  else {
    journal = await JournalFile.resume(place, watermark, last)
    // Nothing new is written into a journal of an older format, or of a plotd that kept no watermark.
    if (last.header.format !== known || !last.header.hasWatermark) {
      await journal.close()
      journal = await JournalFile.create(place, watermark, generation + 1, seq)
    }
  }
  return {
    seq,
    journal,
    watermark,
    snapshotBytes: base?.bytes ?? 0,
    archive: base && { file: base.file, rows: base.archive },
    report: { tornBytes: last?.torn ?? 0, damagedSnapshots, upgraded },
  }
}

/**
 * Applies a change from a frame. A job that changed after the snapshot leaves the archive. A removed job that was
 * archived may still be in the tables, when plotd reads an earlier snapshot than the one that archived the job.
 */
function redo(tables: TablesByName, archived: Map<string, FileRow>, op: Op): void {
  if (op[1] === 'jobs') archived.delete(op[2])
  if (op[1] === 'forgotten') forget(tables, op[2])
  applyOp(tables, op)
}
