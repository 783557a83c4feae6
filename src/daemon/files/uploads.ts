import { createHash, randomUUID } from 'node:crypto'
import { open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { PlotdError } from '../../errors.ts'
import { exists, KeyedTurns, makeFolder, syncPath, systemCode } from '../../spool/index.ts'
import { SHA256 } from '../../values.ts'

export interface UploadLimits {
  /** Maximum number of bytes of one upload. */
  readonly uploadBytes: number
  /** Maximum number of bytes of all uploads together. */
  readonly allUploadsBytes: number
}

/** Files of clients for tasks to read, named by the sha256 of their bytes. The same file sent twice is one upload. */
export class Uploads {
  /** Called when there is no room, to remove uploads that no job needs. */
  makeRoom: () => Promise<unknown> = async () => {}
  readonly #folder: string
  readonly #limits: UploadLimits
  /** Runs one operation at a time on each hash. A file may come twice at once, or again while it is being removed. */
  readonly #turns = new KeyedTurns()
  /** Bytes of all uploads, also of those that are still arriving. */
  #totalBytes = 0

  private constructor(folder: string, limits: UploadLimits) {
    this.#folder = folder
    this.#limits = limits
  }

  /** Opens the folder, which no other daemon may use meanwhile. Removes uploads that were interrupted. */
  static async open(folder: string, limits: UploadLimits): Promise<Uploads> {
    await makeFolder(folder)
    const uploads = new Uploads(folder, limits)
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isFile() && entry.name.endsWith('.part'))
        await rm(join(folder, entry.name), { force: true }).catch(() => {}) // a later start removes it
    for (const { bytes } of await uploads.list()) uploads.#totalBytes += bytes
    return uploads
  }

  /**
   * Stores an upload. Resolves when the upload is on the disk.
   *
   * @param expected  the size that the client has announced, bytes; 0 when unknown
   * @param check  called when the stream has ended; when it throws, the upload is not stored
   * @throws PlotdError ERR_LIMIT, ERR_FILE when the disk or the stream fails; the error of `check`
   */
  async put(stream: Readable, expected = 0, check: () => void = () => {}): Promise<{ sha256: string; bytes: number }> {
    // No upload may have more than `uploadBytes`, so room for that number of bytes is enough.
    const most = Math.min(Math.max(1, expected), this.#limits.uploadBytes)
    if (this.#totalBytes + most > this.#limits.allUploadsBytes) await this.makeRoom()
    const temp = join(this.#folder, `.${randomUUID()}.part`)
    let bytes = 0
    let isNew = false
    const count = (chunkBytes: number) => {
      bytes += chunkBytes
      this.#totalBytes += chunkBytes
      if (bytes > this.#limits.uploadBytes) throw tooLarge(this.#limits)
      if (this.#totalBytes > this.#limits.allUploadsBytes) throw tooMuch(this.#limits)
    }
    try {
      const sha256 = await receive(stream, temp, count)
      check()
      isNew = await this.#turns.take(sha256, () => this.#place(temp, sha256))
      await syncPath(this.#folder)
      return { sha256, bytes }
    } catch (thrown) {
      throw fileError(thrown)
    } finally {
      if (!isNew) this.#totalBytes -= bytes
      await rm(temp, { force: true }).catch(() => {}) // the next start removes it
    }
  }

  /** All uploads. `at` is the time at which an upload was last stored or refreshed, ms since 1970. */
  async list(): Promise<readonly { readonly sha256: string; readonly bytes: number; readonly at: number }[]> {
    const names = (await readdir(this.#folder)).filter((name) => SHA256.test(name))
    const all = names.map(async (sha256) => {
      // A link may lead to nothing, and a file may be removed meanwhile.
      const stats = await stat(join(this.#folder, sha256)).catch(() => undefined)
      return stats?.isFile() ? [{ sha256, bytes: stats.size, at: stats.mtimeMs }] : []
    })
    return (await Promise.all(all)).flat()
  }

  /**
   * Sets the time of an existing upload to now. A submit calls this method for the uploads that its jobs name, because
   * a removal of old uploads may come before the spool has the jobs.
   */
  refresh(sha256: string): Promise<void> {
    const now = new Date()
    return this.#turns.take(sha256, () => utimes(join(this.#folder, sha256), now, now).catch(() => {}))
  }

  /**
   * Removes an upload if it was last stored or refreshed before the time `before`, ms since 1970.
   *
   * @returns whether it was removed
   */
  remove(sha256: string, before: number): Promise<boolean> {
    return this.#turns.take(sha256, async () => {
      const path = join(this.#folder, sha256)
      const stats = await stat(path).catch(() => undefined)
      if (stats === undefined || stats.mtimeMs >= before) return false
      await rm(path)
      this.#totalBytes -= stats.size
      return true
    })
  }

  /** @returns whether the folder had no upload with this hash before */
  async #place(temp: string, sha256: string): Promise<boolean> {
    const path = join(this.#folder, sha256)
    const isNew = !(await exists(path))
    await rename(temp, path)
    return isNew
  }
}

/**
 * The bytes of an upload.
 *
 * @throws PlotdError ERR_FILE when `sha256` is no hash, or when the upload is missing, damaged or unreadable
 */
export async function readUpload(folder: string, sha256: string): Promise<Uint8Array> {
  if (!SHA256.test(sha256)) throw new PlotdError('ERR_FILE', `${JSON.stringify(sha256)} is not a sha256 in hex`)
  const bytes = await readFile(join(folder, sha256)).catch((cause: NodeJS.ErrnoException) => {
    const isMissing = cause.code === 'ENOENT'
    const message = isMissing ? `there is no upload ${sha256}` : `upload ${sha256} cannot be read: ${cause.message}`
    throw new PlotdError('ERR_FILE', message, { sha256 }, cause)
  })
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes
  throw new PlotdError('ERR_FILE', `upload ${sha256} is damaged: upload the file again`, { sha256 })
}

/** @returns the sha256 of the received bytes, hex */
async function receive(stream: Readable, temp: string, count: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(temp, 'wx', 0o600)
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      count(chunk.length)
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
    return hash.digest('hex')
  } finally {
    await file.close()
  }
}

/** An error of the disk, such as a full disk, is no bug. */
function fileError(thrown: unknown): PlotdError {
  if (thrown instanceof PlotdError) return thrown
  const message = `the upload could not be stored: ${(thrown as Error).message}`
  return new PlotdError('ERR_FILE', message, { system: systemCode(thrown) }, thrown)
}

const tooLarge = ({ uploadBytes }: UploadLimits) =>
  new PlotdError('ERR_LIMIT', `an upload holds at most ${uploadBytes} bytes`, {
    limit: 'uploadBytes',
    maxBytes: uploadBytes,
  })

const tooMuch = ({ allUploadsBytes }: UploadLimits) =>
  new PlotdError(
    'ERR_LIMIT',
    `uploads hold at most ${allUploadsBytes} bytes in all; an upload stays as long as a job names it`,
    {
      limit: 'allUploadsBytes',
      maxBytes: allUploadsBytes,
    },
  )
