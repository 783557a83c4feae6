import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { requireRoom } from '../../src/import/pdf/bounds.ts'

const BLANKS = deflateSync(Buffer.alloc(140 << 20, ' '))
/** Deflate data that unpacks to less than the limit, but to more than half of the limit. */
const HALF = deflateSync(Buffer.alloc(100 << 20, ' '))

const fileWith = (dictionary: string, data: Uint8Array, line = '\n'): Uint8Array =>
  Buffer.concat([Buffer.from(`1 0 obj\n<<${dictionary}>>\nstream${line}`), data, Buffer.from('\nendstream\nendobj\n')])

/** Short data: blanks that deflate has packed twice. */
const LAYERS = deflateSync(BLANKS)
const ONE_LAYER = `<< /Filter /FlateDecode /Length ${LAYERS.length}`
/** A file with `LAYERS`. The end of its dictionary looks like the dictionary of data that deflate has packed once. */
const behind = (start: string): Uint8Array =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), fileWith(`/Filter [9 0 R 9 0 R] ${start}${ONE_LAYER}\n`, LAYERS)])

/** Deflate data. Its first block is the word that ends a stream, without compression. */
function withEndWord(): Uint8Array {
  const word = Buffer.from('endstream')
  const stored = Buffer.from([0x78, 0x9c, 0, word.length, 0, ~word.length & 0xff, 0xff, ...word])
  return Buffer.concat([stored, BLANKS.subarray(2)])
}

/** LZW data that unpacks to a row of each length from 1 to 3839 blanks, and then to `rows` rows of 3839 blanks. */
function lzw(rows: number): Buffer {
  const bytes: number[] = []
  let bits = 0
  let waiting = 0
  let width = 9
  const put = (code: number): void => {
    bits = (bits << width) | code
    for (waiting += width; waiting >= 8; bits &= (1 << waiting) - 1) {
      waiting -= 8
      bytes.push((bits >> waiting) & 0xff)
    }
  }
  for (const code of [256, 32]) put(code)
  for (let code = 258; code < 4096; code++) {
    put(code)
    if ([511, 1023, 2047].includes(code + 1)) width++
  }
  for (let i = 0; i < rows; i++) put(4095)
  put(257)
  put(0)
  return Buffer.from(bytes)
}

function ascii85(bytes: Buffer): string {
  const padded = Buffer.concat([bytes, Buffer.alloc(3)])
  const groups = Array.from({ length: padded.length >> 2 }, (_, i) => padded.readUInt32BE(4 * i))
  const digit = (value: number, power: number) => String.fromCharCode(33 + (Math.floor(value / 85 ** power) % 85))
  return `${groups.map((value) => [4, 3, 2, 1, 0].map((power) => digit(value, power)).join('')).join('')}~>`
}

describe('plotd refuses a PDF in which a stream unpacks to more than 128 MB', () => {
  it.each([
    ['by its filter', fileWith('/Filter /FlateDecode', BLANKS)],
    ['by a filter in another object', fileWith('/Filter 9 0 R', BLANKS)],
    ['by a filter whose name is escaped', fileWith('/Filter /Fl#61teDecode', BLANKS)],
    ['by a filter before a long comment', fileWith(`/Filter /FlateDecode %${'x'.repeat(3000)}\n`, BLANKS)],
    ['by a filter before a text like an object', fileWith('/Filter /FlateDecode /X (1 0 obj)', BLANKS)],
    [
      'after a line of the word “stream” and many blanks',
      fileWith('/Filter /FlateDecode', BLANKS, `${' '.repeat(200)}\n`),
    ],
    ['with the word that ends a stream in it', fileWith('/Filter /FlateDecode', withEndWord())],
    ['by two filters in another object', fileWith('/Filter [9 0 R 9 0 R]', LAYERS)],
    ['by two filters, before a comment like an object', behind('% 2 0 obj ')],
    ['by two filters under the short name of their key', fileWith(`/F [9 0 R 9 0 R] ${ONE_LAYER.slice(2)}`, LAYERS)],
    ['by LZW', fileWith('/Filter /LZWDecode', lzw(40_000))],
    ['by deflate in hex', fileWith('/Filter [/ASCIIHexDecode /FlateDecode]', Buffer.from(BLANKS.toString('hex')))],
    ['by LZW in ASCII85', fileWith('/Filter [/ASCII85Decode /LZWDecode]', Buffer.from(ascii85(lzw(40_000))))],
    ['by LZW with parameters', fileWith('/Filter /LZWDecode /DecodeParms << /Predictor 1 >>', lzw(40_000))],
    ['by LZW in another object', fileWith('/Filter 9 0 R', lzw(40_000))],
  ])('%s', (_, file) => {
    expect(() => requireRoom(file)).toThrow(expect.objectContaining({ code: 'ERR_SVG_LIMIT' }))
  })
})

it('plotd refuses a PDF in which a stream is run lengths of run lengths, even if it unpacks to only 0.4 MB', () => {
  const file = fileWith('/Filter [/RL /RunLengthDecode]', Buffer.alloc(100, 0x81))
  expect(() => requireRoom(file)).toThrow(expect.objectContaining({ code: 'ERR_SVG_LIMIT' }))
})

it.each([
  ['deflate', fileWith('/Filter /FlateDecode', HALF)],
  ['LZW', fileWith('/Filter /LZWDecode', lzw(20_000))],
  ['LZW in ASCII85', fileWith('/Filter [/ASCII85Decode /LZWDecode]', Buffer.from(ascii85(lzw(20_000))))],
  ['run lengths', fileWith('/Filter /RunLengthDecode', Buffer.alloc(1000, 0x81))],
  ['the word “stream” in a text', Buffer.from('stream of streams '.repeat(50_000))],
])('a PDF without a stream that unpacks to more than 128 MB passes: %s', (_, file) => {
  expect(() => requireRoom(file)).not.toThrow()
})
