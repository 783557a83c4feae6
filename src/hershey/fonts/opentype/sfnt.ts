import { gzipSync } from 'node:zlib'

/** Tables of an OpenType file by their tags. */
export type Tables = ReadonlyMap<string, Uint8Array>

/** The tables of a file, or of the first font of a collection. Tables beyond the end of the file are left out. */
export function tablesOf(bytes: Uint8Array): Tables {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tables = new Map<string, Uint8Array>()
  if (bytes.length < 16) return tables
  const start = textAt(bytes, 0) === 'ttcf' ? view.getUint32(12) : 0
  if (start + 12 > bytes.length) return tables
  const count = view.getUint16(start + 4)
  for (let i = 0; i < count; i++) {
    const record = start + 12 + 16 * i
    if (record + 16 > bytes.length) break
    const offset = view.getUint32(record + 8)
    const length = view.getUint32(record + 12)
    if (offset + length <= bytes.length) tables.set(textAt(bytes, record), bytes.subarray(offset, offset + length))
  }
  return tables
}

const textAt = (bytes: Uint8Array, offset: number): string => String.fromCharCode(...bytes.subarray(offset, offset + 4))

/** Offset of the checksum adjustment in the table `head`. */
const ADJUSTMENT = 8
/** The checksum that a whole file must have: the adjustment makes up the difference. */
const MAGIC = 0xb1b0afba

/** Writes an OpenType file from its tables. */
export function sfntOf(tables: Tables): Uint8Array<ArrayBuffer> {
  const sorted = [...tables].sort(([a], [b]) => (a < b ? -1 : 1))
  const padded = (length: number) => (length + 3) & ~3
  const head = 12 + 16 * sorted.length
  const bytes = new Uint8Array(head + sorted.reduce((sum, [, table]) => sum + padded(table.length), 0))
  const view = new DataView(bytes.buffer)
  const power = 2 ** Math.floor(Math.log2(sorted.length))
  view.setUint32(0, tables.has('CFF ') || tables.has('CFF2') ? 0x4f54544f : 0x00010000)
  view.setUint16(4, sorted.length)
  view.setUint16(6, 16 * power)
  view.setUint16(8, Math.log2(power))
  view.setUint16(10, 16 * (sorted.length - power))
  let offset = head
  let headAt = 0
  sorted.forEach(([tag, table], i) => {
    bytes.set(table, offset)
    if (tag === 'head') {
      headAt = offset
      view.setUint32(offset + ADJUSTMENT, 0)
    }
    const record = 12 + 16 * i
    for (let k = 0; k < 4; k++) view.setUint8(record + k, tag.charCodeAt(k))
    view.setUint32(record + 4, sumOf(view, offset, padded(table.length)))
    view.setUint32(record + 8, offset)
    view.setUint32(record + 12, table.length)
    offset += padded(table.length)
  })
  if (headAt > 0) view.setUint32(headAt + ADJUSTMENT, (MAGIC - sumOf(view, 0, bytes.length)) >>> 0)
  return bytes
}

function sumOf(view: DataView, from: number, length: number): number {
  let sum = 0
  for (let i = from; i < from + length; i += 4) sum = (sum + view.getUint32(i)) >>> 0
  return sum
}

/**
 * An `SVG ` table of one compressed document, in which each glyph is one path with a stroke.
 *
 * @param paths  path data by glyph id, y down, in ascending order of the ids
 * @param width  width of the stroke, font units
 */
export function svgTableOf(paths: ReadonlyMap<number, string>, width: number): Uint8Array {
  const ids = [...paths.keys()]
  const drawn = [...paths].map(([id, d]) => `<path id="glyph${id}" d="${d}"/>`).join('')
  const style = `fill="none" stroke="#000" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"`
  const text = `<svg xmlns="http://www.w3.org/2000/svg"><g ${style}>${drawn}</g></svg>`
  const packed = gzipSync(text, { level: 9 })
  const table = new Uint8Array(10 + 2 + 12 + packed.length)
  const view = new DataView(table.buffer)
  view.setUint32(2, 10)
  view.setUint16(10, 1)
  view.setUint16(12, ids[0] ?? 0)
  view.setUint16(14, ids.at(-1) ?? 0)
  view.setUint32(16, 14)
  view.setUint32(20, packed.length)
  table.set(packed, 24)
  return table
}
