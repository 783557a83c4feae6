import { damage } from './damage.ts'
import type { Disk, DiskFile } from './disk.ts'
import { BLOCK, decodeFrame, type Frame, spanAt } from './frame.ts'
import { decodeHeader, type JournalEnd, type JournalHeader } from './journal-file.ts'

const WINDOW_BYTES = 4 << 20
const ZERO = Buffer.alloc(BLOCK)

const isZero = (block: Buffer): boolean => block.equals(ZERO.subarray(0, block.length))

/** A journal as the other files of the folder describe it. */
export interface ExpectedJournal {
  readonly generation: number
  /** Only the last journal may end in a torn frame, because earlier journals were closed after their last frame. */
  readonly isLast: boolean
  /** The least length of the file, bytes. */
  readonly bytes: number
  /** The number of the last frame before this journal. */
  readonly after: number
}

/**
 * Passes every frame of a journal to `onFrame`, in order.
 *
 * An incomplete frame is a torn tail when neither a sound frame nor a later journal follows it. A torn tail was
 * acknowledged if the watermark counts its frame. Otherwise the tail counts as not acknowledged. When a sound frame or
 * a later journal follows, the incomplete frame was acknowledged and is damaged.
 *
 * @throws PlotdError ERR_SPOOL_DAMAGED that names the file and the byte
 */
export async function readJournal(
  disk: Disk,
  path: string,
  { generation, isLast, bytes, after }: ExpectedJournal,
  onFrame: (frame: Frame) => void,
): Promise<JournalEnd> {
  const file = await disk.open(path, 'read')
  try {
    const size = await file.size()
    const reading = new JournalReader(path, file, size, isLast).read(generation, after, onFrame)
    if (size >= bytes) return await reading
    await reading.catch(() => {}) // the caller counts the frames that can be read
    throw damage(path, size, `it is ${size} bytes long and was at least ${bytes}`)
  } finally {
    await file.close()
  }
}

/** Passes every sound frame of a journal to `onFrame`, and skips damaged bytes. */
export async function salvageJournal(
  disk: Disk,
  path: string,
  salt: number,
  onFrame: (frame: Frame) => void,
): Promise<void> {
  const file = await disk.open(path, 'read')
  try {
    await new JournalReader(path, file, await file.size(), true).salvage(salt, onFrame)
  } finally {
    await file.close()
  }
}

/** @returns undefined when the journal has no sound header */
export async function readHeader(disk: Disk, path: string): Promise<JournalHeader | undefined> {
  const file = await disk.open(path, 'read')
  try {
    const block = Buffer.alloc(BLOCK)
    return decodeHeader(block.subarray(0, await file.read(block, 0)))
  } finally {
    await file.close()
  }
}

class JournalReader {
  readonly #path: string
  readonly #file: DiskFile
  readonly #size: number
  readonly #isLast: boolean
  #window = Buffer.alloc(0)
  #windowAt = 0

  constructor(path: string, file: DiskFile, size: number, isLast: boolean) {
    this.#path = path
    this.#file = file
    this.#size = size
    this.#isLast = isLast
  }

  async read(generation: number, after: number, onFrame: (frame: Frame) => void): Promise<JournalEnd> {
    const header = decodeHeader(await this.#bytes(0, BLOCK))
    if (header === undefined) throw damage(this.#path, 0, 'its header is not sound')
    if (header.generation !== generation) throw damage(this.#path, 0, `it holds generation ${header.generation}`)
    if (header.after !== after) throw damage(this.#path, 0, `it continues from frame ${header.after}, not ${after}`)
    let offset = BLOCK
    let used = 0
    let seq = header.after
    for (;;) {
      const frame = await this.#frame(offset, header.salt)
      if (frame === undefined) break
      if (frame.seq !== seq + 1)
        throw damage(this.#path, offset, `it holds frame ${frame.seq} where frame ${seq + 1} belongs`)
      onFrame(frame)
      seq = frame.seq
      offset += frame.span
      used += frame.body.length
    }
    return { header, end: offset, used, torn: await this.#tail(offset, header.salt), size: this.#size }
  }

  async salvage(salt: number, onFrame: (frame: Frame) => void): Promise<void> {
    for (let offset = BLOCK; offset < this.#size; ) {
      const frame = await this.#frame(offset, salt)
      if (frame !== undefined) onFrame(frame)
      offset += frame?.span ?? BLOCK
    }
  }

  /** Checks the bytes after the last sound frame. @returns the length of a torn frame */
  async #tail(from: number, salt: number): Promise<number> {
    let last = from
    for (let offset = from; offset < this.#size; offset += BLOCK) {
      const block = await this.#bytes(offset, BLOCK)
      if (isZero(block)) continue
      last = offset + block.length
      const later = offset > from ? await this.#frame(offset, salt) : undefined
      if (later !== undefined) throw damage(this.#path, from, `frame ${later.seq} follows at byte ${offset}`)
    }
    if (last > from && !this.#isLast) throw damage(this.#path, from, 'later journals follow')
    return last - from
  }

  async #frame(offset: number, salt: number): Promise<Frame | undefined> {
    const span = spanAt(await this.#bytes(offset, BLOCK))
    if (span === undefined || offset + span > this.#size + BLOCK) return undefined
    return decodeFrame(await this.#bytes(offset, span), salt)
  }

  /** @returns `length` bytes of the file, fewer at its end */
  async #bytes(from: number, length: number): Promise<Buffer> {
    const offset = from - this.#windowAt
    const wanted = Math.min(length, Math.max(0, this.#size - from))
    if (offset < 0 || offset + wanted > this.#window.length) {
      const window = Buffer.allocUnsafe(Math.min(Math.max(WINDOW_BYTES, length), Math.max(0, this.#size - from)))
      const count = await this.#file.read(window, from)
      this.#window = window.subarray(0, count)
      this.#windowAt = from
      return this.#window.subarray(0, wanted)
    }
    return this.#window.subarray(offset, offset + wanted)
  }
}
