import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, PlotdError, toPlotdError } from '../../errors.ts'
import { freeze } from '../freeze.ts'
import { KeyedTurns } from '../keyed-turns.ts'
import { isShortage } from './damage.ts'
import { writeDurably } from './durable.ts'
import { exists, makeFolder, syncPath } from './folder.ts'

/** Params with more than about this many characters of JSON get a file of their own, or in PostgreSQL a row. */
export const LARGE_PARAMS = 4096
/** Characters of a digest in hex. */
const SHA256_LENGTH = 64

/**
 * Large params, each in a file named by the SHA-256 of its bytes. A file is on the disk before a job refers to it, and
 * equal params share a file.
 */
export class ParamsFiles {
  readonly #folder: string
  /** Files of jobs that are not in the queue yet, with the number of such jobs. */
  readonly #pending = new Map<string, number>()
  /** The writes and the removals of one file run one after another. */
  readonly #turns = new KeyedTurns()
  /** Files that are in the folder after a failed write, but perhaps not on the disk. */
  readonly #unsynced = new Set<string>()
  /**
   * For each running `keepOnly`, the files that it must keep: pending files, and files written since that `keepOnly`
   * began.
   */
  readonly #spared = new Set<Set<string>>()

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<ParamsFiles> {
    await makeFolder(folder)
    // `write` does not sync a file that exists, so the names in the folder are synced here.
    await syncPath(folder)
    return new ParamsFiles(folder)
  }

  /**
   * Resolves with the file's name when the file is on the disk. Call `settled` after the job is stored or refused.
   *
   * @throws PlotdError ERR_SPOOL_WRITE, after `write` itself has called `settled`
   */
  async write(json: string): Promise<string> {
    const name = createHash('sha256').update(json).digest('hex')
    this.#pending.set(name, (this.#pending.get(name) ?? 0) + 1)
    for (const spared of this.#spared) spared.add(name)
    try {
      await this.#turns.take(name, async () => {
        if (!this.#unsynced.has(name) && (await this.#holds(name, json))) return
        this.#unsynced.delete(name)
        await writeDurably(this.#path(name), json).catch(async (error: unknown) => {
          if (await exists(this.#path(name))) this.#unsynced.add(name)
          throw error
        })
      })
      return name
    } catch (error) {
      this.settled(name)
      throw new PlotdError(
        'ERR_SPOOL_WRITE',
        `params could not be written: ${(error as Error).message}`,
        { ...toPlotdError(error).detail, name },
        error,
      )
    }
  }

  /**
   * Ends the protection that one call of `write` gave to a file. From now on only a job in the queue, or another
   * pending `write` of the same params, keeps the file.
   */
  settled(name: string): void {
    const count = (this.#pending.get(name) ?? 0) - 1
    if (count > 0) this.#pending.set(name, count)
    else this.#pending.delete(name)
  }

  /**
   * @throws PlotdError ERR_FILE when the process lacks a descriptor or memory; ERR_SPOOL_DAMAGED when the file is
   *   damaged, or cannot be read for another reason
   */
  async read(name: string): Promise<unknown> {
    const path = this.#path(name)
    const bytes = await readFile(path).catch((error: unknown) => {
      const code = isShortage(error) ? 'ERR_FILE' : 'ERR_SPOOL_DAMAGED'
      throw new PlotdError(code, `${path} cannot be read: ${messageOf(error)}`, { file: path }, error)
    })
    if (createHash('sha256').update(bytes).digest('hex') === name) return freeze(JSON.parse(bytes.toString()))
    throw new PlotdError('ERR_SPOOL_DAMAGED', `${path} does not match its digest`, { file: path })
  }

  /** Removes the files that belong to no job. @param referred  the names of the files of all jobs at this moment */
  async keepOnly(referred: ReadonlySet<string>): Promise<void> {
    const spared = new Set(this.#pending.keys())
    this.#spared.add(spared)
    try {
      for (const entry of await readdir(this.#folder, { withFileTypes: true })) {
        const file = entry.name
        if (!entry.isFile() || referred.has(file.replace(/\.json$/, ''))) continue
        const name = file.slice(0, SHA256_LENGTH)
        await this.#turns.take(name, async () => {
          if (!spared.has(name)) await rm(join(this.#folder, file), { force: true })
        })
      }
    } finally {
      this.#spared.delete(spared)
    }
  }

  /** Whether the file is here and sound. A damaged file is written again. */
  #holds(name: string, json: string): Promise<boolean> {
    return readFile(this.#path(name)).then(
      (bytes) => bytes.equals(Buffer.from(json)),
      () => false,
    )
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json`)
  }
}
