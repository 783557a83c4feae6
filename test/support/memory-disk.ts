import { basename } from 'node:path'
import type { Disk, DiskFile, OpenFor } from '../../src/spool/journal/disk.ts'

const SECTOR = 512

interface Write {
  readonly at: number
  readonly bytes: Buffer
}

/** Bytes that can grow. */
class Bytes {
  #buffer: Buffer
  length: number

  constructor(buffer: Buffer = Buffer.alloc(0)) {
    this.#buffer = buffer
    this.length = buffer.length
  }

  view(): Buffer {
    return this.#buffer.subarray(0, this.length)
  }

  copy(): Bytes {
    return new Bytes(Buffer.from(this.view()))
  }

  apply({ at, bytes }: Write): void {
    this.resize(Math.max(this.length, at + bytes.length))
    bytes.copy(this.#buffer, at)
  }

  resize(length: number): void {
    if (length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(length, 2 * this.#buffer.length))
      this.#buffer.copy(larger)
      this.#buffer = larger
    }
    if (length < this.length) this.#buffer.fill(0, length, this.length)
    this.length = length
  }
}

/** One file's bytes: the program's view, and the durable bytes. */
class Node {
  visible = new Bytes()
  synced = new Bytes()
  /** Writes that are not synced yet, in order. */
  pending: Write[] = []

  keep(): void {
    for (const write of this.pending) this.synced.apply(write)
    this.pending = []
  }
}

export interface Faults {
  /** Called at each of these operations; a removal counts as `rename`. If `before` throws, the operation rejects. */
  before?(operation: 'write' | 'sync' | 'open' | 'rename' | 'list', path: string): void
  /** Delays each of these operations. */
  late?(): Promise<void>
}

/**
 * A disk in memory that can lose its power. After a power cut, each sector that was written and not synced may be
 * present or lost, and names that were not made durable may be the old ones. `truncate` is durable at once, with all
 * earlier writes of the file.
 */
export class MemoryDisk implements Disk {
  faults: Faults = {}
  #names = new Map<string, Node>()
  #keptNames = new Map<string, Node>()
  #dead = false

  async open(path: string, how: OpenFor): Promise<DiskFile> {
    await this.#touch('open', path)
    const match = this.#names.get(path)
    if (match === undefined && how === 'read') throw systemError('ENOENT', path)
    const node = match ?? new Node()
    this.#names.set(path, node)
    return this.#file(path, node, how === 'journal' || how === 'ahead')
  }

  async list(folder: string): Promise<string[]> {
    await this.#touch('list', folder)
    return [...this.#names.keys()].map((path) => basename(path))
  }

  async makeFolder(): Promise<void> {}

  async rename(from: string, to: string): Promise<void> {
    await this.#touch('rename', from)
    const node = this.#names.get(from)
    if (node === undefined) throw systemError('ENOENT', from)
    this.#names.delete(from)
    this.#names.set(to, node)
  }

  async remove(path: string): Promise<void> {
    await this.#touch('rename', path)
    this.#names.delete(path)
  }

  async syncFolder(folder: string): Promise<void> {
    await this.#touch('sync', folder)
    this.#keptNames = new Map(this.#names)
  }

  /** Ends the process, whose later calls do not change the returned disk. @returns the disk with all writes */
  kill(): MemoryDisk {
    return this.#after((node) => node.visible, this.#names)
  }

  /** The power fails. @param chance  0 … 1, decides which sectors and names survive @returns the disk afterwards */
  cutPower(chance: () => number): MemoryDisk {
    const names = new Map<string, Node>()
    for (const path of new Set([...this.#names.keys(), ...this.#keptNames.keys()])) {
      const node = (chance() < 0.5 ? this.#names : this.#keptNames).get(path)
      if (node !== undefined) names.set(path, node)
    }
    return this.#after((node) => survivors(node, chance), names)
  }

  /** A file's bytes, to read and to damage. */
  bytes(path: string): Buffer {
    const node = this.#names.get(path)
    if (node === undefined) throw systemError('ENOENT', path)
    return node.visible.view()
  }

  paths(): string[] {
    return [...this.#names.keys()]
  }

  /** Copies the file `from` of a disk to the path `to` of this disk. */
  copyFrom(disk: MemoryDisk, from: string, to: string): void {
    this.#put(to, new Bytes(Buffer.from(disk.bytes(from))))
  }

  /** Exchanges the contents of two files. */
  swap(a: string, b: string): void {
    const [first, second] = [Buffer.from(this.bytes(a)), Buffer.from(this.bytes(b))]
    this.#put(a, new Bytes(second))
    this.#put(b, new Bytes(first))
  }

  /** Whether both disks hold the same files. */
  equals(other: MemoryDisk): boolean {
    const [paths, others] = [this.paths().sort(), other.paths().sort()]
    return paths.join() === others.join() && paths.every((path) => this.bytes(path).equals(other.bytes(path)))
  }

  copy(): MemoryDisk {
    const copy = new MemoryDisk()
    for (const [path, node] of this.#names) copy.#put(path, node.visible.copy())
    return copy
  }

  #after(bytesOf: (node: Node) => Bytes, names: ReadonlyMap<string, Node>): MemoryDisk {
    this.#dead = true
    const after = new MemoryDisk()
    for (const [path, node] of names) after.#put(path, bytesOf(node).copy())
    return after
  }

  #put(path: string, bytes: Bytes): void {
    const node = new Node()
    node.visible = bytes
    node.synced = bytes.copy()
    this.#names.set(path, node)
    this.#keptNames.set(path, node)
  }

  #file(path: string, node: Node, writesThrough: boolean): DiskFile {
    return {
      write: async (bytes, at) => {
        const write = { at, bytes: Buffer.from(bytes) }
        node.pending.push(write)
        node.visible.apply(write)
        await this.#touch('write', path)
        if (writesThrough) await this.#sync(node)
      },
      read: async (into, at) => (at >= node.visible.length ? 0 : node.visible.view().copy(into, 0, at)),
      size: async () => node.visible.length,
      truncate: async (size) => {
        node.visible.resize(size)
        node.synced = node.visible.copy()
        node.pending = []
      },
      sync: async () => {
        await this.#touch('sync', path)
        await this.#sync(node)
      },
      close: async () => {},
    }
  }

  async #sync(node: Node): Promise<void> {
    // Waits a turn, because a disk takes time and the power may fail meanwhile.
    await new Promise((next) => setImmediate(next))
    if (this.#dead) return new Promise(() => {})
    node.keep()
  }

  /** Runs the faults of the test for an operation. After a kill or a power cut, such an operation never resolves. */
  async #touch(operation: Parameters<NonNullable<Faults['before']>>[0], path: string): Promise<void> {
    if (this.#dead) return new Promise(() => {})
    this.faults.before?.(operation, path)
    await this.faults.late?.()
  }
}

function survivors(node: Node, chance: () => number): Bytes {
  const bytes = node.synced.copy()
  for (const { at, bytes: written } of node.pending) {
    for (let offset = 0; offset < written.length; offset += SECTOR) {
      if (chance() < 0.5) bytes.apply({ at: at + offset, bytes: written.subarray(offset, offset + SECTOR) })
    }
  }
  return bytes
}

export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${path}`), { code })
}
