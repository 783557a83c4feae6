import { compose, moveStrokes, scaling, transformStrokes } from '../../geometry/affine.ts'
import { type Bounds, isEmpty } from '../../geometry/bounds.ts'
import { type Strokes, strokeCount, strokesOf } from '../../geometry/drawing.ts'
import { mergeStrokes } from '../../geometry/stroke-writer.ts'
import { type Glyph, glyphOf, type StrokeFont } from '../fonts/font.ts'
import { glyphFor, linesOf, transformGlyph, unit, withoutDot } from '../fonts/parts.ts'
import { decompose } from './arabic.ts'
import { WITHOUT_DOTS } from './arabic-marks.ts'
import { MARKS, type Mark } from './marks.ts'
import { buildGlyph } from './recipes.ts'

/** Space between a letter and its mark, in 21sts of the cap height. */
const GAP = 2.5

/**
 * A letter that a recipe makes, or that is composed of its base letter and its combining marks (its parts in NFD). A
 * mark above is centered over the ink of the base and follows the slant of the font. Each further mark above stands on
 * the mark below it.
 *
 * @returns undefined when the font lacks the base, or when one of the marks is not in `MARKS`; also for a letter
 *   without a recipe and without marks, except an Arabic letter that is drawn as another letter
 */
export function composeGlyph(font: StrokeFont, character: string): Glyph | undefined {
  const glyph = buildGlyph(font, character)
  if (glyph) return glyph
  const decomposed = decompose(character)
  const { baseChar, base: baseGlyph, marks: allMarks } = baseOf(font, Array.from(decomposed.normalize('NFD')))
  // `WITHOUT_DOTS` draws nothing: it removes the dots of the base.
  const marks = allMarks.filter((mark) => mark !== WITHOUT_DOTS)
  const base = baseGlyph && allMarks.length > marks.length ? mainsOf(baseGlyph) : baseGlyph
  // Some Arabic letters have no mark. They are drawn as another letter, with or without the dots of that letter.
  if (marks.length === 0 && (decomposed !== character || allMarks.length > 0)) return base
  const forms = marks.map((mark) => MARKS.get(markFor(baseChar, mark)))
  if (!base || forms.length === 0 || !forms.every((mark) => mark !== undefined)) return undefined
  const losesDot = /[ijіј]/.test(baseChar) && forms.some((mark) => mark.place === 'above')
  const bare = losesDot ? (glyphFor(font, baseChar === 'i' ? 'ı' : 'ȷ') ?? withoutDot(font, base)) : base
  let { strokes } = bare
  const box = isEmpty(bare.box) ? blankBox(font, bare.advance) : bare.box
  let { minY, maxY } = box
  for (const mark of forms) {
    const placed = glyphOf(0, placeMark(font, box, mark, minY, maxY))
    strokes = mergeStrokes(strokes, placed.strokes)
    if (mark.place === 'above') minY = Math.min(minY, placed.box.minY)
    else if (mark.place !== 'corner' && mark.place !== 'inside') maxY = Math.max(maxY, placed.box.maxY)
  }
  const { joins } = bare
  const joining = joins !== undefined && { joins, mains: bare.mains ?? strokeCount(bare.strokes) }
  return { ...glyphOf(bare.advance, strokes), ...joining }
}

/** A letter without its dots and other strokes that are drawn after the word. */
function mainsOf(glyph: Glyph): Glyph {
  const { mains, strokes } = glyph
  if (mains === undefined || mains >= strokeCount(strokes)) return glyph
  const lines = linesOf(glyph).slice(0, mains)
  return { ...glyph, ...glyphOf(glyph.advance, mergeStrokes(...lines.map((line) => strokesOf([...line])))) }
}

/** The box of a base without ink, such as a space: the place of a small letter. */
const blankBox = ({ metrics }: StrokeFont, advance: number): Bounds => {
  return { minX: 0, maxX: advance, minY: -metrics.xHeight, maxY: 0 }
}

