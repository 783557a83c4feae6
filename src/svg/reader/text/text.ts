/**
 * The room `text` places and draws the text of an SVG. `characters` collects the characters, `places` and `path` place
 * them, `bidi` and `order` decide their direction, and `text` (here) draws them.
 */
import { type Affine, apply, applyToPoints, compose, rotation, scaling, translation } from '../../../geometry/affine.ts'
import { type Strokes, stroke, strokeCount } from '../../../geometry/drawing.ts'
import { lengthOf, parseLength, resolveAgainst } from '../css/lengths.ts'
import { fontSize } from '../css/style.ts'
import { childElements, type SvgElement } from '../document/tree.ts'
import { ANOTHER_WAY } from '../reading/options.ts'
import { type Frame, lengthContext, type Walker } from '../reading/reading.ts'
import { type TextChar, textContent } from './characters.ts'
import { DecorationLines } from './decoration.ts'
import { glyphsOfText } from './glyphs-of-text.ts'
import { type HandLetter, handStrokes } from './handwriting.ts'
import { CAP_HEIGHT, FONT_METRICS, isUpright, letterMatrix, uprightAdvance } from './line.ts'
import { PathGuide } from './path.ts'
import { type Place, placesOf } from './places.ts'

export function drawText(walker: Walker, element: SvgElement, frame: Frame): void {
  const { reading } = walker
  const isPlot = walker.sink.purpose === 'plot'
  if (!reading.settings.text) {
    if (isPlot) reading.notDrawn.add('text')
    return
  }
  const { chars, spans } = textContent(walker, element, frame)
  if (chars.length === 0) return
  if (isPlot) reading.text.count++
  const glyphs = glyphsOfText(chars, reading)
  if (isPlot) for (const { missing } of glyphs) if (missing.length > 0) reading.countMissing(missing)
  const advances = chars.map((char, i) => advanceOf(char, (glyphs[i]?.advance ?? 0) - kern(walker, char, chars[i + 1])))
  if (isPlot) {
    noteSymbolFonts(walker, chars)
    noteWrapping(walker, element, frame, advances)
  }
  const guides = new Guides(walker)
  const decorations = new DecorationLines()
  const manner = walker.sink.purpose === 'measure' ? undefined : reading.glyphs.manner(chars)
  const letters: HandLetter[] = []
  let lacksLines = false
  placesOf(chars, advances, spans, (char) => guides.of(char)?.end, reading.budget).forEach((place, i) => {
    const glyph = glyphs[i]
    const width = (glyph?.advance ?? 0) * CAP_HEIGHT * fontSize(place.char.frame.style)
    const matrix = place.char.path === undefined ? letterMatrix(place, width) : guides.along(place)
    if (glyph === undefined || place.char.isHidden) return
    if (matrix === undefined) {
      const isLost = isPlot && glyph.strokes.points.length > 0 && guides.of(place.char) !== undefined
      if (isLost) reading.notDrawn.add('character beyond the end of its path', place.char.text)
      return
    }
    if (walker.sink.purpose === 'measure') emitBox(walker, place, width, matrix)
    else if (manner) letters.push({ glyph, place, matrix: toUser(place, matrix) })
    else emitGlyph(walker, place, glyph.strokes, matrix)
    reading.budget.spend(10 * place.char.decorations.length)
    if (!isPlot || place.char.decorations.length === 0) return
    if (isUpright(place.char.frame.style, place.char.text)) lacksLines = true
    else decorations.add(place, matrix)
  })
  if (manner) for (const { frame, strokes } of handStrokes(letters, manner)) emitStrokes(walker, frame, strokes)
  decorations.draw(walker)
  if (lacksLines) reading.notDrawn.add('text-decoration', ANOTHER_WAY.withoutIt)
}

