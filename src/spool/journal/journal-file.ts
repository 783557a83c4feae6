import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Disk, DiskFile } from './disk.ts'
import { formatBy, type Upgrade } from './format.ts'
import { BLOCK, FrameEncoder } from './frame.ts'
import { journalPath } from './names.ts'
import type { Op } from './table.ts'
import type { Watermark } from './watermark.ts'

/** The content of a journal's first block. */
export interface JournalHeader {
  readonly format: number
  readonly generation: number
  /** The number of the last frame before this journal. */
  readonly after: number
  readonly salt: number
  /** False in journals of plotd versions that wrote no watermark. */
  readonly hasWatermark: boolean
}

/** The folder of a journal, and the options for writing the journal. */
export interface JournalPlace {
  readonly disk: Disk
  readonly folder: string
  /** Number of zeros that the journal writes ahead of its frames, so that writing a frame changes no metadata. */
  readonly aheadBytes: number
  readonly upgrades: readonly Upgrade[]
}

/** A random salt, with which the checksums of a journal begin. */
export const newSalt = (): number => randomBytes(4).readUInt32LE()

/** The journal to which frames are appended. */
export class JournalFile {
  readonly generation: number
  readonly path: string
  readonly salt: number
  /** The approximate length of all frames without padding, bytes. */
  used = 0
  readonly #file: DiskFile
  /** A second descriptor for the zeros, so that frames do not wait for the writes of zeros. */
  readonly #ahead: DiskFile
  readonly #encoder: FrameEncoder
  readonly #watermark: Watermark
  readonly #zeros: Buffer
  #end: number
  /** Length of the file, bytes. A write below this length needs no new block of the disk. */
  #allocated: number
  #filling: Promise<void> | undefined
  #failure: unknown

  private constructor(
    { aheadBytes }: JournalPlace,
    watermark: Watermark,
    path: string,
    [file, ahead]: readonly [DiskFile, DiskFile],
    { generation, salt }: JournalHeader,
    end: number,
  ) {
    this.#zeros = Buffer.alloc(aheadBytes)
    this.#watermark = watermark
    this.path = path
    this.#file = file
    this.#ahead = ahead
    this.generation = generation
    this.salt = salt
    this.#encoder = new FrameEncoder(salt)
    this.#end = end
    this.#allocated = end
  }

  /** Creates an empty journal for the frames from `after + 1` on, and begins the watermark of that journal. */
  static async create(
    place: JournalPlace,
    watermark: Watermark,
    generation: number,
    after: number,
    salt = newSalt(),
  ): Promise<JournalFile> {
    const { disk, folder, upgrades, aheadBytes } = place
    const path = journalPath(folder, generation)
    const header = { format: formatBy(upgrades), generation, after, salt, hasWatermark: true }
    const file = await disk.open(path, 'journal')
    await file.truncate(0)
    await file.write(encodeHeader(header), 0)
    const journal = new JournalFile(place, watermark, path, [file, await disk.open(path, 'ahead')], header, BLOCK)
    await journal.#ahead.write(journal.#zeros, BLOCK)
    journal.#allocated += aheadBytes
    await disk.syncFolder(dirname(path))
    await watermark.begin({ generation, salt, bytes: journal.#allocated, seq: after })
    return journal
  }

  /** Opens a journal to continue after its last whole frame, and overwrites a torn frame with zeros. */
  static async resume(
    place: JournalPlace,
    watermark: Watermark,
    { header, end, used, torn, size }: JournalEnd,
  ): Promise<JournalFile> {
    const { disk, folder } = place
    const path = journalPath(folder, header.generation)
    const files = [await disk.open(path, 'journal'), await disk.open(path, 'ahead')] as const
    const journal = new JournalFile(place, watermark, path, files, header, end)
    for (let offset = end; offset < end + torn; offset += journal.#zeros.length) {
      await journal.#ahead.write(journal.#zeros.subarray(0, end + torn - offset), offset)
    }
    journal.#allocated = Math.max(end, size)
    journal.used = used
    if (journal.#allocated - end < journal.#zeros.length / 2) await journal.#fill()
    return journal
  }

  /** The length of header, frames and padding, bytes. The next frame begins at this place. */
  get size(): number {
    return this.#end
  }

  /** Resolves when the frame is on the disk. */
  async append(seq: number, changes: readonly Op[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const { bytes, bodyLength } = await this.#encoder.encode(seq, changes)
    const end = this.#end + bytes.length
    while (end > this.#allocated) await this.#fill()
    await this.#file.write(bytes, this.#end)
    this.#end = end
    this.used += bodyLength
    this.#watermark.advance(seq)
    if (this.#allocated - end < this.#zeros.length / 2) {
      this.#fill().catch((error: unknown) => {
        this.#failure = error
      })
    }
  }

  async close(): Promise<void> {
    await this.#filling?.catch(() => {})
    await this.#ahead.close()
    await this.#file.close()
  }

  #fill(): Promise<void> {
    this.#filling ??= this.#writeZeros().finally(() => {
      this.#filling = undefined
    })
    return this.#filling
  }

  async #writeZeros(): Promise<void> {
    const allocated = this.#allocated + this.#zeros.length
    await this.#ahead.write(this.#zeros, this.#allocated)
    await this.#watermark.grow(this.generation, allocated)
    this.#allocated = allocated
  }
}

/** The place at which a journal continues. */
export interface JournalEnd {
  readonly header: JournalHeader
  /** The place of the next frame, bytes. */
  readonly end: number
  /** The approximate length of the frames without padding, bytes. */
  readonly used: number
  /** Bytes of a frame whose write was interrupted; 0 when there is none. */
  readonly torn: number
  /** Length of the file, bytes. */
  readonly size: number
}

const HEADER = /^plotd journal (\d+) generation (\d+) after (\d+) salt ([0-9a-f]{8})(?: crc ([0-9a-f]{8}))?\n/

function encodeHeader({ format, generation, after, salt }: JournalHeader): Buffer {
  const block = Buffer.alloc(BLOCK)
  const text = `plotd journal ${format} generation ${generation} after ${after} salt ${hex(salt)}`
  block.write(`${text} crc ${hex(crc32(text))}\n`, 'latin1')
  return block
}

const hex = (value: number): string => value.toString(16).padStart(8, '0')

/** @returns undefined when the block is not a sound header */
export function decodeHeader(block: Buffer): JournalHeader | undefined {
  const match = HEADER.exec(block.toString('latin1', 0, 150))
  if (match === null) return undefined
  const [line, format, generation, after, salt = '', crc] = match
  if (crc !== undefined && Number.parseInt(crc, 16) !== crc32(line.slice(0, line.indexOf(' crc ')))) return undefined
  return {
    format: Number(format),
    generation: Number(generation),
    after: Number(after),
    salt: Number.parseInt(salt, 16),
    hasWatermark: crc !== undefined,
  }
}
