import type { DiskFile } from './disk.ts'
import { isPageMemory, pageMemory } from './page-memory.ts'

/** A file that can be opened past the page cache and through it. */
export interface Ways {
  readonly direct: DiskFile
  readonly cached: () => DiskFile
}

/**
 * A log past the page cache: a frame goes from memory to the disk without the detour over pages of the kernel's, and is
 * hardly held up by what else is written to the file. Where the file system or its block size refuse, which only a write
 * can tell, the log goes through the cache.
 */
export class DirectFile implements DiskFile {
  readonly #ways: Ways
  #file: DiskFile
  /** Whether a write has shown that it can be done. */
  #isProven = false

  constructor(ways: Ways) {
    this.#ways = ways
    this.#file = ways.direct
  }

  get isDirect(): boolean {
    return this.#file === this.#ways.direct
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    const whole = inPages(bytes)
    try {
      await this.#file.write(whole, at)
    } catch (error) {
      await this.#throughCache(error).write(whole, at)
    }
    this.#isProven = true
  }

  writeNow(bytes: Uint8Array, at: number): void {
    const whole = inPages(bytes)
    try {
      this.#file.writeNow(whole, at)
    } catch (error) {
      this.#throughCache(error).writeNow(whole, at)
    }
    this.#isProven = true
  }

  read(into: Uint8Array, at: number): Promise<number> {
    return this.#file.read(into, at)
  }

  size(): Promise<number> {
    return this.#file.size()
  }

  truncate(size: number): Promise<void> {
    return this.#file.truncate(size)
  }

  sync(): Promise<void> {
    return this.#file.sync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  /** Nothing was written then. @throws the error, when it is the disk's own: that is never tried again */
  #throughCache(error: unknown): DiskFile {
    if (this.#isProven || (error as { code?: unknown }).code !== 'EINVAL') throw error
    this.#file = this.#ways.cached()
    this.#ways.direct.close().catch(() => {})
    return this.#file
  }
}

function inPages(bytes: Uint8Array): Uint8Array {
  if (isPageMemory(bytes)) return bytes
  const pages = pageMemory(bytes.length)
  pages.set(bytes)
  return pages.subarray(0, bytes.length)
}
