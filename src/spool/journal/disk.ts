import fs from 'node:fs'
import { promisify } from 'node:util'
import { makeFolder, syncPath } from './folder.ts'

/** An open file of the spool. Offsets and sizes are in bytes. */
export interface DiskFile {
  /** Writes all bytes. In a file opened for 'journal' or 'ahead', the write resolves when the bytes are on the disk. */
  write(bytes: Uint8Array, offset: number): Promise<void>
  /** @returns the number of bytes read, which is less than requested only at the end of the file */
  read(into: Uint8Array, offset: number): Promise<number>
  size(): Promise<number>
  truncate(size: number): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * 'journal': the frames of a journal. 'ahead': zeros ahead of the frames, or the watermark. In these two modes each
 * write also brings its bytes to the disk.
 */
export type OpenFor = 'read' | 'create' | 'journal' | 'ahead'

/** The parts of the operating system that the journal uses. Tests inject faults here. */
export interface Disk {
  /** Opens a file. All modes except 'read' create a missing file. */
  open(path: string, how: OpenFor): Promise<DiskFile>
  list(folder: string): Promise<string[]>
  makeFolder(folder: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Syncs new names and renames in the folder. */
  syncFolder(folder: string): Promise<void>
}

const { O_CREAT, O_RDONLY, O_RDWR, O_DSYNC } = fs.constants
/** Whether O_DSYNC brings each write to the disk, so that fdatasync is not needed. Only Linux guarantees this. */
const WRITES_THROUGH = process.platform === 'linux' && O_DSYNC !== undefined

const FLAGS = { read: O_RDONLY, create: O_RDWR | O_CREAT } as const
const JOURNAL_FLAGS = FLAGS.create | (WRITES_THROUGH ? O_DSYNC : 0)

const open = promisify(fs.open)
const stat = promisify(fs.fstat)
const truncate = promisify(fs.ftruncate)
const datasync = promisify(fs.fdatasync)
const fsync = promisify(fs.fsync)
const close = promisify(fs.close)

/** A file by its descriptor. The promises of Node's FileHandle would take a tenth of the time of a commit. */
class NodeFile implements DiskFile {
  readonly #fd: number
  readonly #syncs: boolean

  constructor(fd: number, syncs: boolean) {
    this.#fd = fd
    this.#syncs = syncs
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    let done = await this.#writeSome(bytes, 0, offset)
    while (done < bytes.length) done += await this.#writeSome(bytes, done, offset + done)
    if (this.#syncs) await datasync(this.#fd)
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    let done = 0
    while (done < into.length) {
      const count = await this.#readSome(into, done, offset + done)
      if (count === 0) break
      done += count
    }
    return done
  }

  async size(): Promise<number> {
    return (await stat(this.#fd)).size
  }

  truncate(size: number): Promise<void> {
    return truncate(this.#fd, size)
  }

  sync(): Promise<void> {
    return fsync(this.#fd)
  }

  close(): Promise<void> {
    return close(this.#fd)
  }

  #writeSome(bytes: Uint8Array, from: number, offset: number): Promise<number> {
    return new Promise((resolve, reject) => {
      fs.write(this.#fd, bytes, from, bytes.length - from, offset, (error, count) =>
        error === null ? resolve(count) : reject(error),
      )
    })
  }

  #readSome(into: Uint8Array, from: number, offset: number): Promise<number> {
    return new Promise((resolve, reject) => {
      fs.read(this.#fd, into, from, into.length - from, offset, (error, count) =>
        error === null ? resolve(count) : reject(error),
      )
    })
  }
}

const MODE = 0o600

export const nodeDisk: Disk = {
  open: async (path, how) => {
    const isJournal = how === 'journal' || how === 'ahead'
    const fd = await open(path, isJournal ? JOURNAL_FLAGS : FLAGS[how], MODE)
    return new NodeFile(fd, isJournal && !WRITES_THROUGH)
  },
  list: (folder) => fs.promises.readdir(folder),
  makeFolder: (folder) => makeFolder(folder),
  rename: (from, to) => fs.promises.rename(from, to),
  remove: (path) => fs.promises.rm(path, { force: true }),
  syncFolder: syncPath,
}

/** The system's code of an error, such as 'ENOSPC'; 'UNKNOWN' for an error without a code. */
export function systemCode(error: unknown): string {
  const code: unknown = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : 'UNKNOWN'
}
