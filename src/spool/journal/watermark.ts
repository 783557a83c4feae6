import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { isShortage } from './damage.ts'
import type { Disk, DiskFile } from './disk.ts'
import { BLOCK } from './frame.ts'
import { watermarkPath } from './names.ts'

/**
 * A length and a frame that the newest journal certainly had. A shorter journal, or one without the frame, has lost
 * acknowledged writes.
 */
export interface Mark {
  /** Generation of the newest journal that may hold frames; -1 before the first one. */
  readonly generation: number
  /** That journal's salt. */
  readonly salt: number
  /** The least length of that journal's file, bytes. */
  readonly bytes: number
  /** The last frame known to have been acknowledged. */
  readonly seq: number
}

const NOTHING: Mark = { generation: -1, salt: 0, bytes: 0, seq: 0 }

/** The mark is written after this time without a new frame, ms. */
const QUIET_MS = 10
/** While frames keep coming, the mark is written at this interval, ms. */
const LATEST_MS = 100

const LINE = /^([0-9a-f]{8}) (\d{15}) generation (-?\d+) salt (\d+) bytes (\d+) frame (\d+)\n/

/**
 * The file `watermark`: two blocks that are written in turn, so that a torn write leaves the other block whole.
 *
 * A torn last frame and a lost last frame look the same in a journal. The mark tells which of the two happened. The
 * mark is never ahead of the journal. The mark is exact after a close and after the start of a journal, and otherwise
 * about 0.1 s behind at most. A write of the mark before each acknowledgement would cost a second sync.
 */
export class Watermark {
  readonly #disk: Disk
  readonly #path: string
  readonly #file: DiskFile
  #mark: Mark
  #count: number
  #written: Mark | undefined
  #writes: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  readonly #onError: (error: unknown) => void

  private constructor(
    disk: Disk,
    path: string,
    file: DiskFile,
    mark: Mark,
    count: number,
    onError: (error: unknown) => void,
  ) {
    this.#disk = disk
    this.#path = path
    this.#file = file
    this.#mark = mark
    this.#count = count
    this.#onError = onError
  }

  /**
   * Opens the file for writing, creates it when it is missing, and stores `mark`.
   *
   * @param onError  receives the error of a write in the background
   */
  static async open(
    disk: Disk,
    folder: string,
    mark: Mark = NOTHING,
    onError: (error: unknown) => void = () => {},
  ): Promise<Watermark> {
    const path = watermarkPath(folder)
    const { count = 0 } = (await newest(disk, path)) ?? {}
    const watermark = new Watermark(disk, path, await disk.open(path, 'ahead'), mark, count, onError)
    await watermark.flush()
    await disk.syncFolder(dirname(path))
    return watermark
  }

  /** @returns undefined when there is no such file, or when neither block is sound */
  static async read(disk: Disk, folder: string): Promise<Mark | undefined> {
    return (await newest(disk, watermarkPath(folder)))?.mark
  }

  /**
   * Begins the mark of a new journal. Resolves when the mark is on the disk; until then no frame may be written to the
   * journal.
   */
  begin(mark: Mark): Promise<void> {
    this.#mark = mark
    return this.flush()
  }

  /**
   * Records that the file of a journal has grown, if the mark of a newer journal has not begun. Frames may use the new
   * space after the promise resolves.
   */
  grow(generation: number, bytes: number): Promise<void> {
    if (generation === this.#mark.generation) this.#mark = { ...this.#mark, bytes }
    return this.flush()
  }

  /** Records that a frame is on the disk. The write of the file begins within about 0.1 s. */
  advance(seq: number): void {
    this.#mark = { ...this.#mark, seq }
    if (this.#timer === undefined) this.#wait(performance.now() + LATEST_MS)
  }

  /** Resolves when everything so far is in the file. */
  flush(): Promise<void> {
    this.#writes = this.#writes.then(() => this.#write())
    return this.#writes
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.flush().finally(() => this.#file.close())
  }

  #wait(latest: number): void {
    const { seq } = this.#mark
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (seq !== this.#mark.seq && performance.now() < latest) this.#wait(latest)
      else this.flush().catch(this.#onError)
    }, QUIET_MS)
    this.#timer.unref()
  }

  async #write(): Promise<void> {
    const mark = this.#mark
    if (mark === this.#written) return
    this.#count++
    await this.#file.write(encode(this.#count, mark), (this.#count % 2) * BLOCK)
    await this.#checkPlace()
    this.#written = mark
  }

  /**
   * Fails when the folder was removed or moved. Open files could still be written, but the next start would not find
   * them.
   */
  async #checkPlace(): Promise<void> {
    try {
      const file = await this.#disk.open(this.#path, 'read')
      await file.close()
    } catch (error) {
      if (!isShortage(error)) throw error // else the next write checks again
    }
  }
}

function encode(count: number, { generation, salt, bytes, seq }: Mark): Buffer {
  const text = `${String(count).padStart(15, '0')} generation ${generation} salt ${salt} bytes ${bytes} frame ${seq}\n`
  const block = Buffer.alloc(BLOCK)
  block.write(`${crc32(text).toString(16).padStart(8, '0')} ${text}`, 'latin1')
  return block
}

async function newest(disk: Disk, path: string): Promise<{ count: number; mark: Mark } | undefined> {
  const bytes = await readAll(disk, path)
  const first = decode(bytes.subarray(0, BLOCK))
  const second = decode(bytes.subarray(BLOCK))
  return first === undefined || (second !== undefined && second.count > first.count) ? second : first
}

async function readAll(disk: Disk, path: string): Promise<Buffer> {
  let file: DiskFile
  try {
    file = await disk.open(path, 'read')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
  try {
    const bytes = Buffer.alloc(2 * BLOCK)
    return bytes.subarray(0, await file.read(bytes, 0))
  } finally {
    await file.close()
  }
}

function decode(block: Buffer): { count: number; mark: Mark } | undefined {
  const line = block.toString('latin1', 0, 200)
  const match = LINE.exec(line)
  if (match === null) return undefined
  const [whole, crc = '', count, generation, salt, bytes, seq] = match
  if (Number.parseInt(crc, 16) !== crc32(whole.slice(9))) return undefined
  return {
    count: Number(count),
    mark: { generation: Number(generation), salt: Number(salt), bytes: Number(bytes), seq: Number(seq) },
  }
}
