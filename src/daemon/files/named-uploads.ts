import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeDurably } from '../../spool/index.ts'
import { SHA256 } from '../../values.ts'

const fileSchema = z.record(z.string(), z.array(z.string()))

/** All strings in parameters that may be the hash of an upload. Custom tasks may have such a string in any field. */
export function hashesIn(params: unknown): string[] {
  if (typeof params === 'string') return SHA256.test(params) ? [params] : []
  return typeof params === 'object' && params !== null ? Object.values(params).flatMap(hashesIn) : []
}

/**
 * The uploads that each file of large parameters needs. The name of such a file is the hash of its bytes, so the file
 * always needs the same uploads. This class still knows these uploads when the file is damaged later.
 */
export class NamedUploads {
  readonly #path: string
  readonly #hashes: Map<string, readonly string[]>
  #hasChanged = false

  private constructor(path: string, hashes: Map<string, readonly string[]>) {
    this.#path = path
    this.#hashes = hashes
  }

  /** Reads the record of an earlier process. A missing or damaged record counts as empty. */
  static async open(path: string): Promise<NamedUploads> {
    const hashes = await readFile(path, 'utf8')
      .then((text) => fileSchema.parse(JSON.parse(text)))
      .catch(() => ({}))
    return new NamedUploads(path, new Map(Object.entries(hashes)))
  }

  /** The hashes in a file of parameters; undefined when the file was never read. */
  namesIn(paramsFile: string): readonly string[] | undefined {
    return this.#hashes.get(paramsFile)
  }

  note(paramsFile: string, hashes: readonly string[]): void {
    if (this.#hashes.has(paramsFile)) return
    this.#hashes.set(paramsFile, hashes)
    this.#hasChanged = true
  }

  /** Forgets all files except `paramsFiles`. Resolves when the record is on the disk. @throws PlotdError ERR_FILE */
  async keepOnly(paramsFiles: ReadonlySet<string>): Promise<void> {
    for (const name of this.#hashes.keys()) {
      if (!paramsFiles.has(name)) this.#hasChanged = this.#hashes.delete(name)
    }
    if (!this.#hasChanged) return
    await writeDurably(this.#path, JSON.stringify(Object.fromEntries(this.#hashes)))
    this.#hasChanged = false
  }
}
