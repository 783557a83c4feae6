import { crc32 } from 'node:zlib'
import { inOwnSlices } from '../../slices.ts'
import { TextBuffer } from './text-buffer.ts'

/**
 * A frame: the changes of one commit in a journal. Simultaneous calls of the adapter's `write` share a commit.
 *
 *     <crc32, 8 hex> <sequence, 15 digits> <length of the body in bytes, 10 digits> <body: JSON>\n, zeros
 *
 * The sequence is the number of the frame. The zeros are the padding, which ends at a multiple of BLOCK. There the next
 * frame begins, so that writing it never touches a block of an earlier frame. The checksum covers the bytes from the
 * sequence to the end of the body. The checksum starts from the salt, a random number in the journal's header, so that
 * no text in a job can pass for a frame.
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
  /** Bytes from the start of this frame to the start of the next. */
  readonly span: number
}

/** A length, rounded up to whole blocks. */
const wholeBlocks = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK

export interface EncodedFrame {
  /** The frame with its padding. The next call of `encode` overwrites these bytes. */
  readonly bytes: Buffer
  readonly bodyLength: number
}

/** Bytes of one step of the checksum. A step takes 0.1 ms. */
const SUMMED = 1 << 18

/** Number of changes in one step of the encoding. Node encodes a list a quarter faster than its entries one by one. */
const ENCODED = 20

/** Encodes frames into one buffer. Call `encode` again only when the previous frame is written. */
export class FrameEncoder {
  readonly #salt: number
  readonly #text = new TextBuffer(64 * BLOCK)

  constructor(salt: number) {
    this.#salt = salt
  }

  /** Works in slices, because ten thousand jobs make a frame of several megabytes. */
  async encode(seq: number, changes: readonly unknown[]): Promise<EncodedFrame> {
    const text = this.#text
    text.clear()
    text.append(' '.repeat(BODY_AT))
    text.append('[')
    await inOwnSlices(startsOf(changes.length, ENCODED), (start) => {
      if (start > 0) text.append(',')
      text.append(JSON.stringify(changes.slice(start, start + ENCODED)).slice(1, -1))
    })
    text.append(']\n')
    const end = text.length - 1
    text.append('\0'.repeat(wholeBlocks(text.length) - text.length))
    const { bytes } = text
    bytes.write(`${digits(seq, SEQ)} ${digits(end - BODY_AT, LENGTH)} `, SEQ_AT, 'latin1')
    const crc = await this.#crc(bytes.subarray(SEQ_AT, end))
    bytes.write(`${crc.toString(16).padStart(CRC, '0')} `, 0, 'latin1')
    return { bytes, bodyLength: end - BODY_AT }
  }

  async #crc(bytes: Buffer): Promise<number> {
    let crc = this.#salt
    await inOwnSlices(startsOf(bytes.length, SUMMED), (start) => {
      crc = crc32(bytes.subarray(start, start + SUMMED), crc)
    })
    return crc
  }
}

/** The indexes at which the steps begin, when `length` entries or bytes are done `step` at a time. */
const startsOf = (length: number, step: number): readonly number[] =>
  Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step)

const NEWLINE = 10
const digits = (value: number, width: number): string => String(value).padStart(width, '0')

/**
 * The head of a frame is everything before its body.
 *
 * @returns the span of the frame that begins with this block; undefined when the block does not begin with a head
 */
export function spanAt(block: Buffer): number | undefined {
  const head = block.toString('latin1', 0, BODY_AT)
  const match = /^[0-9a-f]{8} \d{15} (\d{10}) $/.exec(head)
  return match === null ? undefined : wholeBlocks(BODY_AT + Number(match[1]) + 1)
}

/** @returns the frame in these bytes; undefined when it is incomplete or damaged */
export function decodeFrame(bytes: Buffer, salt: number): Frame | undefined {
  const span = spanAt(bytes)
  if (span === undefined || span > wholeBlocks(bytes.length)) return undefined
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
