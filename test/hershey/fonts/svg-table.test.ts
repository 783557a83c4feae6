import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { strokesOfSvgTable } from '../../../src/hershey/fonts/opentype/svg-table.ts'

/** An `SVG ` table of documents. The record of each document names glyph 1 only. */
function tableOf(...documents: readonly Uint8Array[]): Uint8Array {
  const head = 10 + 2 + 12 * documents.length
  const table = new Uint8Array(head + documents.reduce((sum, { length }) => sum + length, 0))
  const view = new DataView(table.buffer)
  view.setUint32(2, 10)
  view.setUint16(10, documents.length)
  let offset = head
  documents.forEach((bytes, i) => {
    const record = 12 + 12 * i
    view.setUint16(record, 1)
    view.setUint16(record + 2, 1)
    view.setUint32(record + 4, offset - 10)
    view.setUint32(record + 8, bytes.length)
    table.set(bytes, offset)
    offset += bytes.length
  })
  return table
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const glyph = (attributes: string, around = ''): Uint8Array =>
  bytesOf(`<svg><g ${around}><path id="glyph1" d="M0 0L9 9" ${attributes}/></g></svg>`)
const strokes = (attributes: string, around?: string): number => {
  const glyphs = strokesOfSvgTable(tableOf(glyph(attributes, around)), 1)
  if (typeof glyphs === 'string') throw new Error(glyphs)
  const drawn = glyphs.get(1)
  return drawn ? strokeCount(drawn) : 0
}

describe('the stroke of a shape in an SVG table', () => {
  it.each([
    ['stroke="red"', 1],
    ['fill="red"', 0],
    ['style="stroke:red"', 1],
    ['stroke="red" style="stroke:none"', 0],
    ['stroke="none" style="fill: none; stroke : red"', 1],
    ['stroke="red" style="stroke:none!important"', 0],
    ['stroke="red" style="-inkscape-stroke:none;stroke-width:2"', 1],
  ])('with %s becomes %d lines, and a style wins over an attribute', (attributes, count) => {
    expect(strokes(attributes)).toBe(count)
  })

  it('is that of the group around the shape, unless the shape has its own', () => {
    expect([strokes('', 'stroke="red"'), strokes('stroke="none"', 'style="stroke:red"')]).toEqual([1, 0])
  })
})

describe('the documents of an SVG table', () => {
  const blanks = (count: number): Uint8Array => bytesOf(`<svg>${' '.repeat(count)}</svg>`)

  it.each(['packed', 'plain'])('are refused when together they have too many bytes: %s documents', (form) => {
    const packed = (bytes: Uint8Array): Uint8Array => (form === 'packed' ? gzipSync(bytes) : bytes)
    const table = (count: number): Uint8Array => tableOf(packed(blanks(1000)), packed(blanks(count)))
    expect(strokesOfSvgTable(table(2000), 1)).toEqual(new Map())
    expect(strokesOfSvgTable(table((16 << 20) - 1000), 1)).toMatch(/have more than 16777216 bytes/)
  })

  it('are refused when their gzip data are cut short', () => {
    const broken = gzipSync(blanks(1000)).subarray(0, 20)
    expect(strokesOfSvgTable(tableOf(broken), 1)).toBe('a document of its SVG table cannot be unpacked')
  })
})
