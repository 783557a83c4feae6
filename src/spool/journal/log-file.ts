import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import type { Disk, DiskFile } from './disk.ts'
import { formatBy, type Upgrade } from './format.ts'
import { BLOCK, blocks, FrameEncoder } from './frame.ts'
import { logPath } from './names.ts'
import type { Pace } from './pace.ts'
import { zeros } from './page-memory.ts'

/** What the first block of a log says. */
export interface LogHeader {
  readonly format: number
  readonly generation: number
  /** The last frame before this log. */
  readonly after: number
  readonly salt: number
}

/** Where a log lives, and how far ahead of its frames zeros are written, so that a frame's write changes no metadata. */
export interface LogPlace {
  readonly disk: Disk
  readonly folder: string
  readonly aheadBytes: number
  readonly pace: Pace
  readonly upgrades: readonly Upgrade[]
}

/** The log that frames are added to. */
export class LogFile {
  readonly generation: number
  readonly path: string
  /** Bytes of frames in it, without padding. */
  used = 0
  readonly #pace: Pace
  readonly #file: DiskFile
  /** A descriptor of its own, so that frames do not wait for it. */
  readonly #ahead: DiskFile
  readonly #encoder: FrameEncoder
  #end: number
  /** Up to here the file's blocks exist. */
  #allocated: number
  /** How many zeros are written ahead at a time. */
  #stride: number
  readonly #longestStride: number
  #filling: Promise<void> | undefined
  #failure: unknown

  private constructor(
    { aheadBytes, pace }: LogPlace,
    path: string,
    [file, ahead]: readonly [DiskFile, DiskFile],
    header: LogHeader,
    end: number,
  ) {
    this.#stride = aheadBytes
    this.#longestStride = LONGEST_STRIDE * aheadBytes
    this.#pace = pace
    this.path = path
    this.#file = file
    this.#ahead = ahead
    this.generation = header.generation
    this.#encoder = new FrameEncoder(header.salt)
    this.#end = end
    this.#allocated = end
  }

  static async create(place: LogPlace, generation: number, after: number): Promise<LogFile> {
    const { disk, folder, upgrades } = place
    const path = logPath(folder, generation)
    const header = { format: formatBy(upgrades), generation, after, salt: randomBytes(4).readUInt32LE() }
    const file = await disk.open(path, 'log')
    await file.truncate(0)
    await file.write(encodeHeader(header), 0)
    await disk.syncFolder(dirname(path))
    const log = new LogFile(place, path, [file, await disk.open(path, 'ahead')], header, BLOCK)
    await log.#fill()
    return log
  }

  /** Goes on after the last whole frame; what follows it is cut off first. */
  static async resume(place: LogPlace, header: LogHeader, end: number, used: number): Promise<LogFile> {
    const { disk, folder } = place
    const path = logPath(folder, header.generation)
    const file = await disk.open(path, 'log')
    await file.truncate(end)
    await file.sync()
    const log = new LogFile(place, path, [file, await disk.open(path, 'ahead')], header, end)
    log.used = used
    await log.#fill()
    return log
  }

  /** Bytes with padding. */
  get size(): number {
    return this.#end
  }

  /** Resolves when the frame is on the disk. */
  async append(seq: number, body: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const frame = this.#encoder.encode(seq, body)
    const end = this.#end + frame.length
    if (end > this.#allocated) await this.#outgrow(end)
    // The disk is busy with zeros: a frame behind them in the cache would take long.
    if (this.#filling === undefined || this.#file.isDirect) await this.#pace.write(this.#file, frame, this.#end)
    else await this.#file.write(frame, this.#end)
    this.#end = end
    this.used += body.length
    if (this.#allocated - end < this.#stride / 2) this.#fillInBackground()
  }

  async close(): Promise<void> {
    await this.#filling
    await this.#ahead.close()
    await this.#file.close()
    this.#encoder.close()
  }

  /** A burst was faster than the zeros: its frame pays for the file's growth itself. */
  async #outgrow(end: number): Promise<void> {
    await this.#filling
    this.#allocated = Math.max(this.#allocated, end)
  }

  /** On a quick disk in ever longer strides: fewer frames meet one. On a slow one a frame would wait for all of it. */
  #fillInBackground(): void {
    if (this.#filling !== undefined) return
    if (this.#pace.isQuick) this.#stride = Math.min(2 * this.#stride, this.#longestStride)
    this.#filling = this.#fill()
      .catch((error: unknown) => {
        this.#failure = error
      })
      .finally(() => {
        this.#filling = undefined
      })
  }

  async #fill(): Promise<void> {
    const from = this.#allocated
    await this.#ahead.write(zeros(this.#stride), from)
    this.#allocated = Math.max(this.#allocated, from + this.#stride)
  }
}

const LONGEST_STRIDE = 4

const HEADER = /^plotd journal (\d+) generation (\d+) after (\d+) salt ([0-9a-f]{8})\n/

function encodeHeader({ format, generation, after, salt }: LogHeader): Buffer {
  const block = Buffer.alloc(blocks(1))
  const hex = salt.toString(16).padStart(8, '0')
  block.write(`plotd journal ${format} generation ${generation} after ${after} salt ${hex}\n`, 'latin1')
  return block
}

/** undefined when the block is not a header. */
export function decodeHeader(block: Buffer): LogHeader | undefined {
  const match = HEADER.exec(block.toString('latin1', 0, 100))
  if (match === null) return undefined
  const [, format, generation, after, salt = ''] = match
  return {
    format: Number(format),
    generation: Number(generation),
    after: Number(after),
    salt: Number.parseInt(salt, 16),
  }
}
