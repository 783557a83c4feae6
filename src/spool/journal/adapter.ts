import type { Adapter } from 'lowdb'
import { PlotdError } from '../../errors.ts'
import { emptyData, type SpoolData } from '../data.ts'
import type { Job } from '../job.ts'
import type { LogEntry } from '../spool.ts'
import { ArchiveFile, type FileRow } from './archive-file.ts'
import { type Disk, systemCode } from './disk.ts'
import { LogFile, type LogPlace } from './log-file.ts'
import { generations, logPath, snapshotPath } from './names.ts'
import { type RecoveryReport, recover } from './recovery.ts'
import { type Image, writeSnapshot } from './snapshot-writer.ts'
import { Table } from './table.ts'

export interface JournalOptions {
  readonly disk: Disk
  /** A snapshot is due when the journal has grown to this many bytes. */
  readonly compactAt: number
  /** Zeros written ahead of the frames. */
  readonly aheadBytes: number
}

/** What the spool decides about its own records when a snapshot is due. */
export interface Archivist {
  /** Ended jobs that may leave memory, oldest first. */
  retire(): readonly Job[]
  retired(ids: readonly string[]): void
}

interface Batch {
  readonly ops: string[]
  readonly done: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: PlotdError) => void
}

/**
 * The adapter that makes lowdb durable at the cost of what changed: `read` is the newest snapshot and the journal after
 * it, `write` appends one frame and resolves when the disk has it. Everything written in one turn, and while the frame
 * before is under way, shares a frame.
 *
 * After a write that failed, nothing can be known of what the disk holds: every later one is refused with
 * ERR_SPOOL_WRITE until the folder is read again.
 */
export class JournalAdapter implements Adapter<SpoolData> {
  readonly archive = new ArchiveFile()
  /** Resolves, with the reason, when the disk has failed. */
  readonly failed: Promise<PlotdError>
  archivist: Archivist = { retire: () => [], retired: () => {} }
  report: RecoveryReport = { frames: 0, tornBytes: 0, damagedSnapshots: [] }
  readonly #folder: string
  readonly #options: JournalOptions
  readonly #tables = new Map(Object.keys(emptyData()).map((name) => [name, new Table(name)]))
  readonly #poison: (error: PlotdError) => void
  #failure: PlotdError | undefined
  #log: LogFile | undefined
  #seq = 0
  #snapshotBytes = 0
  #batch: Batch | undefined
  #last: Promise<void> = Promise.resolve()
  #running: Promise<void> | undefined
  #callers = 0
  /** How many shared the frame before. */
  #company = 0
  #wantsImage: ((image: Image) => void) | undefined
  #compacting: Promise<void> | undefined

  constructor(folder: string, options: JournalOptions) {
    this.#folder = folder
    this.#options = options
    const { promise, resolve } = withResolvers<PlotdError>()
    this.failed = promise
    this.#poison = resolve
  }

