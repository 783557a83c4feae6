import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { freeze } from '../freeze.ts'
import { Turns } from '../turns.ts'
import { writeDurably } from './durable.ts'
import { exists, makeFolder, syncPath } from './folder.ts'

/** Params above this size do not go through the journal. */
export const LARGE_PARAMS = 4096
/** Of a digest in hex. */
const SHA256_LENGTH = 64

/**
 * Large params, each in a file named by the sha256 of its bytes: written once, on the disk before anything refers to
 * it, and shared by all jobs that say the same.
 */
export class ParamsFiles {
  readonly #folder: string
  /** Written, while the job that refers to it is not in the queue yet. */
  readonly #pending = new Map<string, number>()
  /** Two jobs that say the same neither write their file at once nor meet its removal. */
  readonly #turns = new Turns()
  /** For each sweep under way, what was written since it began or about to be referred to then. */
  readonly #spared = new Set<Set<string>>()

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<ParamsFiles> {
    await makeFolder(folder)
    // A file that a crash left here is taken for written: so must its name be.
    await syncPath(folder)
    return new ParamsFiles(folder)
  }

  /** Resolves with the name when the file is on the disk. Call `settled` when a job refers to it, or none will. */
  async write(json: string): Promise<string> {
    const name = createHash('sha256').update(json).digest('hex')
    this.#pending.set(name, (this.#pending.get(name) ?? 0) + 1)
    for (const spared of this.#spared) spared.add(name)
    try {
      await this.#turns.take(name, async () => {
        if (!(await exists(this.#path(name)))) await writeDurably(this.#path(name), json)
      })
      return name
    } catch (error) {
      this.settled(name)
      throw new PlotdError(
        'ERR_SPOOL_WRITE',
        `params could not be written: ${(error as Error).message}`,
        { name },
        error,
      )
    }
  }

  settled(name: string): void {
    const count = (this.#pending.get(name) ?? 0) - 1
    if (count > 0) this.#pending.set(name, count)
    else this.#pending.delete(name)
  }

  /** @throws PlotdError ERR_SPOOL_DAMAGED when the file is gone or is not what was written */
  async read(name: string): Promise<unknown> {
    const path = this.#path(name)
    const bytes = await readFile(path).catch((error: unknown) => {
      throw new PlotdError('ERR_SPOOL_DAMAGED', `${path} cannot be read: ${String(error)}`, { file: path }, error)
    })
    if (createHash('sha256').update(bytes).digest('hex') === name) return freeze(JSON.parse(bytes.toString()))
    throw new PlotdError('ERR_SPOOL_DAMAGED', `${path} is not what was written there`, { file: path })
  }

  /** Removes the files that no job refers to, `referred` being as it is at this moment. */
  async keepOnly(referred: ReadonlySet<string>): Promise<void> {
    const spared = new Set(this.#pending.keys())
    this.#spared.add(spared)
    try {
      for (const file of await readdir(this.#folder)) {
        if (referred.has(file.replace(/\.json$/, ''))) continue
        const name = file.slice(0, SHA256_LENGTH)
        await this.#turns.take(name, async () => {
          if (!spared.has(name)) await rm(join(this.#folder, file), { force: true })
        })
      }
    } finally {
      this.#spared.delete(spared)
    }
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json`)
  }
}
