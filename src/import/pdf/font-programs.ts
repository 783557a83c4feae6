import { type RawObject, rawObjects } from './raw-objects.ts'
import type { GlyphShape, Shape } from './shapes.ts'

/** Characters by the code that a font has for them. */
export type Codes = ReadonlyMap<number, string>

/**
 * Finds the characters of composite fonts without a ToUnicode map, by their embedded TrueType programs. With the
 * encoding Identity-H or Identity-V, a code is the number of a glyph, or CIDToGIDMap maps the code to that number. The
 * program maps characters to glyphs. CUPS creates such PDFs from plain text files.
 *
 * @returns the codes by the font's name; a font whose characters are unknown has no entry
 */
export function codesOf(bytes: Uint8Array): ReadonlyMap<string, Codes> {
  const codesByFont = new Map<string, Codes>()
  const objects = rawObjects(bytes)
  for (const { text } of objects.values()) {
    if (!/\/Subtype\s*\/Type0\b/.test(text) || /\/ToUnicode\b/.test(text)) continue
    const [, name] = /\/BaseFont\s*\/([^\s/<>[\]()]+)/.exec(text) ?? []
    if (name === undefined || !/\/Encoding\s*\/Identity-[HV]\b/.test(text)) continue
    const codes = codesOfFont(objects, text)
    if (codes && codes.size > 0) codesByFont.set(withoutPrefix(name), codes)
  }
  return codesByFont
}

const withoutPrefix = (name: string): string => name.replace(/^[A-Z]{6}\+/, '')

type Objects = ReturnType<typeof rawObjects>

/** The object that a key of a dictionary refers to. */
function objectAt(objects: Objects, text: string, key: string): RawObject | undefined {
  const [, number] = new RegExp(`/${key}\\s*\\[?\\s*(\\d+)\\s+\\d+\\s+R`).exec(text) ?? []
  return number === undefined ? undefined : objects.get(Number(number))
}

function codesOfFont(objects: Objects, text: string): Codes | undefined {
  const [direct] = /\/DescendantFonts\s*\[\s*<<[\s\S]*/.exec(text) ?? []
  const array = objectAt(objects, text, 'DescendantFonts')
  const descendantObject =
    array && /^\s*\[/.test(array.text) ? objectAt(objects, `/DescendantFonts ${array.text}`, 'DescendantFonts') : array
  const descendant = direct ?? descendantObject?.text ?? ''
  const program = objectAt(objects, objectAt(objects, descendant, 'FontDescriptor')?.text ?? '', 'FontFile2')?.data?.()
  if (program === undefined) return undefined
  try {
    const byGlyph = glyphCharacters(program)
    const map = objectAt(objects, descendant, 'CIDToGIDMap')?.data?.()
    return map ? throughMap(map, byGlyph) : byGlyph
  } catch {
    return undefined // a table lies beyond the end of the font, or the font has too many codes
  }
}

function throughMap(map: Uint8Array, byGlyph: Codes): Codes {
  const codes = new Map<number, string>()
  for (let code = 0; 2 * code + 1 < map.length; code++) {
    const character = byGlyph.get(((map[2 * code] ?? 0) << 8) | (map[2 * code + 1] ?? 0))
    if (character !== undefined) codes.set(code, character)
  }
  return codes
}

/** Limit on the codes of one font program. The tables of real fonts have at most a million. */
const MAX_CODES = 4_000_000

/**
 * The characters of a TrueType font by the number of their glyph: the inverse of its table `cmap`, formats 4 and 12.
 *
 * @throws RangeError for a table beyond the end of the font, and for more than `MAX_CODES` codes
 */
export function glyphCharacters(program: Uint8Array): Codes {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength)
  const characters = new Map<number, string>()
  let codes = 0
  const add = (glyph: number, code: number): void => {
    if (++codes > MAX_CODES) throw new RangeError('too many codes')
    if (glyph !== 0 && !characters.has(glyph)) characters.set(glyph, String.fromCodePoint(code))
  }
  for (const table of unicodeTables(view)) {
    const format = view.getUint16(table)
    if (format === 4) readFormat4(view, table, add)
    if (format === 12) readFormat12(view, table, add)
  }
  return characters
}

/** Offsets of the Unicode tables in the first `cmap`, each once. */
function unicodeTables(view: DataView): ReadonlySet<number> {
  const tables = new Set<number>()
  for (let i = 0; i < view.getUint16(4); i++) {
    const record = 12 + 16 * i
    if (view.getUint32(record) !== CMAP) continue
    const start = view.getUint32(record + 8)
    for (let k = 0; k < view.getUint16(start + 2); k++) {
      const platform = view.getUint16(start + 4 + 8 * k)
      const encoding = view.getUint16(start + 6 + 8 * k)
      const isUnicode = platform === 0 || (platform === 3 && (encoding === 1 || encoding === 10))
      if (isUnicode) tables.add(start + view.getUint32(start + 8 + 8 * k))
    }
    break
  }
  return tables
}

/** 'cmap' in ASCII. */
const CMAP = 0x636d6170
const LAST = 0x10ffff

type Add = (glyph: number, code: number) => void

function readFormat4(view: DataView, offset: number, add: Add): void {
  const count = view.getUint16(offset + 6) / 2
  const ends = offset + 14
  const starts = offset + 16 + 2 * count
  const deltas = starts + 2 * count
  const ranges = starts + 4 * count
  for (let i = 0; i < count; i++) {
    const first = view.getUint16(starts + 2 * i)
    const last = view.getUint16(ends + 2 * i)
    const delta = view.getUint16(deltas + 2 * i)
    const range = view.getUint16(ranges + 2 * i)
    for (let code = first; code <= last && code !== 0xffff; code++) {
      if (range === 0) add((code + delta) & 0xffff, code)
      else {
        const place = ranges + 2 * i + range + 2 * (code - first)
        const glyph = place + 1 < view.byteLength ? view.getUint16(place) : 0
        add(glyph === 0 ? 0 : (glyph + delta) & 0xffff, code)
      }
    }
  }
}

function readFormat12(view: DataView, offset: number, add: Add): void {
  for (let i = 0; i < Math.min(view.getUint32(offset + 12), view.byteLength / 12); i++) {
    const group = offset + 16 + 12 * i
    const first = view.getUint32(group)
    const last = view.getUint32(group + 4)
    const glyph = view.getUint32(group + 8)
    for (let code = first; code <= Math.min(last, LAST); code++) add(glyph + code - first, code)
  }
}

/** Adds the characters in `codes` to the glyphs of coded fonts. */
export function nameGlyphs(shapes: readonly Shape[], codes: ReadonlyMap<string, Codes>): Shape[] {
  const fonts = new Map<GlyphShape['font'], GlyphShape['font']>()
  return shapes.map((shape) => {
    if (shape.is !== 'glyph' || !shape.font.isCoded) return shape
    const { font, glyph } = shape
    const unicode = codes.get(font.name)?.get(glyph.code)
    if (unicode === undefined) return shape
    const readable = fonts.get(font) ?? { ...font, isReadable: true, isCoded: false }
    fonts.set(font, readable)
    return { ...shape, font: readable, glyph: { ...glyph, unicode } }
  })
}
