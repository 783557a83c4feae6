import { crc32 } from 'node:zlib'
import { inOwnSlices } from '../../slices.ts'

/**
 * One group commit in a log:
 *
 *     <crc32, 8 hex> <sequence, 15 digits> <length of the body in bytes, 10 digits> <body: JSON>\n, zeros
 *
 * A frame begins at a multiple of BLOCK, so that writing it never touches a block of an earlier frame. The checksum
 * covers everything after itself and starts from the log's salt, so that no text in a job can pass for a frame.
 */
export const BLOCK = 4096

const CRC = 8
const SEQ = 15
const LENGTH = 10
const SEQ_AT = CRC + 1
const LENGTH_AT = SEQ_AT + SEQ + 1
const BODY_AT = LENGTH_AT + LENGTH + 1

export interface Frame {
  readonly seq: number
  readonly body: string
  /** Bytes up to the next frame. */
  readonly span: number
}

export const blocks = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK

export interface EncodedFrame {
  /** With its padding. The next call of `encode` overwrites them. */
  readonly bytes: Buffer
  readonly bodyLength: number
}

/** Bytes that are summed at a time: a tenth of a millisecond. */
const SUMMED = 1 << 18

/** Encodes into a buffer that the next call overwrites. Call it again only when the frame of the last call is written. */
export class FrameEncoder {
  readonly #salt: number
  #buffer = Buffer.allocUnsafe(64 * BLOCK)
  #end = BODY_AT

  constructor(salt: number) {
    this.#salt = salt
  }

  /** @param changes  in slices: ten thousand jobs are megabytes */
  async encode(seq: number, changes: readonly unknown[]): Promise<EncodedFrame> {
    this.#end = BODY_AT
    this.#put('[')
    const encoding = inOwnSlices(changes, (change, i) => {
      if (i > 0) this.#put(',')
      this.#put(JSON.stringify(change))
    })
    if (encoding !== undefined) await encoding
    this.#put(']\n')
    const end = this.#end - 1
    const buffer = this.#buffer
    buffer.write(`${digits(seq, SEQ)} ${digits(end - BODY_AT, LENGTH)} `, SEQ_AT, 'latin1')
    buffer.write(`${(await this.#crc(end)).toString(16).padStart(CRC, '0')} `, 0, 'latin1')
    const span = blocks(end + 1)
    buffer.fill(0, end + 1, span)
    return { bytes: buffer.subarray(0, span), bodyLength: end - BODY_AT }
  }

  #put(text: string): void {
    const most = this.#end + 3 * text.length + BLOCK
    if (most > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * most)
      this.#buffer.copy(larger, 0, 0, this.#end)
      this.#buffer = larger
    }
    this.#end += this.#buffer.write(text, this.#end)
  }

  async #crc(end: number): Promise<number> {
    const starts = Array.from({ length: Math.ceil((end - SEQ_AT) / SUMMED) }, (_, i) => SEQ_AT + i * SUMMED)
    let crc = this.#salt
    const summing = inOwnSlices(starts, (start) => {
      crc = crc32(this.#buffer.subarray(start, Math.min(end, start + SUMMED)), crc)
    })
    if (summing !== undefined) await summing
    return crc
  }
}

const NEWLINE = 10
const digits = (value: number, width: number): string => String(value).padStart(width, '0')

/** The span of the frame whose head is here; undefined when there is no head. */
export function spanAt(block: Buffer): number | undefined {
  const head = block.toString('latin1', 0, BODY_AT)
  const match = /^[0-9a-f]{8} \d{15} (\d{10}) $/.exec(head)
  return match === null ? undefined : blocks(BODY_AT + Number(match[1]) + 1)
}

/** The frame in these bytes; undefined when it is incomplete or damaged. */
export function decodeFrame(bytes: Buffer, salt: number): Frame | undefined {
  const span = spanAt(bytes)
  if (span === undefined || span > blocks(bytes.length)) return undefined
  const end = BODY_AT + Number(bytes.toString('latin1', LENGTH_AT, LENGTH_AT + LENGTH))
  if (end >= bytes.length || bytes[end] !== NEWLINE) return undefined
  const crc = Number.parseInt(bytes.toString('latin1', 0, CRC), 16)
  if (crc !== crc32(bytes.subarray(SEQ_AT, end), salt)) return undefined
  return {
    seq: Number(bytes.toString('latin1', SEQ_AT, SEQ_AT + SEQ)),
    body: bytes.toString('utf8', BODY_AT, end),
    span,
  }
}
