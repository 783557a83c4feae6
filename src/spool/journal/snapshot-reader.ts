import { crc32 } from 'node:zlib'
import { decodeRow, type FileRow } from './archive-file.ts'
import type { Disk, DiskFile } from './disk.ts'
import { refuseNewer } from './format.ts'
import { snapshotPath } from './names.ts'

export interface SnapshotReading {
  readonly format: number
  readonly seq: number
  /** The salt of the journal of the same generation; absent in snapshots of older versions. */
  readonly salt: number | undefined
  readonly tables: ReadonlyMap<string, Map<string, unknown>>
  readonly archive: Map<string, FileRow>
  readonly file: DiskFile
  readonly bytes: number
}

const WINDOW_BYTES = 1 << 20
const NEWLINE = 10
const CRC_LINE = /^"crc32":"([0-9a-f]{8})"\}$/
/** Lines of records are collected up to about this many bytes, and then parsed together. */
const BATCH = 256 << 10

/**
 * Reads a snapshot line by line, so that a snapshot may be longer than the longest possible string. Parses only the
 * head of each archived job, for the index of the archive, so a start is quick.
 *
 * @param known  the newest readable format
 * @throws any Error when the snapshot is damaged; PlotdError ERR_SPOOL_NEWER when it is sound and of a newer format
 */
export async function readSnapshot(
  disk: Disk,
  folder: string,
  generation: number,
  known: number,
): Promise<SnapshotReading> {
  const path = snapshotPath(folder, generation)
  const file = await disk.open(path, 'read')
  try {
    const parser = new Parser(known)
    await readLines(file, parser)
    refuseNewer(path, parser.result(generation).format, known)
    return { ...parser.result(generation), file, bytes: await file.size() }
  } catch (error) {
    await file.close()
    throw error
  }
}

const RECORD_LINE = /^("(?:[^"\\]|\\.)*"):(.*?),?$/s

/**
 * Of a damaged snapshot, reads every record that can be parsed. Only the whole file has a checksum, so even a record
 * that can be parsed may contain a damaged text.
 *
 * @returns undefined when the first line cannot be read
 */
