import { PlotdError } from '../../errors.ts'
import { loadHarfBuzz } from '../fonts/opentype/harfbuzz.ts'
import { contoursOf, openFace } from '../fonts/opentype/opentype-font.ts'
import { sfntOf, svgTableOf, tablesOf } from '../fonts/opentype/sfnt.ts'
import { centreLines } from './centre-lines.ts'

/** A font of centre lines. */
export interface ThinFont {
  /** An OpenType file: the tables of the outline font, and an `SVG ` table of strokes. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Number of glyphs that have strokes. */
  readonly glyphs: number
  /**
   * Standard deviation of the stem widths ÷ their mean: 0 when all stems are equally wide. Above 0.35, centre lines
   * look poor.
   */
  readonly contrast: number
}

/** Limit on the glyphs of a font. */
const MAX_GLYPHS = 20_000

/**
 * Makes a single-line font of an outline font: each letter becomes the centre lines of its stems. Each glyph takes
 * about ten milliseconds.
 *
 * @param file  name of the file in errors
 * @throws PlotdError ERR_FONT_INVALID when the bytes are not a font, or the font has too many glyphs, a glyph of too
 *   many segments, or no outline
 */
export async function thinFont(bytes: Uint8Array, file: string): Promise<ThinFont> {
  const { face, font, em } = openFace(await loadHarfBuzz(), bytes, file)
  const maxp = face.referenceTable('maxp')
  const count = maxp && maxp.length >= 6 ? new DataView(maxp.buffer, maxp.byteOffset).getUint16(4) : 0
  if (count > MAX_GLYPHS)
    throw new PlotdError('ERR_FONT_INVALID', `${file}: expected at most ${MAX_GLYPHS} glyphs, got ${count}`, { file })
  const paths = new Map<number, string>()
  let sum = 0
  let squares = 0
  let points = 0
  for (let id = 0; id < count; id++) {
    const outlines = contoursOf(font.glyphToJson(id), em / 1000, file).map((contour) => contour.points)
    const { lines, radii } = centreLines(outlines, em)
    if (lines.length > 0) paths.set(id, lines.map((line) => pathOf(line, 1000 / em)).join(''))
    for (const r of radii) {
      sum += r
      squares += r * r
    }
    points += radii.length
  }
  if (paths.size === 0) throw new PlotdError('ERR_FONT_INVALID', `${file}: no glyph has an outline`, { file })
  const mean = sum / Math.max(points, 1)
  const contrast = Math.sqrt(Math.max(0, squares / Math.max(points, 1) - mean * mean)) / (mean || 1)
  const tables = new Map([...tablesOf(bytes), ['SVG ', svgTableOf(paths, Math.round(2 * mean))] as const])
  return { bytes: sfntOf(tables), glyphs: paths.size, contrast }
}

/** Path data, rounded to a thousandth of the em. */
function pathOf(line: readonly number[], perUnit: number): string {
  const rounded = line.map((value) => Math.round(value * perUnit) / perUnit)
  return `M${rounded.map((value) => Number(value.toFixed(2))).join(' ')}`
}
