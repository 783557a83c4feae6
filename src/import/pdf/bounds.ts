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
/** Limit on the saved states at one time. The more states are saved, the longer it takes to save the next state. */
const MAX_SAVED = 10_000

/** A part of the list of operations, as pdf.js passes it on. */
interface Chunk {
  readonly length: number
  readonly lastChunk: boolean
  readonly fnArray: readonly number[]
}
interface PageParts {
  _renderPageChunk?: (chunk: Chunk, intent: unknown) => void
}

/**
 * Watches how pdf.js lists the operations of a page. pdf.js has no limits, so `tooMuch` rejects with ERR_SVG_LIMIT when
 * pdf.js lists too many operations or saves too many states. In a chain of forms, each form that draws the next one
 * twice doubles the list. Operations beyond a limit are dropped. `isComplete` tells whether the end of the list has
 * come. After an error, pdf.js passes on the list without its end.
 */
export function listLimit(page: PDFPageProxy): {
  readonly tooMuch: Promise<never>
  readonly isComplete: () => boolean
} {
  const parts = page as unknown as PageParts
  const { _renderPageChunk: take } = parts
  if (take === undefined) throw new Error('this version of pdf.js has no method that receives the list of operations')
  let isComplete = false
  const tooMuch = new Promise<never>((_, reject) => {
    let operations = 0
    let states = 0
    parts._renderPageChunk = (chunk, intent) => {
      isComplete ||= chunk.lastChunk
      for (let i = 0; i < chunk.length; i++) {
        const fn = chunk.fnArray[i]
        operations += fn === OPS.paintFormXObjectBegin ? FORM : 1
        if (fn === OPS.save) states++
        else if (fn === OPS.restore && states > 0) states--
      }
      if (operations > MAX_LISTED) reject(limit('operations of a page', MAX_LISTED, 'instructions'))
      else if (states > MAX_SAVED) reject(limit('saved states', MAX_SAVED, 'depth'))
      else take.call(page, chunk, intent)
    }
  })
  return { tooMuch, isComplete: () => isComplete }
}

/** Limit on the bytes of one unpacked stream. */
const MAX_UNPACKED = 128 << 20
/** plotd refuses a stream that deflate has packed this many times. Some data unpacks to itself without end. */
const MAX_LAYERS = 8
/**
 * Limit on the packed bytes of all checked streams, as a multiple of the file's bytes. Streams of a valid file do not
 * overlap.
 */
const MAX_OVERLAP = 16
/** Limit on the pixels of one picture. */
const MAX_PIXELS = 100_000_000
/** Limit on the bytes between the word `stream` and the end of its line. pdf.js skips these bytes. */
const REST_OF_LINE = 1000
/** Deflate unpacks a byte to at most this many bytes. */
const MAX_GROWTH = 1032

/**
 * Checks the pixels of pictures and the unpacked size of streams before pdf.js reads them, because pdf.js has no such
 * limits. The name of a filter may be escaped, or in another object. So the first bytes of a stream are checked for
 * deflate, too. Streams that cannot be unpacked, such as encrypted ones, pass. Of most chains of different filters,
 * only the first filter is checked. The limit on the memory of the thread then applies.
 *
 * @throws PlotdError ERR_SVG_LIMIT
 */
export function requireRoom(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let bytesInStreams = 0
  for (let offset = file.indexOf('stream'); offset !== -1; offset = file.indexOf('stream', offset + 6)) {
    if (file.toString('latin1', offset - 3, offset) === 'end') continue
    const before = file.toString('latin1', Math.max(0, offset - 2000), offset)
    requirePixels(before.slice(before.lastIndexOf(' obj') + 1))
    const dictionary = before.slice(before.lastIndexOf('endobj') + 1)
    const start = startOf(file, offset + 6)
    if (isSurelySmall(file, start, before)) continue
    const isText = TEXT_FILTER.test(dictionary)
    const packer = packerOf(dictionary, file.subarray(start, start + 2))
    if (packer === undefined && !isText) continue
    const packed = file.subarray(start, endOf(file, start, before))
    bytesInStreams += packed.length
    if (bytesInStreams > MAX_OVERLAP * file.length)
      throw limit('bytes in its streams', MAX_OVERLAP * file.length, 'unpacked')
    if (isText) {
      const bytes = bytesOfText(packed, dictionary)
      requireRoomFor(bytes, packerOf(dictionary, bytes), before)
      // The data may contain the word `endstream`. Deflate data marks its own end, so it is passed on without `endOf`.
    } else requireRoomFor(packer === 'deflate' ? file.subarray(start) : packed, packer, before)
  }
}

