import { PlotdError } from '../../errors.ts'
import type { Archive, ArchivedJob, ArchiveRow } from '../archive.ts'
import type { Job, JobStatus } from '../job.ts'
import type { LogEntry } from '../spool.ts'
import { type DiskFile, systemCode } from './disk.ts'

/** The index entry of an archived job, with the place and the length of its row in the snapshot, bytes. */
export interface FileRow extends ArchiveRow {
  readonly at: number
  readonly length: number
  readonly paramsFile?: string
}

const SCAN_BYTES = 256 << 10

/** `"<id>":{"at":<endedAt>,"is":"<status>"[,"key":…][,"params":…],"job":{…},"log":[…]}` */
export function encodeRow(job: Job, log: readonly LogEntry[]): string {
  const { id, endedAt, status, idempotencyKey, paramsFile } = job
  const key = idempotencyKey === undefined ? '' : `,"key":${JSON.stringify(idempotencyKey)}`
  const params = paramsFile === undefined ? '' : `,"params":"${paramsFile}"`
  return `"${id}":{"at":${endedAt},"is":"${status}"${key}${params},"job":${JSON.stringify(job)},"log":${JSON.stringify(log)}}`
}

/**
 * The text of a row before its first `,"job":{`. No idempotency key contains `,"job":{`, because JSON escapes quotes.
 */
const HEAD = /^"([^"]+)":\{"at":([-+\d.e]+),"is":"(\w+)"(,.*)?$/

/**
 * The index entry of a row, read from the row's head without parsing the job. Undefined when the head is not sound.
 *
 * @throws SyntaxError when the key or the file of the params is not sound
 */
export function decodeRow(row: Buffer, offset: number): FileRow | undefined {
  const end = row.indexOf(',"job":{')
  const match = HEAD.exec(row.toString('latin1', 0, Math.max(end, 0)))
  if (match === null) return undefined
  const [, id = '', endedAt, status, more] = match
  const base = { id, status: status as JobStatus, endedAt: Number(endedAt), at: offset, length: row.length }
  if (more === undefined) return base
  const head = JSON.parse(`{${row.toString('utf8', 0, end)}}}`) as Record<string, { key?: string; params?: string }>
  const { key, params } = head[id] ?? {}
  return { ...base, ...(key !== undefined && { key }), ...(params !== undefined && { paramsFile: params }) }
}

/** The archive in the newest snapshot. Memory has only the index: a `FileRow` for each archived job. */
export class ArchiveFile implements Archive {
  #file: SharedFile | undefined
  #rows = new Map<string, FileRow>()
  readonly #keys = new Map<string, string>()
  /** Jobs that were forgotten since the last `watchForgotten`. */
  #forgotten: Set<string> | undefined

  get size(): number {
    return this.#rows.size
  }

  row(id: string): ArchiveRow | undefined {
    return this.#rows.get(id)
  }

  rows(): Iterable<FileRow> {
    return this.#rows.values()
  }

  idByKey(key: string): string | undefined {
    return this.#keys.get(key)
  }

