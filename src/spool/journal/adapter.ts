/**
 * The room `journal`: lowdb's data on the disk. `journal-file` appends frames, `compactor` writes snapshots and the
 * archive, and `recovery` reads all three at a start. `salvage` reads the sound records of a damaged folder for
 * `../repair.ts`. `../embedded.ts` opens the adapter.
 *
 * Words of all files:
 *
 * - frame: one commit in a journal (`frame`). Frames have consecutive numbers (`seq`) over all journals
 * - generation: a snapshot and the journal after it (`names`)
 * - acknowledged: a frame is on the disk, and the `write` of its changes has resolved
 * - mark: the content of the file `watermark`: a length and a frame that the newest journal certainly had
 * - torn: a write was interrupted, so only a part of its bytes is on the disk
 * - image: the records of one moment, from which a snapshot is written (`snapshot-writer`)
 * - row: an archived job with its log, one line of a snapshot (`archive-file`)
 */
import type { Adapter } from 'lowdb'
import { isDiskFull, messageOf, PlotdError } from '../../errors.ts'
import type { SpoolData } from '../data.ts'
import { ArchiveFile } from './archive-file.ts'
import { type Archivist, Compactor } from './compactor.ts'
import { type Disk, systemCode } from './disk.ts'
import { UPGRADES, type Upgrade } from './format.ts'
import { JournalFile, type JournalPlace } from './journal-file.ts'
import { watermarkPath } from './names.ts'
import { type RecoveryReport, recover } from './recovery.ts'
import type { Image } from './snapshot-writer.ts'
import { byName, emptyTables, type Op, type Table, type Tables } from './table.ts'
import type { Watermark } from './watermark.ts'

export interface JournalOptions {
  readonly disk: Disk
  /**
   * A snapshot is due when the journal's frames have the length of the last snapshot, but at least this value and at
   * most 3 times this value, bytes. A snapshot is also due when the file with its padding has 4 times that length.
   */
  readonly compactAt: number
  /** Number of zeros that the journal writes ahead of its frames. */
  readonly aheadBytes: number
  /** Upgrades from older formats, `UPGRADES` by default. Only tests set other upgrades. */
  readonly upgrades?: readonly Upgrade[]
}

/** A promise with the functions that settle it. */
interface PromiseParts<T, E = unknown> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: E) => void
}

/** The changes of one frame, and the promise for which the callers of `write` wait. */
interface Batch {
  readonly ops: Op[]
  readonly written: PromiseParts<void, PlotdError>
}

/**
 * The lowdb adapter of the journal. `read` returns the newest sound snapshot with the changes of all later frames.
 * `write` appends one frame with the changes, and resolves when the frame is on the disk. All changes that come while a
 * frame is being written share the next frame.
 *
 * After a failed write the contents of the disk are unknown, so the adapter refuses every later write with
 * ERR_SPOOL_WRITE.
 */
export class JournalAdapter implements Adapter<SpoolData> {
  readonly archive = new ArchiveFile()
  /** Resolves with the error when the disk has failed. */
  readonly failed: Promise<PlotdError>
  report: RecoveryReport = { tornBytes: 0, damagedSnapshots: [], upgraded: undefined }
  readonly #options: JournalOptions
  readonly #place: JournalPlace
  readonly #tables: Tables = emptyTables()
  readonly #all: readonly Table[] = Object.values<Table>(this.#tables)
  readonly #compactor: Compactor
  readonly #reportFailure: (error: PlotdError) => void
  #failure: PlotdError | undefined
  #journal: JournalFile | undefined
  #watermark: Watermark | undefined
  #seq = 0
  #snapshotBytes = 0
  #batch: Batch | undefined
  #lastWrite: Promise<void> = Promise.resolve()
  #running: Promise<void> | undefined
  /** Present while a compaction waits for the next commit, which makes the image of the new snapshot. */
  #imageRequest: PromiseParts<Image, PlotdError> | undefined
  #compacting: Promise<void> | undefined

  constructor(folder: string, options: JournalOptions) {
    const { disk, aheadBytes, upgrades = UPGRADES } = options
    this.#options = options
    this.#place = { disk, folder, aheadBytes, upgrades }
    this.#compactor = new Compactor(this.#place, this.#tables, this.archive)
    const { promise, resolve } = deferred<PlotdError>()
    this.failed = promise
    this.#reportFailure = resolve
  }

  set archivist(archivist: Archivist) {
    this.#compactor.archivist = archivist
  }

  async read(): Promise<SpoolData> {
    const recovered = await recover(this.#place, byName(this.#tables), (error) =>
      this.#fail(watermarkPath(this.#place.folder), error, []),
    )
    this.#journal = recovered.journal
    this.#watermark = recovered.watermark
    this.#seq = recovered.seq
    this.#snapshotBytes = recovered.snapshotBytes
    this.report = recovered.report
    if (recovered.archive !== undefined) {
      await this.archive.moveTo(recovered.archive.file, recovered.archive.rows)
      for (const row of recovered.archive.rows.values()) if (row.key !== undefined) this.archive.add(row)
    }
    return this.#tables
  }

