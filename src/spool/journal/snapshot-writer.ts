import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Job } from '../job.ts'
import type { LogEntry } from '../spool.ts'
import { type ArchiveFile, encodeRow, type FileRow } from './archive-file.ts'
import type { Disk, DiskFile } from './disk.ts'
import { snapshotPath } from './names.ts'
import { TextBuffer } from './text-buffer.ts'

/** The state at one moment. Records are immutable, so an image stays valid while work continues. */
export interface Image {
  readonly format: number
  readonly generation: number
  readonly seq: number
  /** The salt of the journal of this generation. */
  readonly salt: number
  readonly tables: readonly TableImage[]
  /**
   * Idempotency keys of removed jobs: the live table, because a copy of a million keys would block the event loop.
   * Changes during the write are also in the new journal, and setting a key twice does no harm.
   */
  readonly keys: ReadonlyMap<string, string>
  /** Ended jobs that go to the archive with this snapshot, oldest first. */
  readonly retired: readonly { readonly job: Job; readonly log: readonly LogEntry[] }[]
  /** Archived jobs that this snapshot and all later snapshots leave out. */
  readonly forgotten: readonly string[]
}

export interface TableImage {
  readonly name: string
  readonly ids: readonly string[]
  readonly records: readonly unknown[]
  /** Ids of retired jobs, whose records the snapshot has in its archive instead. */
  readonly without: ReadonlySet<string>
}

export interface WrittenSnapshot {
  readonly file: DiskFile
  /** The index entries of the previous archive's rows, with their places in the new file. */
  readonly rows: Map<string, FileRow>
  /** The index entries of the retired jobs, in the image's order. */
  readonly retired: readonly FileRow[]
  readonly bytes: number
}

/** Bytes that are encoded and written without a break for the event loop. */
const SLICE = 64 << 10
const SYNC_EVERY_BYTES = 1 << 20

/**
 * Writes a snapshot as one JSON document with a record per line, in slices that never block the event loop for long.
 * Writes and syncs a temporary file, renames the file, and syncs the folder. Copies the archived jobs of the previous
 * snapshot byte for byte, except forgotten jobs.
 */
export async function writeSnapshot(
  disk: Disk,
  folder: string,
  image: Image,
  archive: ArchiveFile,
): Promise<WrittenSnapshot> {
  const path = snapshotPath(folder, image.generation)
  const file = await disk.open(`${path}.tmp`, 'create')
  try {
    await file.truncate(0)
    const writer = new Writer(file)
    writer.put(`{"plotd":${image.format},"generation":${image.generation},"seq":${image.seq},"salt":${image.salt}`)
    for (const table of image.tables) await writeTable(writer, table)
    await writeKeys(writer, image.keys)
    writer.put(',\n"archive":{')
    const rows = await copyArchive(writer, archive)
    const retired = await writeRetired(writer, image, rows.size === 0)
    writer.put('\n}')
    await writer.finish()
    await disk.rename(`${path}.tmp`, path)
    await disk.syncFolder(dirname(path))
    return { file, rows, retired, bytes: writer.at }
  } catch (error) {
    await file.close()
    await disk.remove(`${path}.tmp`).catch(() => {})
    throw error
  }
}

async function writeTable(writer: Writer, { name, ids, records, without }: TableImage): Promise<void> {
  writer.put(`,\n${JSON.stringify(name)}:{`)
  let separator = '\n'
  for (const [i, id] of ids.entries()) {
    if (without.has(id)) continue
    writer.put(`${separator}${JSON.stringify(id)}:${JSON.stringify(records[i])}`)
    separator = ',\n'
    if (writer.isFull) await writer.flush()
  }
  writer.put('\n}')
}

async function writeKeys(writer: Writer, keys: ReadonlyMap<string, string>): Promise<void> {
  writer.put(',\n"keys":{')
  let separator = '\n'
  for (const [digest, id] of keys) {
    writer.put(`${separator}"${digest}":"${id}"`)
    separator = ',\n'
    if (writer.isFull) await writer.flush()
  }
  writer.put('\n}')
}

/** Copies the archive of the previous snapshot without parsing it. */
async function copyArchive(writer: Writer, archive: ArchiveFile): Promise<Map<string, FileRow>> {
  const rows = new Map<string, FileRow>()
  for await (const { rows: oldRows, bytes } of archive.pieces()) {
    writer.put(rows.size === 0 ? '\n' : ',\n')
    await writer.flush()
    const shift = writer.at - (oldRows[0]?.at ?? 0)
    for (const old of oldRows) rows.set(old.id, { ...old, at: old.at + shift })
    await writer.write(bytes)
  }
  return rows
}

async function writeRetired(writer: Writer, { retired }: Image, isFirst: boolean): Promise<FileRow[]> {
  const rows: FileRow[] = []
  for (const { job, log } of retired) {
    writer.put(isFirst && rows.length === 0 ? '\n' : ',\n')
    const offset = writer.at + writer.pending
    writer.put(encodeRow(job, log))
    rows.push(toRow(job, offset, writer.at + writer.pending - offset))
    if (writer.isFull) await writer.flush()
  }
  return rows
}

function toRow({ id, status, endedAt = 0, idempotencyKey, paramsFile }: Job, offset: number, length: number): FileRow {
  return {
    ...{ id, status, endedAt, at: offset, length },
    ...(idempotencyKey !== undefined && { key: idempotencyKey }),
    ...(paramsFile !== undefined && { paramsFile }),
  }
}

class Writer {
  /** Bytes written. */
  at = 0
  readonly #file: DiskFile
  /** Text that is not written yet. */
  readonly #text = new TextBuffer(2 * SLICE)
  #crc = 0
  #synced = 0

  constructor(file: DiskFile) {
    this.#file = file
  }

  get pending(): number {
    return this.#text.length
  }

  get isFull(): boolean {
    return this.pending >= SLICE
  }

  put(text: string): void {
    this.#text.append(text)
  }

  async flush(): Promise<void> {
    const { bytes } = this.#text
    this.#text.clear()
    await this.write(bytes)
  }

  async write(bytes: Buffer): Promise<void> {
    this.#crc = crc32(bytes, this.#crc)
    await this.#file.write(bytes, this.at)
    this.at += bytes.length
    // One large sync at the end would delay the journal's own syncs.
    if (this.at - this.#synced > SYNC_EVERY_BYTES) {
      await this.#file.sync()
      this.#synced = this.at
    }
  }

  /** Writes the last line, which is the checksum of all lines before it, and syncs the file. */
  async finish(): Promise<void> {
    this.put(',\n')
    await this.flush()
    const last = Buffer.from(`"crc32":"${this.#crc.toString(16).padStart(8, '0')}"}\n`)
    await this.#file.write(last, this.at)
    this.at += last.length
    await this.#file.sync()
  }
}