  *paramsFiles(): Iterable<string> {
    for (const { paramsFile } of this.#rows.values()) if (paramsFile !== undefined) yield paramsFile
  }

  forget(id: string): void {
    const key = this.#rows.get(id)?.key
    if (key !== undefined) this.#keys.delete(key)
    this.#rows.delete(id)
    this.#forgotten?.add(id)
  }

  async read(id: string): Promise<ArchivedJob | undefined> {
    const row = this.#rows.get(id)
    if (row === undefined) return undefined
    const bytes = await this.#file?.use((file) => bytesAt(file, row.at, row.length))
    return bytes && parseRow(bytes.toString(), row)
  }

  async *scan(): AsyncIterable<ArchivedJob> {
    for await (const { rows, bytes } of this.pieces()) {
      for (const row of rows) {
        const start = row.at - (rows[0]?.at ?? 0)
        yield parseRow(bytes.toString('utf8', start, start + row.length), row)
      }
    }
  }

  /** Yields groups of rows that follow one another in the file, with their bytes and the separators between them. */
  async *pieces(): AsyncGenerator<{ readonly rows: readonly FileRow[]; readonly bytes: Buffer }> {
    const file = this.#file
    if (file === undefined) return
    file.hold() // `moveTo` may replace the file before the last piece is read
    try {
      for (const rows of runsOf([...this.#rows.values()])) yield { rows, bytes: await bytesOf(file, rows) }
    } finally {
      await file.release()
    }
  }

  /** Begins to collect the jobs that are forgotten, for the next `moveTo`. */
  watchForgotten(): void {
    this.#forgotten = new Set()
  }

  /** Moves the archive to a new file. Jobs that were forgotten meanwhile stay forgotten. */
  async moveTo(file: DiskFile, rows: Map<string, FileRow>): Promise<void> {
    const old = this.#file
    this.#file = new SharedFile(file)
    this.#rows = rows
    for (const id of this.#forgotten ?? []) rows.delete(id)
    this.#forgotten = undefined
    await old?.close()
  }

  /** Adds a job that has left memory, or that was read at the start. */
  add(row: FileRow): void {
    this.#rows.set(row.id, row)
    if (row.key !== undefined) this.#keys.set(row.key, row.id)
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }
}

/** Splits rows into groups, in which rows follow one another. A group has at most SCAN_BYTES, or is one longer row. */
function* runsOf(rows: readonly FileRow[]): Generator<readonly FileRow[]> {
  let run: FileRow[] = []
  for (const row of rows) {
    const first = run[0]
    const last = run.at(-1)
    const joins = last !== undefined && row.at === last.at + last.length + 2
    if (first !== undefined && (!joins || row.at + row.length - first.at > SCAN_BYTES)) {
      yield run
      run = []
    }
    run.push(row)
  }
  if (run.length > 0) yield run
}

async function bytesOf(file: SharedFile, run: readonly FileRow[]): Promise<Buffer> {
  const [first] = run
  const last = run.at(-1)
  if (first === undefined || last === undefined) return Buffer.alloc(0)
  return file.use((open) => bytesAt(open, first.at, last.at + last.length - first.at))
}

/** @throws PlotdError ERR_SPOOL_DAMAGED when the file has become shorter, or cannot be read */
async function bytesAt(file: DiskFile, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  const count = await file.read(bytes, at).catch((error: unknown) => {
    throw damagedAt(at, error)
  })
  if (count < length) throw damagedAt(at)
  return bytes
}

/** @throws PlotdError ERR_SPOOL_DAMAGED when the text is not the row of this job */
function parseRow(json: string, { id, at }: FileRow): ArchivedJob {
  let rows: Record<string, ArchivedJob>
  try {
    rows = JSON.parse(`{${json}}`) as Record<string, ArchivedJob>
  } catch (error) {
    throw damagedAt(at, error)
  }
  const { job, log } = rows[id] ?? {}
  if (job === undefined) throw damagedAt(at)
  return { job, log: log ?? [] }
}

function damagedAt(byte: number, cause?: unknown): PlotdError {
  const why = cause === undefined ? '' : ` (${systemCode(cause)})`
  const message = `the archive in the newest snapshot is damaged at byte ${byte}${why}: restart plotd, which then reads the previous snapshot`
  return new PlotdError('ERR_SPOOL_DAMAGED', message, { byte }, cause)
}

/** A file that stays open after `close` until its last reader is done. */
class SharedFile {
  readonly #file: DiskFile
  #readers = 0
  #isClosing = false

  constructor(file: DiskFile) {
    this.#file = file
  }

  async use<T>(read: (file: DiskFile) => Promise<T>): Promise<T> {
    this.hold()
    try {
      return await read(this.#file)
    } finally {
      await this.release()
    }
  }

  hold(): void {
    this.#readers++
  }

  async release(): Promise<void> {
    this.#readers--
    if (this.#isClosing && this.#readers === 0) await this.#file.close()
  }

  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    if (this.#readers === 0) await this.#file.close()
  }
}
