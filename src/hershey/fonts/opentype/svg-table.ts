import { gunzipSync } from 'node:zlib'
import { SaxesParser } from 'saxes'
import svgpath from 'svgpath'
import type { Strokes } from '../../../geometry/drawing.ts'
import { glyphStrokes } from '../glyph-path.ts'

/** Limit on the characters of all documents of a font. */
const MAX_CHARACTERS = 16 << 20
/** Limit on the vertices of all glyphs of a font. */
const MAX_VERTICES = 2_000_000

/**
 * The stroked paths of an `SVG ` table by glyph id, in font units with y down. Filled shapes are left out, because they
 * are not strokes.
 *
 * @param tolerance  largest distance of a chord from its curve, font units
 * @returns the strokes, or why the table is invalid
 */
export function strokesOfSvgTable(table: Uint8Array, tolerance: number): Map<number, Strokes> | string {
  const glyphs = new Map<number, Strokes>()
  let left = MAX_CHARACTERS
  let vertices = 0
  for (const { first, last, bytes } of documentsIn(table)) {
    let text: string
    try {
      text = new TextDecoder().decode(isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: left }) : bytes)
    } catch {
      return 'a document of its SVG table cannot be unpacked'
    }
    left -= text.length
    if (left < 0) return `the documents of its SVG table have more than ${MAX_CHARACTERS} characters`
    const paths = pathsIn(text, first, last)
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

interface Document {
  /** The range of glyph ids that the document may draw, both ends included. */
  readonly first: number
  readonly last: number
  readonly bytes: Uint8Array
}

/**
 * The documents of the table, without those beyond its end. Several records of one document become one, with the range
 * of all their glyphs.
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

interface Level {
  readonly transform: string
  readonly stroke: string
  readonly glyph: number | undefined
}

/** The stroked paths of each glyph of a document, as one path with y up, by glyph id. */
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
      stroke: attributes['stroke'] ?? /stroke:\s*([^;]+)/.exec(attributes['style'] ?? '')?.[1]?.trim() ?? parent.stroke,
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
