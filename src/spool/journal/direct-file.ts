import type { DiskFile } from './disk.ts'
import { giveBack, isPageMemory, pageMemory } from './page-memory.ts'

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
    const pages = inPages(bytes)
    if (pages === undefined) return this.#throughCache().write(bytes, at)
    try {
      await this.#file.write(pages, at)
    } catch (error) {
      await this.#orThroughCache(error).write(pages, at)
    } finally {
      if (pages !== bytes) giveBack(pages)
    }
    this.#isProven = true
  }

  writeNow(bytes: Uint8Array, at: number): void {
    const pages = inPages(bytes)
    if (pages === undefined) {
      this.#throughCache().writeNow(bytes, at)
      return
    }
    try {
      this.#file.writeNow(pages, at)
    } catch (error) {
      this.#orThroughCache(error).writeNow(pages, at)
    } finally {
      if (pages !== bytes) giveBack(pages)
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
  #orThroughCache(error: unknown): DiskFile {
    if (this.#isProven || (error as { code?: unknown }).code !== 'EINVAL') throw error
    return this.#throughCache()
  }

  #throughCache(): DiskFile {
    if (this.isDirect) {
      this.#file = this.#ways.cached()
      this.#ways.direct.close().catch(() => {})
    }
    return this.#file
  }
}

/** The bytes where a direct write can take them from; undefined where there is no such memory. */
function inPages(bytes: Uint8Array): Uint8Array | undefined {
  if (isPageMemory(bytes)) return bytes
  const memory = pageMemory(bytes.length)
  memory?.set(bytes)
  return memory?.subarray(0, bytes.length)
}
