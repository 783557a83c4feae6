import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { PlotdError, toPlotdError } from '../errors.ts'

const SHA256 = /^[0-9a-f]{64}$/

/** Files that clients hand over for tasks to read, named by the sha256 of their bytes: the same file twice is one. */
export class Uploads {
  readonly #folder: string
  readonly #maxBytes: number

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder
    this.#maxBytes = maxBytes
  }

  /** On the disk when this resolves. @throws PlotdError ERR_LIMIT, ERR_FILE when the disk takes no more */
  async put(stream: Readable): Promise<{ sha256: string; bytes: number }> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const temp = join(this.#folder, `.${randomUUID()}.part`)
    const hash = createHash('sha256')
    let bytes = 0
    const file = await open(temp, 'wx', 0o600)
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > this.#maxBytes) throw tooLarge(this.#maxBytes)
        hash.update(chunk)
        await file.writeFile(chunk)
      }
      await file.sync()
      const sha256 = hash.digest('hex')
      await rename(temp, join(this.#folder, sha256))
      return { sha256, bytes }
    } catch (thrown) {
      throw toPlotdError(thrown, 'ERR_FILE') // a full disk is no bug
    } finally {
      await file.close()
      await rm(temp, { force: true })
    }
  }

  /** @throws PlotdError ERR_FILE */
  async read(sha256: string): Promise<Uint8Array> {
    if (!SHA256.test(sha256)) throw new PlotdError('ERR_FILE', `${JSON.stringify(sha256)} is not a sha256 in hex`)
    return readFile(join(this.#folder, sha256)).catch((cause: unknown) => {
      throw new PlotdError('ERR_FILE', `there is no upload ${sha256}`, { sha256 }, cause)
    })
  }
}

const tooLarge = (maxBytes: number) =>
  new PlotdError('ERR_LIMIT', `an upload holds at most ${maxBytes} bytes`, { limit: 'uploadBytes', maxBytes })
