/**
 * The room `opentype` reads OpenType and TrueType fonts whose letters are single lines. `harfbuzz` loads the shaping
 * library, `contours` and `svg-table` read the lines, `glyf-ends` measures the distance between the ends of a contour.
 * `shaper` lays out runs of text, `sfnt` reads and writes the tables of a file.
 */
import { PlotdError } from '../../../errors.ts'
import type { Strokes } from '../../../geometry/drawing.ts'
import { BLANK, type FontInfo, type Glyph, glyphOf, makeFont, type StrokeFont } from '../font.ts'
import { cubic, quadratic } from '../glyph-path.ts'
import { LazyGlyphs } from '../lazy-glyphs.ts'
import { type Contour, lineKind, PROBES, strokesFrom } from './contours.ts'
import { contourGaps, type GlyfTables } from './glyf-ends.ts'
import type { HarfBuzz } from './harfbuzz.ts'
import { type FontRequest, type GlyphSource, HarfBuzzShaper } from './shaper.ts'
import { strokesOfSvgTable } from './svg-table.ts'

/** Greatest distance of a chord from its curve, ems. */
const TOLERANCE = 1 / 1000
/** Limit on the segments of one glyph: lines, curves and moves. */
const MAX_SEGMENTS = 100_000

/** The entry of the name table with this number holds the family. */
const FAMILY = 1
/** The entry of the name table with this number holds the licence. */
const LICENCE = 13

/** An OpenType font that HarfBuzz has opened, before its lines are read. */
export interface OpenFace {
  readonly face: InstanceType<HarfBuzz['Face']>
  readonly font: InstanceType<HarfBuzz['Font']>
  readonly em: number
  readonly codes: ReadonlySet<number>
}

/**
 * Reads an OpenType or TrueType font of single lines. The lines are paths of its `SVG ` table, open contours, or
 * contours that follow each line back and forth.
 *
 * @param file  name of the file in errors
 * @throws PlotdError ERR_FONT_INVALID when the bytes are not a sound font of single lines
 */
export function openTypeFont(library: HarfBuzz, bytes: Uint8Array, info: FontInfo, file: string): StrokeFont {
  const opened = openFace(library, bytes, file)
  const { face, font, em, codes } = opened
  const source = glyphSource(opened, file)
  const glyphs = new LazyGlyphs(codes, (code): Glyph => {
    const id = font.glyph(code) ?? 0
    return glyphOf(font.glyphHAdvance(id), source.strokes(id))
  })
  if (![...codes].some((code) => source.strokes(font.glyph(code) ?? 0).points.length > 0))
    throw invalid(file, 'none of its characters has a line')
  const slant = slantOf(face.referenceTable('post'))
  const fontInfo = { ...info, title: faceName(face, FAMILY) ?? info.title, italic: slant > 0.03 }
  const strokeFont = makeFont({ ...fontInfo, licence: faceName(face, LICENCE) ?? info.licence }, glyphs, 0.7 * em)
  return withShaper(library, { ...strokeFont, metrics: { ...strokeFont.metrics, slant } }, source, { features: [] })
}

function withShaper(library: HarfBuzz, plain: StrokeFont, source: GlyphSource, request: FontRequest): StrokeFont {
  const shaper = new HarfBuzzShaper(library, source, request)
  return {
    ...plain,
    shaper,
    kerning: (first, second) => shaper.kerning(String.fromCodePoint(first), String.fromCodePoint(second)),
    withFeatures(more) {
      const tags = new Set(['GSUB', 'GPOS'].flatMap((table) => source.face.getTableFeatureTags(table as 'GSUB')))
      for (const feature of more) {
        if (tags.has(/\w{4}/.exec(feature)?.[0] ?? '')) continue
        const expected = tags.size === 0 ? 'it has none' : `it has ${[...tags].sort().join(' ')}`
        throw new PlotdError(
          'ERR_FONT_UNKNOWN',
          `the font ${plain.info.name} has no feature '${feature}'; ${expected}`,
          {
            font: plain.info.name,
          },
        )
      }
      return withShaper(library, plain, source, { ...request, features: more })
    },
    withLanguage: (language) => withShaper(library, plain, source, { ...request, language }),
  }
}

/** Opens the bytes as a font. @throws PlotdError ERR_FONT_INVALID */
export function openFace(library: HarfBuzz, bytes: Uint8Array, file: string): OpenFace {
  const face = new library.Face(new library.Blob(bytes))
  const unicodes = face.collectUnicodes()
  if (unicodes.length === 0) throw invalid(file, 'expected a font with characters; it has none, or it is damaged')
  const codes = new Set<number>(unicodes)
  // Symbol fonts have their ASCII characters from U+F020 on.
  for (const code of unicodes) if (code >= 0xf020 && code <= 0xf0ff) codes.add(code - 0xf000)
  return { face, font: new library.Font(face), em: face.upem, codes }
}