/**
 * Matches the dictionary of a stream, if the object starts on a new line, and the dictionary has no comments, texts or
 * escaped names, and no inner dictionary except `DecodeParms`. pdf.js cannot read such a dictionary in another way.
 */
const PLAIN_DICTIONARY = /[\r\n]\d+ \d+ obj\s*<<((?:[^<>%#()]|\/DecodeParms\s*<<[^<>%#()]*>>)*)>>\s*$/

/** Whether a stream is so short that its unpacked size is surely within the limit. Such a stream is not unpacked. */
function isSurelySmall(file: Buffer, start: number, before: string): boolean {
  const [, entries = ''] = PLAIN_DICTIONARY.exec(before) ?? []
  const lengths = Array.from(entries.matchAll(/\/Length\s+(\d+)(?=\s*(?:\/|$))/g), ([, length]) => Number(length))
  const [length = 0] = lengths
  const isPackedOnce = /\/Filter\s*(?:\/FlateDecode\b|\[\s*\/FlateDecode\s*\])/.test(entries)
  const keys = entries.match(/\/(?:Filter|F|Length)(?![\w.-])/g) ?? []
  if (lengths.length !== 1 || keys.length !== 2 || !isPackedOnce || length * MAX_GROWTH > MAX_UNPACKED) return false
  return /^\s*endstream/.test(file.toString('latin1', start + length, start + length + 20))
}

function requireRoomFor(packed: Uint8Array, packer: Packer | undefined, before: string): void {
  if (packer === 'deflate') requireSmall(packed)
  else if (packer === 'rows of rows') throw tooLarge()
  else if (packer !== undefined && lengthOf(packed, packer, before) > MAX_UNPACKED) throw tooLarge()
}

/** Matches a list of at least two filters that begins with a filter of text: ASCII85 or hexadecimal. */
const TEXT_FILTER = /\/Filter\s*\[\s*\/(?:ASCII85Decode|A85|(ASCIIHexDecode|AHx))\s*[/\d]/

function bytesOfText(packed: Buffer, dictionary: string): Buffer {
  const isHex = TEXT_FILTER.exec(dictionary)?.[1] !== undefined
  return isHex ? Buffer.from(packed.toString('latin1').replace(/\s+/g, ''), 'hex') : bytesOfAscii85(packed)
}

/** The bytes of ASCII85 data without an incomplete last group. */
function bytesOfAscii85(packed: Buffer): Buffer {
  const groups = packed.reduce((sum, byte) => sum + (byte === ZERO_GROUP ? 5 : 1), 0) / 5
  const bytes = Buffer.alloc(4 * Math.ceil(groups))
  let [length, value, digits] = [0, 0, 0]
  for (const byte of packed) {
    if (byte === END_OF_TEXT) break
    if (byte === ZERO_GROUP) length += 4
    if (byte < 0x21 || byte > 0x75) continue
    value = 85 * value + byte - 0x21
    if (++digits < 5) continue
    bytes.writeUInt32BE(value % 2 ** 32, length)
    length += 4
    value = 0
    digits = 0
  }
  return bytes.subarray(0, length)
}

/** `z` stands for four zero bytes, and `~>` ends ASCII85 data. */
const [ZERO_GROUP, END_OF_TEXT] = [0x7a, 0x7e]

/** The first byte of a stream, in the line after the word `stream`. */
function startOf(file: Buffer, from: number): number {
  const [end] = /\r\n|\r|\n/.exec(file.toString('latin1', from, from + REST_OF_LINE)) ?? []
  return end === undefined ? from : file.indexOf(end, from, 'latin1') + end.length
}

/** The end of a stream. When its length and the word `endstream` disagree, the later end counts. */
function endOf(file: Buffer, start: number, before: string): number {
  const end = file.indexOf('endstream', start)
  const lengths = Array.from(before.matchAll(/\/Length\s+(\d+)/g), ([, length]) => Number(length))
  return Math.max(end < 0 ? file.length : end, start + Math.max(0, ...lengths))
}

/** 'rows of rows': run lengths that are packed as run lengths. Each level multiplies the size by up to 64. */
type Packer = 'deflate' | 'lzw' | 'rows' | 'rows of rows'

function packerOf(dictionary: string, [first = 0, second = 0]: Uint8Array): Packer | undefined {
  if (isDeflated(first, second) || /\/(?:FlateDecode|Fl)\b/.test(dictionary)) return 'deflate'
  const rows = dictionary.match(/\/(?:RunLengthDecode|RL)\b/g)?.length ?? 0
  if (rows > 0) return rows === 1 ? 'rows' : 'rows of rows'
  // LZW data begins with the code 256 in nine bits. The name of the filter may be escaped, or in another object.
  const mayBeLzw = first === 0x80 && second < 0x80 && /\/Filter\s*\[?\s*\d|#/.test(dictionary)
  return mayBeLzw || /\/(?:LZWDecode|LZW)\b/.test(dictionary) ? 'lzw' : undefined
}

/** Whether data of deflate can begin with these two bytes (RFC 1950). */
const isDeflated = (first: number, second: number): boolean =>
  (first & 15) === 8 && first < 0x80 && (256 * first + second) % 31 === 0

const lengthOf = (packed: Uint8Array, packer: 'lzw' | 'rows', before: string): number =>
  packer === 'rows' ? lengthOfRows(packed) : lengthOfLzw(packed, /\/EarlyChange\s+0/.test(before) ? 0 : 1)

/** The number of bytes to which run lengths unpack. */
function lengthOfRows(packed: Uint8Array): number {
  let length = 0
  for (let i = 0; i < packed.length; ) {
    const code = packed[i] ?? 0
    if (code === 128) break
    length += code < 128 ? code + 1 : 257 - code
    i += code < 128 ? code + 2 : 2
  }
  return length
}

const CLEAR = 256
const END = 257

/** The number of bytes to which LZW data unpacks. The count stops above MAX_UNPACKED. */
function lengthOfLzw(packed: Uint8Array, early: number): number {
  const lengths = new Uint32Array(4096).fill(1, 0, 256)
  let [total, next, width, previous, bits, waiting] = [0, 258, 9, 0, 0, 0]
  for (let i = 0; i < packed.length && total <= MAX_UNPACKED; i++) {
    bits = ((bits << 8) | (packed[i] ?? 0)) & 0xfffff
    waiting += 8
    if (waiting < width) continue
    waiting -= width
    const code = (bits >> waiting) & ((1 << width) - 1)
    if (code === END) break
    if (code === CLEAR) [next, width, previous] = [258, 9, 0]
    else {
      const length = code < next ? (lengths[code] ?? 0) : previous + 1
      if (previous > 0 && next < 4096) lengths[next++] = previous + 1
      width = Math.min(12, Math.max(9, Math.floor(Math.log2(next + early)) + 1))
      total += length
      previous = length
    }
  }
  return total
}

function requirePixels(dictionary: string): void {
  const side = (name: string): number => Number(new RegExp(`/${name}\\s+(\\d+)`).exec(dictionary)?.[1] ?? 0)
  if (side('Width') * side('Height') > MAX_PIXELS) throw limit('pixels of a picture', MAX_PIXELS, 'pixels')
}

/** Refuses data that unpacks to too much. Unpacked data that is again deflate data is unpacked, too. */
function requireSmall(packed: Uint8Array): void {
  let bytes = packed
  try {
    for (let i = 0; i < MAX_LAYERS; i++) {
      if (!isDeflated(bytes[0] ?? 0, bytes[1] ?? 0)) return
      // `finishFlush: 2` (Z_SYNC_FLUSH) also unpacks a stream whose end is missing.
      bytes = inflateSync(bytes, { maxOutputLength: MAX_UNPACKED, finishFlush: 2 })
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    return
  }
  throw tooLarge()
}

function tooLarge(): PlotdError {
  const detail = { limit: 'unpacked', most: MAX_UNPACKED }
  return new PlotdError('ERR_SVG_LIMIT', `a stream of the PDF may unpack to more than ${MAX_UNPACKED} bytes`, detail)
}