/**
 * The base: the longest beginning of `parts`, of at least two parts, for which the font has one glyph. Without such a
 * beginning, the first part is the base, and its glyph may be composed. The parts after the base are the marks.
 */
function baseOf(font: StrokeFont, parts: readonly string[]) {
  for (let count = parts.length - 1; count > 1; count--) {
    const baseChar = parts.slice(0, count).join('').normalize('NFC')
    const base = Array.from(baseChar).length === 1 ? glyphFor(font, baseChar) : undefined
    if (base) return { baseChar, base, marks: parts.slice(count) }
  }
  const [baseChar = '', ...marks] = parts
  return { baseChar, base: buildGlyph(font, baseChar), marks }
}

/**
 * The drawn form of a mark. Latvian letters have a cedilla in Unicode but a comma in print. The small g has a turned
 * comma above it.
 */
function markFor(base: string, mark: string): string {
  if (mark !== '\u0327') return mark
  if (base === 'g') return '\u0312'
  return /[GkKlLnNrR]/.test(base) ? '\u0326' : mark
}

function placeMark(font: StrokeFont, box: Bounds, mark: Mark, top: number, bottom: number): Strokes {
  const u = unit(font)
  if (mark.place === 'inside') {
    const cx = (box.minX + box.maxX) / 2
    const cy = (box.minY + box.maxY) / 2
    return transformStrokes([u, 0, 0, u, cx, cy], linesOfMark(font, mark))
  }
  if (mark.place === 'corner') return transformStrokes([u, 0, 0, u, box.maxX, box.minY], linesOfMark(font, mark))
  const y = edgeOf(mark, top, bottom, GAP * u)
  const x = (box.minX + box.maxX) / 2 - font.metrics.slant * (y - (box.minY + box.maxY) / 2)
  const shape = shapeOf(font, mark)
  if (!shape)
    return transformStrokes(compose([1, 0, -font.metrics.slant, 1, x, y], scaling(u)), linesOfMark(font, mark))
  const edge = mark.place === 'above' ? shape.box.maxY : shape.box.minY
  return moveStrokes(shape.strokes, x - (shape.box.minX + shape.box.maxX) / 2, y - edge)
}

/**
 * The y of the edge of a mark that faces the letter: the lower edge of a mark above, the upper edge of other marks. An
 * attached mark has no gap.
 */
function edgeOf({ place }: Mark, top: number, bottom: number, gap: number): number {
  if (place === 'above') return top - gap
  return Math.max(bottom, 0) + (place === 'below' ? gap : 0)
}

/** The mark from the font's own glyphs; undefined when `mark` names no such glyph, or when the font lacks the glyph. */
function shapeOf(font: StrokeFont, mark: Mark): Glyph | undefined {
  const own = mark.own === undefined ? undefined : glyphFor(font, mark.own)
  if (own) return own
  const part = glyphFor(font, mark.dots ? '.' : ',')
  if (!part || !(mark.dots || mark.comma)) return undefined
  if (mark.comma) return mark.place === 'above' ? transformGlyph(part, [-1, 0, 0, -1, 0, 0]) : part
  const spread = Math.max(1, (part.box.maxX - part.box.minX) / (2 * unit(font)))
  return glyphOf(
    0,
    mergeStrokes(...(mark.dots ?? []).map((dx) => moveStrokes(part.strokes, dx * unit(font) * Math.sqrt(spread), 0))),
  )
}

/** The lines of a mark, doubled in fonts whose stems have several strokes. */
function linesOfMark(font: StrokeFont, mark: Mark): Strokes {
  if (font.info.weight === 1) return strokesOf(...mark.lines)
  const secondLines = mark.lines.map((line) => line.map((value, i) => value + (i % 2 === 0 ? 0.8 : -0.3)))
  return strokesOf(...mark.lines, ...secondLines)
}
