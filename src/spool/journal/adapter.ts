import type { Adapter } from 'lowdb'
import { PlotdError } from '../../errors.ts'
import type { SpoolData } from '../data.ts'
import { ArchiveFile } from './archive-file.ts'
import { type Archivist, Compactor } from './compactor.ts'
import { type Deferred, deferred } from './deferred.ts'
import { type Disk, systemCode } from './disk.ts'
import { UPGRADES, type Upgrade } from './format.ts'
import { LogFile, type LogPlace } from './log-file.ts'
import type { Pace } from './pace.ts'
import { type RecoveryReport, recover } from './recovery.ts'
import type { Image } from './snapshot-writer.ts'
import { type Op, Table } from './table.ts'

export interface JournalOptions {
  readonly disk: Disk
  /** A snapshot is due when the journal has grown to this many bytes. */
  readonly compactAt: number
  /** Zeros written ahead of the frames. */
  readonly aheadBytes: number
  readonly pace: Pace
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
  /** Whether a pen is drawing: then the event loop is never held up for the disk. */
  isDrawing: () => boolean = () => false
  readonly #options: JournalOptions
  readonly #place: LogPlace
  readonly #tables: Readonly<Record<keyof SpoolData, Table>> = {
    jobs: new Table('jobs'),
    logs: new Table('logs'),
    paused: new Table('paused'),
    forgotten: new Table('forgotten'),
    meta: new Table('meta'),
  }
  readonly #all = Object.values(this.#tables)
  readonly #compactor: Compactor
  readonly #poison: (error: PlotdError) => void
  #failure: PlotdError | undefined
  #log: LogFile | undefined
  #seq = 0
  #snapshotBytes = 0
  /** Changes in a frame, lately at most. */
  #company = 0
  #batch: Batch | undefined
  #last: Promise<void> = Promise.resolve()
  #running: Promise<void> | undefined
  #wantsImage: Deferred<Image, PlotdError> | undefined
  #compacting: Promise<void> | undefined

  constructor(folder: string, options: JournalOptions) {
    const { disk, aheadBytes, pace, upgrades = UPGRADES } = options
    this.#options = options
    pace.isPatient = () => this.#compacting !== undefined || this.isDrawing()
    pace.hasMore = () => this.#batch !== undefined || this.#all.some(({ isChanged }) => isChanged)
    this.#place = { disk, folder, aheadBytes, pace, upgrades }
    this.#compactor = new Compactor(this.#place, this.#tables, this.archive)
    const { promise, resolve } = deferred<PlotdError>()
    this.failed = promise
    this.#poison = resolve
  }

  set archivist(archivist: Archivist) {
    this.#compactor.archivist = archivist
  }

  async read(): Promise<SpoolData> {
    const found = await recover(this.#place, new Map(Object.entries(this.#tables)))
    this.#log = found.log
    this.#seq = found.seq
    this.#snapshotBytes = found.snapshotBytes
    this.report = found.report
    if (found.archive !== undefined) {
      await this.archive.moveTo(found.archive.file, found.archive.rows)
      for (const row of found.archive.rows.values()) if (row.key !== undefined) this.archive.add(row)
    }
    return Object.fromEntries(this.#all.map(({ name, view }) => [name, view])) as unknown as SpoolData
  }

  /** The tables know what changed, so the argument, which is `db.data`, is not looked at. */
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
      if (image !== undefined) await this.#rotate(log)
      batch?.written.resolve()
      if (image !== undefined) wantsImage?.resolve(image)
      this.#compactWhenDue(log, batch?.ops.length ?? 0)
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
    const failure = new PlotdError('ERR_SPOOL_WRITE', message, { file: path, system: systemCode(error) }, error)
    this.#failure = failure
    for (const each of [...waiting, this.#batch?.written, this.#wantsImage]) each?.reject(failure)
    this.#batch = undefined
    this.#wantsImage = undefined
    this.#last.catch(() => {})
    this.#poison(failure)
  }

  /** While many are served, the journal may grow longer: a snapshot would be one more thing to do. */
  #compactWhenDue(log: LogFile, changes: number): void {
    const { compactAt } = this.#options
    // Frames of a crowd differ: a small one among them is no sign that it has gone.
    this.#company = Math.max(changes, FADING * this.#company)
    const due =
      this.#company > COMPANY ? BURST * compactAt : Math.max(compactAt, Math.min(this.#snapshotBytes, 3 * compactAt))
    // Padding counts too, only less: it costs reading, not parsing.
    if (log.used < due && log.size < 4 * due) return
    this.compact().catch((error: unknown) => process.emitWarning(`spool snapshot: ${String(error)}`))
  }

  async #rotate(old: LogFile): Promise<void> {
    this.#log = await LogFile.create(this.#place, old.generation + 1, this.#seq)
    await old.close()
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
/** Frames with more changes than this are written for many at once. */
const COMPANY = 16
/** From a frame of 64, a hundred small ones until nobody is thought to be there. */
const FADING = 0.986
/** How much longer the journal may grow then: a start reads it as quickly as the snapshot of the same jobs. */
const BURST = 8
