import type { Adapter } from 'lowdb'
import { PlotdError } from '../../errors.ts'
import type { SpoolData } from '../data.ts'
import { ArchiveFile } from './archive-file.ts'
import { type Archivist, Compactor } from './compactor.ts'
import { type Deferred, deferred } from './deferred.ts'
import { type Disk, systemCode } from './disk.ts'
import { UPGRADES, type Upgrade } from './format.ts'
import { LogFile, type LogPlace } from './log-file.ts'
import { watermarkPath } from './names.ts'
import { type RecoveryReport, recover } from './recovery.ts'
import type { Image } from './snapshot-writer.ts'
import { byName, emptyTables, type Op, type Table, type Tables } from './table.ts'
import type { Watermark } from './watermark.ts'

export interface JournalOptions {
  readonly disk: Disk
  /** A snapshot is due when the journal has grown to this many bytes. */
  readonly compactAt: number
  /** Zeros written ahead of the frames. */
  readonly aheadBytes: number
  /** What leads from older formats to the one that is written; those of this program when absent. */
  readonly upgrades?: readonly Upgrade[]
}

/** What goes into one frame, and who waits for it. */
interface Batch {
  readonly ops: Op[]
  readonly written: Deferred<void, PlotdError>
}

/**
 * The adapter that makes lowdb durable at the cost of what changed: `read` is the newest snapshot and the journal after
 * it, `write` appends one frame and resolves when the disk has it. Everything that is written while the frame before is
 * under way shares a frame.
 *
 * After a write that failed, nothing can be known of what the disk holds: every later one is refused with
 * ERR_SPOOL_WRITE until the folder is read again.
 */
export class JournalAdapter implements Adapter<SpoolData> {
  readonly archive = new ArchiveFile()
  /** Resolves, with the reason, when the disk has failed. */
  readonly failed: Promise<PlotdError>
  report: RecoveryReport = { frames: 0, tornBytes: 0, damagedSnapshots: [], upgraded: undefined }
  readonly #options: JournalOptions
  readonly #place: LogPlace
  readonly #tables: Tables = emptyTables()
  readonly #all: readonly Table[] = Object.values<Table>(this.#tables)
  readonly #compactor: Compactor
  readonly #poison: (error: PlotdError) => void
  #failure: PlotdError | undefined
  #log: LogFile | undefined
  #watermark: Watermark | undefined
  #seq = 0
  #snapshotBytes = 0
  #batch: Batch | undefined
  #last: Promise<void> = Promise.resolve()
  #running: Promise<void> | undefined
  #wantsImage: Deferred<Image, PlotdError> | undefined
  #compacting: Promise<void> | undefined

  constructor(folder: string, options: JournalOptions) {
    const { disk, aheadBytes, upgrades = UPGRADES } = options
    this.#options = options
    this.#place = { disk, folder, aheadBytes, upgrades }
    this.#compactor = new Compactor(this.#place, this.#tables, this.archive)
    const { promise, resolve } = deferred<PlotdError>()
    this.failed = promise
    this.#poison = resolve
  }

  set archivist(archivist: Archivist) {
    this.#compactor.archivist = archivist
  }

  async read(): Promise<SpoolData> {
    const found = await recover(this.#place, byName(this.#tables), (error) =>
      this.#fail(watermarkPath(this.#place.folder), error, []),
    )
    this.#log = found.log
    this.#watermark = found.watermark
    this.#seq = found.seq
    this.#snapshotBytes = found.snapshotBytes
    this.report = found.report
    if (found.archive !== undefined) {
      await this.archive.moveTo(found.archive.file, found.archive.rows)
      for (const row of found.archive.rows.values()) if (row.key !== undefined) this.archive.add(row)
    }
    return this.#tables
  }

  /** Writes what changed in the tables, which are `db.data`. */
  write(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    // Somebody else's write may have taken our change along: then theirs is what we wait for.
    if (this.#collect()) this.#running ??= this.#run()
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
    await this.#watermark?.close().catch(() => {})
    await this.archive.close()
  }

  /** Adds every change so far to the batch. @returns whether something had changed */
  #collect(): boolean {
    const changed = this.#all.filter(({ isChanged }) => isChanged)
    if (changed.length === 0) return false
    this.#batch ??= { ops: [], written: deferred() }
    for (const table of changed) table.takeChanges(this.#batch.ops)
    this.#last = this.#batch.written.promise
    return true
  }

  async #run(): Promise<void> {
    try {
      while (this.#batch !== undefined || this.#wantsImage !== undefined) await this.#commit()
    } finally {
      this.#running = undefined
    }
  }

  async #commit(): Promise<void> {
    const wantsImage = this.#wantsImage
    // An image shows every change so far, so the frame before it must hold them all: replaying one twice is not harmless.
    if (wantsImage !== undefined) this.#collect()
    const [batch, log] = [this.#batch, this.#log]
    this.#batch = undefined
    this.#wantsImage = undefined
    if (log === undefined) return
    try {
      const seq = this.#seq + (batch === undefined ? 0 : 1)
      const image = wantsImage && this.#compactor.image(log.generation + 1, seq)
      if (batch !== undefined) await log.append(seq, JSON.stringify(batch.ops))
      this.#seq = seq
      if (image !== undefined) wantsImage?.resolve({ ...image, salt: await this.#rotate(log) })
      batch?.written.resolve()
      this.#compactWhenDue(log)
    } catch (error) {
      this.#fail(log.path, error, [batch?.written, wantsImage])
    }
  }

  /** @param waiting  who waits for what was being done, besides those whose turn has not come */
  #fail(
    path: string,
    error: unknown,
    waiting: readonly (Pick<Deferred<never, PlotdError>, 'reject'> | undefined)[],
  ): void {
    const message = `the spool could not be written to ${path}: ${error instanceof Error ? error.message : String(error)}`
    if (this.#failure !== undefined) return
    const failure = new PlotdError('ERR_SPOOL_WRITE', message, { file: path, system: systemCode(error) }, error)
    this.#failure = failure
    for (const each of [...waiting, this.#batch?.written, this.#wantsImage]) each?.reject(failure)
    this.#batch = undefined
    this.#wantsImage = undefined
    this.#last.catch(() => {})
    this.#poison(failure)
  }

  #compactWhenDue(log: LogFile): void {
    const { compactAt } = this.#options
    const due = Math.max(compactAt, Math.min(this.#snapshotBytes, 3 * compactAt))
    // Padding counts too, only less: it costs reading, not parsing.
    if (log.used < due && log.size < 4 * due) return
    this.compact().catch((error: unknown) => process.emitWarning(`spool snapshot: ${String(error)}`))
  }

  /** @returns the salt of the new journal */
  async #rotate(old: LogFile): Promise<number> {
    if (this.#watermark === undefined) throw new Error('the folder was not read')
    const log = await LogFile.create(this.#place, this.#watermark, old.generation + 1, this.#seq)
    this.#log = log
    await old.close()
    return log.salt
  }

  async #compact(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const wanted = deferred<Image, PlotdError>()
    this.#wantsImage = wanted
    this.#running ??= this.#run()
    this.#snapshotBytes = await this.#compactor.write(await wanted.promise)
  }
}

/** At close, a journal longer than this is worth a snapshot: the next start is quicker. */
const COMPACT_AT_CLOSE = 1 << 20