  async read(): Promise<SpoolData> {
    const found = await recover(this.#place(), this.#tables)
    this.#log = found.log
    this.#seq = found.seq
    this.#snapshotBytes = found.snapshotBytes
    this.report = found.report
    if (found.archive !== undefined) {
      await this.archive.moveTo(found.archive.file, found.archive.rows)
      for (const row of found.archive.rows.values()) if (row.key !== undefined) this.archive.add(row)
    }
    return Object.fromEntries([...this.#tables].map(([name, { view }]) => [name, view])) as unknown as SpoolData
  }

  /** The tables know what changed, so the argument, which is `db.data`, is not looked at. */
  write(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    // Somebody else's write may have taken our change along: then theirs is what we wait for.
    if (!this.#collect()) return this.#last
    this.#callers++
    this.#running ??= this.#run()
    return this.#last
  }

  /** Moves on to a new generation: a snapshot of everything, and a new journal. */
  compact(): Promise<void> {
    this.#compacting ??= this.#compact().finally(() => {
      this.#compacting = undefined
    })
    return this.#compacting
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {})
    await this.#compacting?.catch(() => {})
    await this.#running
    if (this.#failure === undefined && (this.#log?.used ?? 0) > COMPACT_AT_CLOSE) await this.compact().catch(() => {})
    await this.#log?.close().catch(() => {})
    await this.archive.close()
  }

  /** Adds every change so far to the batch. @returns whether something had changed */
  #collect(): boolean {
    let changed = false
    for (const table of this.#tables.values()) {
      if (!table.isChanged) continue
      this.#batch ??= newBatch()
      table.takeChanges(this.#batch.ops)
      changed = true
    }
    if (changed && this.#batch !== undefined) this.#last = this.#batch.done
    return changed
  }

  async #run(): Promise<void> {
    try {
      do {
        // A lone caller should not wait for company; with many, one turn of the event loop brings them together.
        if (this.#company > 1) await turn()
        this.#company = this.#callers
        this.#callers = 0
        await this.#commit()
      } while (this.#batch !== undefined || this.#wantsImage !== undefined)
    } finally {
      this.#running = undefined
    }
  }

  async #commit(): Promise<void> {
    const batch = this.#batch
    this.#batch = undefined
    const wantsImage = this.#wantsImage
    this.#wantsImage = undefined
    const log = this.#log
    if (log === undefined) return
    try {
      const seq = this.#seq + (batch === undefined ? 0 : 1)
      const image = wantsImage && this.#image(log.generation + 1, seq)
      if (batch !== undefined) await log.append(seq, `[${batch.ops.join(',')}]`)
      this.#seq = seq
      if (image !== undefined) await this.#rotate(log)
      batch?.resolve()
      if (image !== undefined) wantsImage?.(image)
      this.#compactWhenDue(log)
    } catch (error) {
      this.#fail(log.path, error, batch)
    }
  }

  #fail(path: string, error: unknown, batch: Batch | undefined): void {
    const message = `the spool could not be written to ${path}: ${error instanceof Error ? error.message : String(error)}`
    const failure = new PlotdError('ERR_SPOOL_WRITE', message, { file: path, system: systemCode(error) }, error)
    this.#failure = failure
    for (const waiting of [batch, this.#batch]) waiting?.reject(failure)
    this.#batch = undefined
    this.#last.catch(() => {})
    this.#poison(failure)
  }

  #compactWhenDue(log: LogFile): void {
    const due = Math.max(this.#options.compactAt, Math.min(this.#snapshotBytes, 3 * this.#options.compactAt))
    // Padding counts too, only less: it costs reading, not parsing.
    if (log.used < due && log.size < 4 * due) return
    this.compact().catch((error: unknown) => process.emitWarning(`spool snapshot: ${String(error)}`))
  }

  /** The state exactly as of the frame that is about to be written. */
  #image(generation: number, seq: number): Image {
    const jobs = this.#table('jobs')
    const logs = this.#table('logs').rows as ReadonlyMap<string, readonly LogEntry[]>
    const retiring = this.archivist.retire()
    for (const { id } of retiring) {
      jobs.leaving.add(id)
      this.#table('logs').leaving.add(id)
    }
    this.archive.watchForgotten()
    return {
      generation,
      seq,
      tables: KEPT.map((name) => imageOf(this.#table(name))),
      retired: retiring.map((job) => ({ job, log: logs.get(job.id) ?? [] })),
      forgotten: [...this.#table('forgotten').rows.keys()],
    }
  }

  async #rotate(old: LogFile): Promise<void> {
    this.#log = await LogFile.create(this.#place(), old.generation + 1, this.#seq)
    await old.close()
  }

  async #compact(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const image = await new Promise<Image>((resolve, reject) => {
      this.#wantsImage = resolve
      void this.failed.then(reject)
      this.#running ??= this.#run()
    })
    const written = await writeSnapshot(this.#options.disk, this.#folder, image, this.archive)
    this.#snapshotBytes = written.bytes
    for (const id of image.forgotten) this.#table('forgotten').rows.delete(id)
    await this.archive.moveTo(written.file, written.rows)
    await this.#letGo(image, written.retired)
    await this.#removeBefore(image.generation)
  }

  /** What the snapshot has archived leaves memory, a few at a time, unless something has happened to it since. */
  async #letGo({ retired }: Image, rows: readonly FileRow[]): Promise<void> {
    const [jobs, logs] = [this.#table('jobs'), this.#table('logs')]
    for (let i = 0; i < retired.length; i += LET_GO_AT_ONCE) {
      const gone = rows.slice(i, i + LET_GO_AT_ONCE).filter(({ id }, k) => jobs.rows.get(id) === retired[i + k]?.job)
      for (const row of gone) {
        jobs.rows.delete(row.id)
        logs.rows.delete(row.id)
        this.archive.add(row)
      }
      this.archivist.retired(gone.map(({ id }) => id))
      await turn()
    }
    for (const table of [jobs, logs]) table.leaving.clear()
  }

  /** The generation before stays, in case the new one turns out to be unreadable. */
  async #removeBefore(generation: number): Promise<void> {
    const { disk } = this.#options
    const { snapshots, logs } = await generations(disk, this.#folder)
    const keep = snapshots.filter((one) => one < generation).at(-1) ?? 0
    for (const one of snapshots) if (one < keep) await disk.remove(snapshotPath(this.#folder, one))
    for (const one of logs) if (one < keep) await disk.remove(logPath(this.#folder, one))
  }

  #place(): LogPlace {
    return { disk: this.#options.disk, folder: this.#folder, aheadBytes: this.#options.aheadBytes }
  }

  #table(name: keyof SpoolData): Table {
    const table = this.#tables.get(name)
    if (table === undefined) throw new PlotdError('ERR_INTERNAL', `there is no table ${name}`)
    return table
  }
}

/** At close, a journal longer than this is worth a snapshot: the next start is quicker. */
const COMPACT_AT_CLOSE = 1 << 20

const LET_GO_AT_ONCE = 500

const turn = (): Promise<void> => new Promise((next) => setImmediate(next))

/** What a snapshot holds beside the archive; who was forgotten is said by being absent from that. */
const KEPT = ['jobs', 'logs', 'paused', 'meta'] as const

/** Two arrays: copying a large Map would be felt. */
function imageOf({ name, rows, leaving }: Table): Image['tables'][number] {
  return { name, ids: [...rows.keys()], records: [...rows.values()], without: leaving }
}

function newBatch(): Batch {
  const { promise, resolve, reject } = withResolvers<void>()
  return { ops: [], done: promise, resolve, reject }
}

function withResolvers<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: unknown) => void
} {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