  /** Writes the changes of the tables. @param data  the tables that `read` returned */
  write(data: SpoolData): Promise<void> {
    if (data !== this.#tables) return Promise.reject(new Error('expected the data that `read` returned, not a copy'))
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    // An earlier call of this turn may have collected this change. Then both calls wait for the same frame.
    if (this.#collect()) this.#running ??= this.#run()
    return this.#lastWrite
  }

  /** Starts a new generation: a snapshot of everything and a new journal. */
  compact(): Promise<void> {
    this.#compacting ??= this.#compact().finally(() => {
      this.#compacting = undefined
    })
    return this.#compacting
  }

  async close(): Promise<void> {
    await this.#lastWrite.catch(() => {})
    await this.#compacting?.catch(() => {})
    await this.#running
    if (this.#failure === undefined && (this.#journal?.used ?? 0) > COMPACT_AT_CLOSE)
      await this.compact().catch(() => {})
    await this.#journal?.close().catch(() => {})
    await this.#watermark?.close().catch(() => {})
    await this.archive.close()
  }

  /** Adds all changes to the batch. @returns whether there were changes */
  #collect(): boolean {
    this.#compactor.completeChanges()
    const changed = this.#all.filter(({ isChanged }) => isChanged)
    if (changed.length === 0) return false
    this.#batch ??= { ops: [], written: deferred() }
    for (const table of changed) table.takeChanges(this.#batch.ops)
    this.#lastWrite = this.#batch.written.promise
    return true
  }

  async #run(): Promise<void> {
    try {
      while (this.#batch !== undefined || this.#imageRequest !== undefined) await this.#commit()
    } finally {
      this.#running = undefined
    }
  }

  async #commit(): Promise<void> {
    const imageRequest = this.#imageRequest
    // The image has every change so far, so the old journal must get all these changes too. If the new journal got
    // such a change, a start would apply the change to the snapshot again, and a log would have its new entries twice.
    if (imageRequest !== undefined) this.#collect()
    const [batch, journal] = [this.#batch, this.#journal]
    this.#batch = undefined
    this.#imageRequest = undefined
    if (journal === undefined) return
    try {
      const seq = this.#seq + (batch === undefined ? 0 : 1)
      const image = imageRequest && this.#compactor.image(journal.generation + 1, seq)
      if (batch !== undefined) await journal.append(seq, batch.ops)
      this.#seq = seq
      if (image !== undefined) imageRequest?.resolve({ ...image, salt: await this.#rotate(journal) })
      batch?.written.resolve()
      this.#compactWhenDue(journal)
    } catch (error) {
      this.#fail(journal.path, error, [batch?.written, imageRequest])
    }
  }

  /** @param waiting  promises of the operation that failed; the promises of later operations are rejected too */
  #fail(
    path: string,
    error: unknown,
    waiting: readonly (Pick<PromiseParts<never, PlotdError>, 'reject'> | undefined)[],
  ): void {
    if (this.#failure !== undefined) return
    const why = isDiskFull(error)
      ? `the disk is full (${systemCode(error)}). Make room there, then restart plotd`
      : messageOf(error)
    const message = `the spool could not be written to ${path}: ${why}`
    const failure = new PlotdError('ERR_SPOOL_WRITE', message, { file: path, system: systemCode(error) }, error)
    this.#failure = failure
    for (const waiter of [...waiting, this.#batch?.written, this.#imageRequest]) waiter?.reject(failure)
    this.#batch = undefined
    this.#imageRequest = undefined
    this.#lastWrite.catch(() => {})
    this.#reportFailure(failure)
  }

  #compactWhenDue(journal: JournalFile): void {
    const { compactAt } = this.#options
    const due = Math.max(compactAt, Math.min(this.#snapshotBytes, 3 * compactAt))
    // A start does not parse padding, so the limit for the file with its padding is higher.
    if (journal.used < due && journal.size < 4 * due) return
    this.compact().catch((error: unknown) => process.emitWarning(`spool snapshot: ${messageOf(error)}`))
  }

  /** @returns the salt of the new journal */
  async #rotate(old: JournalFile): Promise<number> {
    if (this.#watermark === undefined) throw new Error('the folder was not read')
    const journal = await JournalFile.create(this.#place, this.#watermark, old.generation + 1, this.#seq)
    this.#journal = journal
    await old.close()
    return journal.salt
  }

  async #compact(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const image = deferred<Image, PlotdError>()
    this.#imageRequest = image
    this.#running ??= this.#run()
    this.#snapshotBytes = await this.#compactor.write(await image.promise)
  }
}

/** A journal with more bytes than this in its frames gets a snapshot at close, so that the next start is quick. */
const COMPACT_AT_CLOSE = 1 << 20

function deferred<T, E = unknown>(): PromiseParts<T, E> {
  let resolve: (value: T) => void = () => {}
  let reject: (error: E) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