/**
 * The strokes of each glyph.
 *
 * @throws PlotdError ERR_FONT_INVALID for outlines, an invalid `SVG ` table, or a glyph of too many segments
 */
function glyphSource({ face, font, em, codes }: OpenFace, file: string): GlyphSource {
  const known = new Map<number, Strokes>()
  const cached = (make: (id: number) => Strokes) => (id: number) => {
    const strokes = known.get(id) ?? make(id)
    known.set(id, strokes)
    return strokes
  }
  const common = { face, font, codes, hasMarks: face.getTableFeatureTags('GPOS').includes('mark') }
  const table = face.referenceTable('SVG ')
  const drawn = table === undefined ? new Map<number, Strokes>() : strokesOfSvgTable(table, TOLERANCE * em)
  if (typeof drawn === 'string') throw invalid(file, drawn)
  if (drawn.size > 0) return { ...common, strokes: (id) => drawn.get(id) ?? BLANK }
  const contours = (id: number) => contoursOf(font.glyphToJson(id), TOLERANCE * em, file)
  const probes = Array.from(PROBES).flatMap((char) => {
    const id = font.glyph(char.codePointAt(0) ?? 0)
    return id ? [contours(id)] : []
  })
  const all =
    probes.length > 0 ? probes : [...codes].slice(0, PROBES.length).map((code) => contours(font.glyph(code) ?? 0))
  const kind = lineKind(all, em)
  if (kind === 'outline') {
    throw invalid(
      file,
      'its letters are outlines, expected single lines; `plotd fonts thin FILE` makes a font of their centre lines',
    )
  }
  const tables = glyfTables(face)
  const gaps = (id: number) => (tables && kind === 'open' ? contourGaps(tables, id) : undefined)
  return { ...common, strokes: cached((id) => strokesFrom(contours(id), kind, em, gaps(id))) }
}

/** Copies of the tables: HarfBuzz lends views of its memory, which are detached when the memory grows. */
function glyfTables(face: OpenFace['face']): GlyfTables | undefined {
  const [glyf, loca, head] = ['glyf', 'loca', 'head'].map((table) => face.referenceTable(table)?.slice())
  if (!glyf || !loca || !head || head.length < 52) return undefined
  return { glyf, loca, isLong: head[51] === 1 }
}

type Segment = ReturnType<OpenFace['font']['glyphToJson']>[number]

/** The contours of a glyph, font units, y down. @throws PlotdError ERR_FONT_INVALID for more than `MAX_SEGMENTS` */
export function contoursOf(segments: readonly Segment[], tolerance: number, file: string): Contour[] {
  const contours: Contour[] = []
  let points: number[] = []
  let last: string = ''
  let count = 0
  const finish = () => {
    if (points.length < 2) return
    const [x = 0, y = 0] = points
    const isClosed = points.at(-2) === x && points.at(-1) === y && points.length > 2
    contours.push({ points: isClosed ? points : [...points, x, y], endsInLine: isClosed ? last === 'L' : true })
    points = []
  }
  for (const { type, values } of segments) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values
    const from = [points.at(-2) ?? 0, -(points.at(-1) ?? 0)] as const
    if (type === 'M') {
      finish()
      points = [a, -b]
    } else if (type === 'L') points.push(a, -b)
    else if (type === 'Q') for (const [x, y] of quadratic(from, [a, b], [c, d], tolerance)) points.push(x, -y)
    else if (type === 'C') for (const [x, y] of cubic([from, [a, b], [c, d], [e, f]], tolerance)) points.push(x, -y)
    else finish()
    if (type !== 'Z') last = type
    count += type === 'Z' ? 0 : 1
    if (count > MAX_SEGMENTS) throw invalid(file, `a glyph has more than ${MAX_SEGMENTS} segments`)
  }
  finish()
  return contours
}

/** Horizontal shift per unit of height, from the italic angle of the `post` table. */
function slantOf(post: Uint8Array | undefined): number {
  if (post === undefined || post.length < 8) return 0
  const degrees = new DataView(post.buffer, post.byteOffset).getInt32(4) / 65536
  return Math.abs(degrees) < 60 ? Math.tan((-degrees * Math.PI) / 180) : 0
}

/** Limit on the characters of a name; longer names are cut. */
const MAX_NAME = 100

function faceName(face: OpenFace['face'], id: number): string | undefined {
  const entry = face.listNames().find(({ nameId }) => nameId === id)
  const name =
    entry === undefined
      ? ''
      : face
          .getName(id, entry.language)
          .replace(/[\s\p{C}]+/gu, ' ')
          .trim()
  return name === '' ? undefined : name.slice(0, MAX_NAME)
}

const invalid = (file: string, why: string): PlotdError =>
  new PlotdError('ERR_FONT_INVALID', `${file}: ${why}`, { file })
