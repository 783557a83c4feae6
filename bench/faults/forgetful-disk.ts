import { type Disk, type DiskFile, nodeDisk, type OpenFor } from '../../src/spool/journal/disk.ts'

const GONE = undefined

/**
 * A disk for a process that will be killed as if the power had failed. This class keeps in memory the unsynced bytes of
 * each file that was opened for 'create'. All new, changed and removed names reach the real disk at the next
 * `syncFolder` of any folder.
 */
export class ForgetfulDisk implements Disk {
  /**
   * The names that `syncFolder` still has to put on the real disk. The value is the path at which that disk keeps the
   * file now, or undefined for a removed name.
   */
  readonly #names = new Map<string, string | undefined>()
  #count = 0

  async open(path: string, how: OpenFor): Promise<DiskFile> {
    const existing = this.#names.get(path) ?? path
    const isRemoved = this.#names.has(path) && this.#names.get(path) === GONE
    const isNew = how !== 'read' && (isRemoved || (!this.#names.has(path) && !(await exists(path))))
    const place = isNew ? `${path}.unsynced-${process.pid}-${this.#count++}` : existing
    if (isNew) this.#names.set(path, place)
    const file = await nodeDisk.open(place, how)
    return how === 'create' ? new ForgetfulFile(file) : file
  }

  async list(folder: string): Promise<string[]> {
    const names = new Set((await nodeDisk.list(folder)).filter((name) => !name.includes('.unsynced-')))
    for (const [path, place] of this.#names) {
      const name = path.slice(folder.length + 1)
      if (place === GONE) names.delete(name)
      else names.add(name)
    }
    return [...names]
  }

  makeFolder(folder: string): Promise<void> {
    return nodeDisk.makeFolder(folder)
  }

  async rename(from: string, to: string): Promise<void> {
    this.#names.set(to, this.#names.get(from) ?? from)
    this.#names.set(from, GONE)
  }

  async remove(path: string): Promise<void> {
    this.#names.set(path, GONE)
  }

  async syncFolder(folder: string): Promise<void> {
    for (const [path, place] of this.#names) if (place !== GONE) await nodeDisk.rename(place, path)
    for (const [path, place] of this.#names) if (place === GONE) await nodeDisk.remove(path)
    this.#names.clear()
    await nodeDisk.syncFolder(folder)
  }
}

const exists = (path: string): Promise<boolean> =>
  nodeDisk.open(path, 'read').then(
    async (file) => {
      await file.close()
      return true
    },
    () => false,
  )

class ForgetfulFile implements DiskFile {
  readonly #file: DiskFile
  #pending: { readonly bytes: Buffer; readonly at: number }[] = []

  constructor(file: DiskFile) {
    this.#file = file
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    this.#pending.push({ bytes: Buffer.from(bytes), at: offset })
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    if (this.#pending.length > 0) throw new Error('this disk cannot read a file that has unsynced bytes')
    return this.#file.read(into, offset)
  }

  size(): Promise<number> {
    return this.#file.size()
  }

  truncate(size: number): Promise<void> {
    return this.#file.truncate(size)
  }

  async sync(): Promise<void> {
    const pending = this.#pending
    this.#pending = []
    for (const { bytes, at } of pending) await this.#file.write(bytes, at)
    await this.#file.sync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
