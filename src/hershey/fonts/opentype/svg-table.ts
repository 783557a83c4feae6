import { gunzipSync } from 'node:zlib'
import { SaxesParser } from 'saxes'
import svgpath from 'svgpath'
import type { Strokes } from '../../../geometry/drawing.ts'
import { glyphStrokes } from '../glyph-path.ts'

/** Limit on the unpacked bytes of all documents of a font. */
const MAX_BYTES = 16 << 20
/** Limit on the vertices of all glyphs of a font. */
const MAX_VERTICES = 2_000_000

/**
 * The paths, lines, polylines and polygons of an `SVG ` table that have a stroke: by glyph id, font units, y down.
 *
 * @param tolerance  largest distance of a chord from its curve, font units
 * @returns the strokes, or why the table is invalid
 */
export function strokesOfSvgTable(table: Uint8Array, tolerance: number): Map<number, Strokes> | string {
  const glyphs = new Map<number, Strokes>()
  let left = MAX_BYTES
  let vertices = 0
  for (const { first, last, bytes } of documentsIn(table)) {
    const unpacked = isGzip(bytes) ? unpack(bytes, left) : bytes
    if (unpacked === undefined) return 'a document of its SVG table cannot be unpacked'
    if (unpacked === 'too large' || unpacked.length > left)
      return `the documents of its SVG table have more than ${MAX_BYTES} bytes`
    left -= unpacked.length
    const paths = pathsIn(new TextDecoder().decode(unpacked), first, last)
    if (typeof paths === 'string') return paths
    for (const [glyph, path] of paths) {
      const strokes = glyphStrokes(path, tolerance)
      if (typeof strokes === 'string') return `the path of glyph ${glyph} in its SVG table: ${strokes}`
      vertices += strokes.points.length / 2
      if (vertices > MAX_VERTICES) return `its SVG table has more than ${MAX_VERTICES} vertices`
      glyphs.set(glyph, strokes)
    }
  }
  return glyphs
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** Unpacks at most `most` bytes; undefined when the bytes are not sound gzip data. */
function unpack(bytes: Uint8Array, most: number): Uint8Array | 'too large' | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, most) })
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : undefined
  }
}

interface Document {
  /** The range of glyph ids that the document may draw, both ends included. */
  readonly first: number
  readonly last: number
  readonly bytes: Uint8Array
}

/**
 * The documents of the table. A document beyond the end of the table is left out. Several records of one
 * document give one entry, whose range reaches from the least to the greatest id of all these records.
 */
function documentsIn(table: Uint8Array): Document[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  if (table.length < 12) return []
  const list = view.getUint32(2)
  if (list + 2 > table.length) return []
  const shared = new Map<number, Document>()
  const count = view.getUint16(list)
  for (let i = 0; i < count; i++) {
    const record = list + 2 + 12 * i
    if (record + 12 > table.length) break
    const offset = list + view.getUint32(record + 4)
    const first = view.getUint16(record)
    const last = view.getUint16(record + 2)
    const length = view.getUint32(record + 8)
    if (offset + length > table.length) continue
    const known = shared.get(offset)
    shared.set(offset, {
      first: Math.min(first, known?.first ?? first),
      last: Math.max(last, known?.last ?? last),
      bytes: table.subarray(offset, offset + length),
    })
  }
  return [...shared.values()]
}

/** The property `stroke` in a style attribute. This property wins over the attribute `stroke`. */
const STROKE = /(?:^|;)\s*stroke\s*:\s*([^;!]+)/

interface Level {
  readonly transform: string
  readonly stroke: string
  readonly glyph: number | undefined
}

/** All stroked paths of each glyph in a document, as one path with y up; or why the document is invalid. */
function pathsIn(text: string, first: number, last: number): Map<number, string> | string {
  const paths = new Map<number, string>()
  const levels: Level[] = [{ transform: '', stroke: 'none', glyph: undefined }]
  const parser = new SaxesParser()
  let failure: string | undefined
  parser.on('error', (error) => {
    failure ??= `a document of its SVG table is not XML: ${error.message.replace(/^(\d+:)+ ?/, '')}`
  })
  parser.on('opentag', ({ name, attributes }) => {
    const parent = levels.at(-1) as Level
    const id = /^glyph(\d+)$/.exec(attributes['id'] ?? '')?.[1]
    const level = {
      transform: `${parent.transform} ${attributes['transform'] ?? ''}`,
      stroke: STROKE.exec(attributes['style'] ?? '')?.[1]?.trim() ?? attributes['stroke'] ?? parent.stroke,
      glyph: id === undefined ? parent.glyph : Number(id),
    }
    levels.push(level)
    const { glyph, stroke } = level
    if (glyph === undefined || glyph < first || glyph > last || stroke === 'none') return
    const d = pathOf(name.replace(/^.*:/, ''), attributes)
    if (d === undefined) return
    const path = svgpath(d).abs().unshort().unarc().transform(`scale(1,-1) ${level.transform}`).toString()
    paths.set(glyph, `${paths.get(glyph) ?? ''} ${path}`.trim())
  })
  parser.on('closetag', () => levels.pop())
  parser.write(text).close()
  return failure ?? paths
}

function pathOf(tag: string, attributes: Readonly<Record<string, string>>): string | undefined {
  const { d, points, x1 = '0', y1 = '0', x2 = '0', y2 = '0' } = attributes
  if (tag === 'path') return d
  if (tag === 'line') return `M${x1} ${y1}L${x2} ${y2}`
  if (tag !== 'polyline' && tag !== 'polygon') return undefined
  return `M${(points ?? '').trim()}${tag === 'polygon' ? 'Z' : ''}`
}
