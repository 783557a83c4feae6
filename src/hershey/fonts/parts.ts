import { type Affine, moveStrokes, transformStrokes } from '../../geometry/affine.ts'
import { at, stroke, strokeCount } from '../../geometry/drawing.ts'
import { mergeStrokes, StrokeWriter } from '../../geometry/stroke-writer.ts'
import { type Glyph, glyphOf, type StrokeFont } from './font.ts'

/* Tools that find a glyph of a font, change a glyph, and join glyphs into one. */

/** A 21st of the cap height, in font units: the measure of marks and gaps. Hershey's own capitals are 21 units high. */
export const unit = (font: StrokeFont): number => font.metrics.capHeight / 21

/** Characters that may have a glyph without ink: spaces, joiners, the blank of braille. */
const INKLESS = /^[\p{Z}\p{Default_Ignorable_Code_Point}\u2800]$/u

/**
 * The font's glyph of a character of one code point. Undefined for longer characters, such as a letter with combining
 * marks. Also undefined when the glyph of a letter is blank: some fonts have blank glyphs for letters that they lack.
 */
export function glyphFor(font: StrokeFont, char: string): Glyph | undefined {
  const code = char.codePointAt(0)
  if (code === undefined || char.length > (code > 0xffff ? 2 : 1)) return undefined
  const glyph = font.glyphs.get(code)
  return glyph && (strokeCount(glyph.strokes) > 0 || INKLESS.test(char)) ? glyph : undefined
}

/** The strokes of a glyph, as views of the glyph's array. */
export const linesOf = ({ strokes }: Glyph): Float64Array[] =>
  Array.from({ length: strokeCount(strokes) }, (_, i) => stroke(strokes, i))

/** A transformed glyph, whose advance follows the horizontal scale. */
export function transformGlyph(glyph: Glyph, matrix: Affine): Glyph {
  return glyphOf(Math.abs(matrix[0]) * glyph.advance, transformStrokes(matrix, glyph.strokes))
}

/**
 * Glyphs side by side, each at the end of the advance of the glyph before. If `gap` is given, the ink of neighbours is
 * `gap` font units apart.
 */
export function row(parts: readonly Glyph[], gap?: number): Glyph {
  let x = 0
  let right = 0
  const sets = parts.map((part, i) => {
    if (gap !== undefined && i > 0) x = right + gap - part.box.minX
    right = x + part.box.maxX
    const set = moveStrokes(part.strokes, x, 0)
    x += part.advance
    return set
  })
  return glyphOf(x, mergeStrokes(...sets))
}

/** A letter without the strokes that lie above the x-height: i and j without the dot. */
export function withoutDot(font: StrokeFont, glyph: Glyph): Glyph {
  const ink = new StrokeWriter()
  for (let i = 0; i < strokeCount(glyph.strokes); i++) {
    const line = stroke(glyph.strokes, i)
    const isDot = line.every((_, k) => k % 2 === 0 || -at(line, k) > font.metrics.xHeight * 1.1)
    if (!isDot) ink.add(line)
  }
  return { ...glyphOf(glyph.advance, ink.take()), ...(glyph.joins !== undefined && { joins: glyph.joins }) }
}