/** Matches a list of fonts that begins with a font whose letters show signs. */
const SYMBOL_FONT =
  /^\s*["']?((?:symbol(?:mt)?|wingdings(?: [23])?|webdings|zapf ?dingbats|opensymbol|material (?:icons|symbols)[a-z ]*)\b)/i

/** Matches a character that stands for a sign of a symbol font. Other characters, such as an arrow, are themselves. */
const STANDS_FOR_SIGN = /[!-~\u00a1-\u00ff]/
/** Matches a character for which the font Symbol shows another one. Digits and the other signs are themselves. */
const ONLY_IN_SYMBOL = /[A-Za-z"$'@\\^`~]/

function noteSymbolFonts({ reading }: Walker, chars: readonly TextChar[]): void {
  const lists = new Map<string, string>()
  for (const { text, frame, isHidden } of chars) {
    const { visibility, 'font-family': list } = frame.style
    if (!isHidden && visibility === 'visible') lists.set(list, (lists.get(list) ?? '') + text)
  }
  const names = new Set<string>()
  for (const [list, text] of lists) {
    const [, name] = SYMBOL_FONT.exec(list) ?? []
    if (name !== undefined && (/^symbol/i.test(name) ? ONLY_IN_SYMBOL : STANDS_FOR_SIGN).test(text)) names.add(name)
  }
  for (const name of names) reading.notDrawn.add(`text in the symbol font ${name}`, ANOTHER_WAY.letters)
}

/**
 * Notes that a text is not broken into lines (SVG 2, section 11.7.3). Browsers do not break it either. Inkscape adds
 * the place of each line, and plotd draws such lines.
 */
function noteWrapping({ reading }: Walker, element: SvgElement, frame: Frame, advances: readonly number[]): void {
  const { 'inline-size': size, 'shape-inside': shape = 'none' } = reading.cascade.declared(element, frame.scope)
  const width = lengthOf(size, 'x', lengthContext(frame), 0)
  const isWrapped = width > 0 && advances.reduce((sum, advance) => sum + advance, 0) > width
  if (shape === 'none' && !isWrapped) return
  if (childElements(element).some(({ name, attributes }) => name === 'tspan' && attributes['y'] !== undefined)) return
  reading.notDrawn.add(shape === 'none' ? 'inline-size of text' : 'shape-inside of text', ANOTHER_WAY.withoutIt)
}

/** Kerning between adjacent letters of one size, in text from left to right. */
function kern({ reading }: Walker, char: TextChar, next: TextChar | undefined): number {
  if (next === undefined || next.x !== undefined || next.y !== undefined || next.path !== char.path) return 0
  if (char.level % 2 === 1 || next.level !== char.level) return 0
  if (fontSize(next.frame.style) !== fontSize(char.frame.style)) return 0
  return reading.glyphs.kern(char.text, next.text)
}

function advanceOf({ text, frame }: TextChar, advance: number): number {
  const letter = spacing(frame.style['letter-spacing'], frame)
  const word = text === ' ' || text === '\u00A0' ? spacing(frame.style['word-spacing'], frame) : 0
  const ems = isUpright(frame.style, text) ? uprightAdvance(text) : advance * CAP_HEIGHT
  return ems * fontSize(frame.style) + letter + word
}

/** A spacing in user units. Percentages refer to the font size (CSS Text 4, section 8). */
function spacing(text: string, frame: Frame): number {
  const length = parseLength(text)
  return (length && resolveAgainst(length, fontSize(frame.style), lengthContext(frame))) ?? 0
}

/** The paths of one text, by textPath element. */
class Guides {
  readonly #walker: Walker
  readonly #guides = new Map<SvgElement, PathGuide | undefined>()

  constructor(walker: Walker) {
    this.#walker = walker
  }

  /** Places the middle of a character on the path, rotated to the direction of the path (SVG 2, section 11.8.3). */
  along({ x, y, advance, char }: Place): Affine | undefined {
    const guide = this.of(char)
    const place = guide?.at(guide.offset + x + advance / 2)
    return place && compose(compose(place, rotation(char.rotate)), translation(-advance / 2, y + char.drop))
  }

  of({ path, frame }: TextChar): PathGuide | undefined {
    if (path === undefined) return undefined
    if (this.#guides.has(path)) return this.#guides.get(path)
    const guide = PathGuide.of(this.#walker, path, frame)
    this.#guides.set(path, guide)
    const { sink, reading } = this.#walker
    if (guide === undefined && sink.purpose === 'plot') reading.notDrawn.add('text without a usable path')
    return guide
  }
}

/**
 * Passes the box of a character to a sink that measures. The bounding box of a text holds the boxes of all its
 * characters, also of characters without ink.
 */
function emitBox(walker: Walker, { char: { frame, text }, advance }: Place, width: number, place: Affine): void {
  const size = fontSize(frame.style)
  const boxWidth = isUpright(frame.style, text) ? width : advance
  const lines = walker.reading.glyphLines.reset()
  const corner = (x: number, y: number): [number, number] => apply(place, x, y * size)
  lines.moveTo(...corner(0, -FONT_METRICS.ascent))
  for (const [x, y] of [
    [boxWidth, -FONT_METRICS.ascent],
    [boxWidth, FONT_METRICS.descent],
    [0, FONT_METRICS.descent],
  ] as const)
    lines.lineTo(...corner(x, y))
  walker.sink.glyphs(lines, frame)
}

function emitGlyph(walker: Walker, place: Place, { points, starts }: Strokes, matrix: Affine): void {
  if (points.length === 0 || fontSize(place.char.frame.style) === 0) return
  emitStrokes(walker, place.char.frame, { points: applyToPoints(toUser(place, matrix), points), starts })
}

/** The transform of a glyph from a cap height of 1 to user units. */
function toUser({ char: { frame, text }, stretch }: Place, matrix: Affine): Affine {
  const size = CAP_HEIGHT * fontSize(frame.style)
  const [along, across] = isUpright(frame.style, text) ? [size, size * stretch] : [size * stretch, size]
  return compose(matrix, scaling(along, across))
}

function emitStrokes(walker: Walker, frame: Frame, strokes: Strokes): void {
  const lines = walker.reading.glyphLines.reset()
  for (let s = 0; s < strokeCount(strokes); s++) lines.add(stroke(strokes, s))
  walker.sink.glyphs(lines, frame)
}
