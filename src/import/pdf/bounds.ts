import { inflateSync } from 'node:zlib'
import { OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { PlotdError } from '../../errors.ts'
import { limit } from '../draw/canvas.ts'

/**
 * Limit on the operations of one page in the list of pdf.js. A form counts each time that it is drawn, because pdf.js
 * reads it again.
 */
const MAX_LISTED = 4_000_000
/** A form counts as this many operations. */
const FORM = 30
/** Limit on the saved states at one time. The time to save a state grows with their number. */
const MAX_SAVED = 10_000

/** A part of the list of operations, as pdf.js passes it on. */
interface Chunk {
  readonly length: number
  readonly fnArray: readonly number[]
}
interface PageParts {
  _renderPageChunk?: (chunk: Chunk, intent: unknown) => void
}

/**
 * Rejects when pdf.js lists too many operations of a page or saves too many states, because pdf.js has no such limits.
 * In a chain of forms, each form that draws the next one twice doubles the list. Operations beyond a limit are dropped.
 *
 * @throws PlotdError ERR_SVG_LIMIT
 */
export function listLimit(page: PDFPageProxy): Promise<never> {
  const parts = page as unknown as PageParts
  const { _renderPageChunk: take } = parts
  if (take === undefined) throw new Error('this version of pdf.js has no method that receives the list of operations')
  return new Promise((_, reject) => {
    let operations = 0
    let states = 0
    parts._renderPageChunk = (chunk, intent) => {
      for (let i = 0; i < chunk.length; i++) {
        const fn = chunk.fnArray[i]
        operations += fn === OPS.paintFormXObjectBegin ? FORM : 1
        if (fn === OPS.save) states++
        else if (fn === OPS.restore) states--
      }
      if (operations > MAX_LISTED) reject(limit('operations of a page', MAX_LISTED, 'instructions'))
      else if (states > MAX_SAVED) reject(limit('saved states', MAX_SAVED, 'depth'))
      else take.call(page, chunk, intent)
    }
  })
}

/** Limit on the bytes of one unpacked stream. */
const MAX_UNPACKED = 128 << 20
/** Greatest number of bytes that deflate packs into one byte. */
const DENSEST = 1032
/** Limit on the sum of the packed bytes of all streams, in sizes of the file. The streams of a sound file lie apart. */
const MAX_OVERLAP = 16
/** Limit on the pixels of one picture. */
const MAX_PIXELS = 100_000_000

/**
 * Checks the pixels of pictures and the unpacked size of streams before pdf.js reads them, because pdf.js has no such
 * limits. Streams that deflate cannot unpack, such as encrypted ones, pass.
 *
 * @throws PlotdError ERR_SVG_LIMIT
 */
export function requireRoom(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let bytesInStreams = 0
  for (let offset = file.indexOf('stream'); offset !== -1; offset = file.indexOf('stream', offset + 6)) {
    if (file.toString('latin1', offset - 3, offset) === 'end') continue
    const before = file.toString('latin1', Math.max(0, offset - 2000), offset)
    const dictionary = before.slice(before.lastIndexOf(' obj') + 1)
    requirePixels(dictionary)
    const layers = dictionary.match(/\/(?:FlateDecode|Fl)\b/g)?.length ?? 0
    if (layers === 0) continue
    const end = file.indexOf('endstream', offset)
    const start = offset + 6 + (file[offset + 6] === 0x0d ? 2 : 1)
    const packed = file.subarray(start, end < 0 ? file.length : end)
    bytesInStreams += packed.length
    if (bytesInStreams > MAX_OVERLAP * file.length)
      throw limit('bytes in its streams', MAX_OVERLAP * file.length, 'unpacked')
    if (layers > 1 || packed.length * DENSEST > MAX_UNPACKED) requireSmall(packed, layers)
  }
}

function requirePixels(dictionary: string): void {
  const side = (name: string): number => Number(new RegExp(`/${name}\\s+(\\d+)`).exec(dictionary)?.[1] ?? 0)
  if (side('Width') * side('Height') > MAX_PIXELS) throw limit('pixels of a picture', MAX_PIXELS, 'pixels')
}

function requireSmall(packed: Uint8Array, layers: number): void {
  let bytes = packed
  try {
    // `finishFlush: 2` (Z_SYNC_FLUSH) also unpacks a stream whose end is missing.
    for (let i = 0; i < layers; i++) bytes = inflateSync(bytes, { maxOutputLength: MAX_UNPACKED, finishFlush: 2 })
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return
    const detail = { limit: 'unpacked', most: MAX_UNPACKED }
    throw new PlotdError('ERR_SVG_LIMIT', `a stream of the PDF unpacks to more than ${MAX_UNPACKED} bytes`, detail)
  }
}