export async function salvageSnapshot(
  disk: Disk,
  path: string,
  onRecord: (table: string, id: string, record: unknown) => void,
): Promise<{ readonly format: number; readonly seq: number } | undefined> {
  const file = await disk.open(path, 'read')
  let table: string | undefined
  let head: { plotd?: number; seq?: number } = {}
  const onLine = (line: string): void => {
    const opened = /^"(\w+)":\{$/.exec(line)
    if (opened !== null) table = opened[1]
    else if (line.startsWith('}')) table = undefined
    else if (line.startsWith('{"plotd"')) head = parseOrNothing(`${line.replace(/,$/, '')}}`) ?? {}
    else if (table !== undefined) onSalvaged(table, line, onRecord)
  }
  try {
    await readLines(file, { take: (lines) => lines.toString().split('\n').forEach(onLine) }).catch(() => {})
  } finally {
    await file.close()
  }
  const { plotd: format, seq } = head
  return format === undefined || seq === undefined ? undefined : { format, seq }
}

function onSalvaged(table: string, line: string, onRecord: (table: string, id: string, record: unknown) => void): void {
  const [, quoted = '', json = ''] = RECORD_LINE.exec(line) ?? []
  const id = parseOrNothing<string>(quoted)
  const record = parseOrNothing<unknown>(json)
  if (id === undefined || record === undefined) return
  if (table !== 'archive') {
    onRecord(table, id, record)
    return
  }
  const { job, log } = record as { job?: unknown; log?: readonly unknown[] }
  if (job !== undefined) onRecord('jobs', id, job)
  if (log !== undefined && log.length > 0) onRecord('logs', id, log)
}

/** @returns undefined when the text is not JSON */
function parseOrNothing<T>(json: string): T | undefined {
  try {
    return JSON.parse(json) as T
  } catch {
    return undefined
  }
}

async function readLines(file: DiskFile, parser: Pick<Parser, 'take'>): Promise<void> {
  let rest = Buffer.alloc(0)
  let offset = 0
  for (;;) {
    // A damaged snapshot may be one long line. The window grows with the line, so that no byte is copied many times.
    const window = Buffer.allocUnsafe(rest.length + Math.max(WINDOW_BYTES, rest.length))
    rest.copy(window)
    const count = await file.read(window.subarray(rest.length), offset + rest.length)
    const bytes = window.subarray(0, rest.length + count)
    const end = bytes.lastIndexOf(NEWLINE) + 1
    parser.take(bytes.subarray(0, end), offset)
    rest = bytes.subarray(end)
    offset += end
    if (count === 0) break
  }
  if (rest.length > 0) throw new Error('the file ends in mid-line')
}

class Parser {
  readonly #known: number
  #crc = 0
  #checksumLine: string | undefined
  #head: { plotd?: number; generation?: number; seq?: number; salt?: number } = {}
  readonly #tables = new Map<string, Map<string, unknown>>()
  readonly #archive = new Map<string, FileRow>()
  /** The table of the present section; undefined in the archive and between sections. */
  #rows: Map<string, unknown> | undefined
  #batch: string[] = []
  #batchBytes = 0

  constructor(known: number) {
    this.#known = known
  }

  /** Takes whole lines. The first begins at byte `offset` of the file. */
  take(lines: Buffer, offset: number): void {
    let start = 0
    for (let end = lines.indexOf(NEWLINE); end >= 0; end = lines.indexOf(NEWLINE, start)) {
      if (this.#checksumLine !== undefined) throw new Error('something follows the checksum')
      this.#line(lines.subarray(start, end), offset + start)
      start = end + 1
    }
    const covered = this.#checksumLine === undefined ? lines : lines.subarray(0, lines.length - CRC_LENGTH - 1)
    this.#crc = crc32(covered, this.#crc)
  }

  result(generation: number): Omit<SnapshotReading, 'file' | 'bytes'> {
    const { plotd: format, seq, generation: headGeneration, salt } = this.#head
    if (this.#checksumLine === undefined) throw new Error('the checksum is missing')
    if (Number.parseInt(this.#checksumLine, 16) !== this.#crc) throw new Error('the checksum does not match')
    if (seq === undefined || format === undefined) throw new Error('the first line lacks `seq` or `plotd`')
    if (headGeneration !== generation)
      throw new Error(`the first line names generation ${headGeneration}, expected generation ${generation}`)
    return { format, seq, salt, tables: this.#tables, archive: this.#archive }
  }

  #line(line: Buffer, offset: number): void {
    if ((this.#head.plotd ?? 0) > this.#known) this.#checksum(line)
    else if (line[0] === OPEN) this.#head = JSON.parse(`${line.toString().replace(/,$/, '')}}`) as { seq: number }
    else if (line[0] === CLOSE) this.#endSection()
    else if (line[line.length - 1] === OPEN) this.#beginSection(line.toString().slice(1, -3))
    else if (this.#rows === undefined) this.#checksumOrArchived(line, offset)
    else this.#record(line)
  }

  #beginSection(name: string): void {
    this.#rows = name === 'archive' ? undefined : new Map()
    if (this.#rows !== undefined) this.#tables.set(name, this.#rows)
  }

  #endSection(): void {
    this.#parseBatch()
    this.#rows = undefined
  }

  #record(line: Buffer): void {
    this.#batch.push(line[line.length - 1] === COMMA ? line.toString('utf8', 0, line.length - 1) : line.toString())
    this.#batchBytes += line.length
    if (this.#batchBytes > BATCH) this.#parseBatch()
  }

  #parseBatch(): void {
    const parsed = JSON.parse(`{${this.#batch.join(',')}}`) as Record<string, unknown>
    for (const id in parsed) this.#rows?.set(id, Object.freeze(parsed[id]))
    this.#batch = []
    this.#batchBytes = 0
  }

  #checksum(line: Buffer): boolean {
    if (line.length === CRC_LENGTH) this.#checksumLine = CRC_LINE.exec(line.toString('latin1'))?.[1]
    return this.#checksumLine !== undefined
  }

  #checksumOrArchived(line: Buffer, offset: number): void {
    if (this.#checksum(line)) return
    const row = decodeRow(line[line.length - 1] === COMMA ? line.subarray(0, line.length - 1) : line, offset)
    if (row === undefined) throw new Error(`byte ${offset} is not an archived job`)
    this.#archive.set(row.id, row)
  }
}

const OPEN = 0x7b
const CLOSE = 0x7d
const COMMA = 0x2c
/** Bytes of the last line, which the checksum does not cover. */
const CRC_LENGTH = '"crc32":"00000000"}'.length
