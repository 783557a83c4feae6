import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeDurably } from '../../spool/index.ts'

const SHA256 = /^[0-9a-f]{64}$/

const file = z.record(z.string(), z.array(z.string()))

/** Strings in parameters that may be the hash of an upload: a task of one's own may call the field as it likes. */
export function hashesIn(params: unknown): string[] {
  if (typeof params === 'string') return SHA256.test(params) ? [params] : []
  return typeof params === 'object' && params !== null ? Object.values(params).flatMap(hashesIn) : []
}

/**
 * Which uploads large parameters name, by the hash of the file that they are in: as long as that hash is theirs they name
 * the same, so what was read of them once is known for good, be the file damaged since.
 */
export class NamedUploads {
  readonly #path: string
  readonly #known: Map<string, readonly string[]>
  #changed = false

  private constructor(path: string, known: Map<string, readonly string[]>) {
    this.#path = path
    this.#known = known
  }

  /** A file that is not there, or is damaged, is one that knows nothing yet. */
  static async open(path: string): Promise<NamedUploads> {
    const known = await readFile(path, 'utf8')
      .then((text) => file.parse(JSON.parse(text)))
      .catch(() => ({}))
    return new NamedUploads(path, new Map(Object.entries(known)))
  }

  of(paramsFile: string): readonly string[] | undefined {
    return this.#known.get(paramsFile)
  }

  note(paramsFile: string, named: readonly string[]): void {
    if (this.#known.has(paramsFile)) return
    this.#known.set(paramsFile, named)
    this.#changed = true
  }

  /** On the disk when this resolves, without what belongs to no job now. @throws PlotdError ERR_FILE */
  async keepOnly(paramsFiles: ReadonlySet<string>): Promise<void> {
    for (const name of this.#known.keys()) {
      if (!paramsFiles.has(name)) this.#changed = this.#known.delete(name)
    }
    if (!this.#changed) return
    await writeDurably(this.#path, JSON.stringify(Object.fromEntries(this.#known)))
    this.#changed = false
  }
}
