import { PlotdError } from '../../errors.ts'
import type { Disk, DiskFile } from './disk.ts'
import { BLOCK, decodeFrame, type Frame, spanAt } from './frame.ts'
import { decodeHeader, type LogHeader } from './log-file.ts'

/** What a log was found to hold. */
export interface LogReading {
  readonly header: LogHeader
  /** Where the next frame goes. */
  readonly end: number
  readonly used: number
  /** Bytes of a frame that was being written when everything stopped. */
  readonly torn: number
}

const WINDOW = 4 << 20
const ZERO = Buffer.alloc(BLOCK)

const isZero = (block: Buffer): boolean => block.equals(ZERO.subarray(0, block.length))

/**
 * Hands over every frame of a log, in order.
 *
 * A frame that is not whole is a torn tail when nothing sound follows it: it was never acknowledged. When a later
 * frame is sound, this one was acknowledged and has been damaged since: going on would lose what it says in silence.
 *
 * @param after   the last frame that is known, which this log must go on from
 * @param isLast  only the last log may end in a torn frame, for the others were closed after their last frame
 * @returns undefined when the log was created but never begun
 * @throws PlotdError ERR_SPOOL_DAMAGED naming the file and the byte
 */
export async function readLog(
  disk: Disk,
  path: string,
  generation: number,
  isLast: boolean,
  after: number,
  onFrame: (frame: Frame) => void,
): Promise<LogReading | undefined> {
  const file = await disk.open(path, 'read')
  try {
    return await new LogReader(path, file, await file.size(), isLast).read(generation, after, onFrame)
  } finally {
    await file.close()
  }
}

/** What the log says of itself; undefined when it says nothing, as one that was never begun. */
export async function readHeader(disk: Disk, path: string): Promise<LogHeader | undefined> {
  const file = await disk.open(path, 'read')
  try {
    const block = Buffer.alloc(BLOCK)
    return decodeHeader(block.subarray(0, await file.read(block, 0)))
  } finally {
    await file.close()
  }
}

class LogReader {
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

  async read(generation: number, after: number, onFrame: (frame: Frame) => void): Promise<LogReading | undefined> {
    const header = decodeHeader(await this.#bytes(0, BLOCK))
    if (header?.generation !== generation) {
      if (this.#isLast && (await this.#isZero(BLOCK))) return undefined
      throw this.#damaged(0, 'its header is not sound')
    }
    if (header.after !== after) throw this.#damaged(0, `it goes on from frame ${header.after}, not ${after}`)
    let at = BLOCK
    let used = 0
    let seq = header.after
    for (
      let frame = await this.#frame(at, header.salt);
      frame !== undefined;
      frame = await this.#frame(at, header.salt)
    ) {
      if (frame.seq !== seq + 1) throw this.#damaged(at, `frame ${seq + 1} is missing, ${frame.seq} stands there`)
      onFrame(frame)
      seq = frame.seq
      at += frame.span
      used += frame.body.length
    }
    return { header, end: at, used, torn: await this.#tail(at, header.salt) }
  }

  /** What follows the last sound frame: nothing, or a torn one. */
  async #tail(from: number, salt: number): Promise<number> {
    let last = from
    for (let at = from; at < this.#size; at += BLOCK) {
      const block = await this.#bytes(at, BLOCK)
      if (isZero(block)) continue
      last = at + block.length
      const later = at > from ? await this.#frame(at, salt) : undefined
      if (later !== undefined) throw this.#damaged(from, `frame ${later.seq} follows at byte ${at}`)
    }
    if (last > from && !this.#isLast) throw this.#damaged(from, 'later journals follow')
    return last - from
  }

  async #frame(at: number, salt: number): Promise<Frame | undefined> {
    const span = spanAt(await this.#bytes(at, BLOCK))
    if (span === undefined || at + span > this.#size + BLOCK) return undefined
    return decodeFrame(await this.#bytes(at, span), salt)
  }

  async #isZero(from: number): Promise<boolean> {
    for (let at = from; at < this.#size; at += BLOCK) {
      if (!isZero(await this.#bytes(at, BLOCK))) return false
    }
    return true
  }

  /** Bytes from the window, moved on when it does not hold them; fewer at the end of the file. */
  async #bytes(at: number, length: number): Promise<Buffer> {
    const offset = at - this.#windowAt
    const wanted = Math.min(length, Math.max(0, this.#size - at))
    if (offset < 0 || offset + wanted > this.#window.length) {
      const window = Buffer.allocUnsafe(Math.min(Math.max(WINDOW, length), Math.max(0, this.#size - at)))
      const count = await this.#file.read(window, at)
      this.#window = window.subarray(0, count)
      this.#windowAt = at
      return this.#window.subarray(0, wanted)
    }
    return this.#window.subarray(offset, offset + wanted)
  }

  #damaged(byte: number, why: string): PlotdError {
    const message = `${this.#path} is damaged at byte ${byte}: ${why}. Nothing was changed`
    return new PlotdError('ERR_SPOOL_DAMAGED', message, { file: this.#path, byte })
  }
}
