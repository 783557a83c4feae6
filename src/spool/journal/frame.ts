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

/** The length of a body in pieces, in characters. */
export const charsOf = (pieces: readonly string[]): number => pieces.reduce((sum, { length }) => sum + length, 0)

/** Encodes into a buffer that the next call overwrites. Call it again only when the frame of the last call is written. */
export class FrameEncoder {
  readonly #salt: number
  #buffer = Buffer.allocUnsafe(64 * BLOCK)

  constructor(salt: number) {
    this.#salt = salt
  }

  /** @param body  in pieces, each of which is encoded in one slice */
  async encode(seq: number, body: readonly string[]): Promise<Buffer> {
    const most = blocks(BODY_AT + 3 * charsOf(body) + 1)
    if (most > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(Math.max(most, 2 * this.#buffer.length))
    const buffer = this.#buffer
    let end = BODY_AT
    const ends: number[] = []
    await inOwnSlices(body, (piece) => {
      end += buffer.write(piece, end, 'utf8')
      ends.push(end)
    })
    buffer.write(`${digits(seq, SEQ)} ${digits(end - BODY_AT, LENGTH)} `, SEQ_AT, 'latin1')
    let crc = this.#salt
    await inOwnSlices(ends, (pieceEnd, i) => {
      crc = crc32(buffer.subarray(i === 0 ? SEQ_AT : ends[i - 1], pieceEnd), crc)
    })
    buffer.write(`${crc.toString(16).padStart(CRC, '0')} `, 0, 'latin1')
    buffer[end] = NEWLINE
    const span = blocks(end + 1)
    buffer.fill(0, end + 1, span)
    return buffer.subarray(0, span)
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
