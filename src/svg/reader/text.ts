import { type Affine, applyToPoints, compose, rotation, scaling, translation } from '../../geometry/affine.ts'
import { at } from '../../geometry/drawing.ts'
import type { Frame } from './frame.ts'
import { lengthContext } from './frame.ts'
import type { TextGlyph } from './glyphs.ts'
import { lengthOf } from './lengths.ts'
import { fontSize, type Style } from './style.ts'
import { type TextChar, textChars } from './text-chars.ts'
import { PathGuide } from './text-path.ts'
import type { SvgElement } from './tree.ts'
import type { Walker } from './walk.ts'

/** Cap height of a usual text face, in ems: a stroke font takes its size by its capitals. */
const CAP_HEIGHT = 0.7

/** How far the baseline moves down, in ems, for text that is placed by another line. */
const BASELINES: Readonly<Record<string, number>> = {
  middle: 0.25,
  central: 0.35,
  hanging: 0.7,
  'text-before-edge': 0.8,
  'text-top': 0.8,
  'text-after-edge': -0.2,
  'text-bottom': -0.2,
}

interface Placed {
  readonly char: TextChar
  readonly glyph: TextGlyph
  readonly advance: number
}

/**
 * A text element in the stroke font, at its size and in its place. Characters from one absolute position to the next
 * make a chunk, which `text-anchor` moves as a whole (SVG 2, section 11.10.2).
 */
export function drawText(walker: Walker, element: SvgElement, frame: Frame): void {
  const { reading } = walker
  const plots = walker.sink.purpose === 'plot'
  if (!reading.settings.text) {
    if (plots) reading.notDrawn.add('text')
    return
  }
  const chars = textChars(reading, element, frame)
  if (chars.length === 0) return
  if (plots) reading.text.count++
  const pen = { x: 0, y: 0 }
  for (const chunk of chunksOf(chars)) {
    const placed = chunk.map((char): Placed => {
      const glyph = reading.glyphs.glyph(char.text)
      if (plots && glyph.missing.length > 0) reading.missing(glyph.missing)
      return { char, glyph, advance: advanceOf(char, glyph) }
    })
    const path = chunk[0]?.path
    if (path === undefined) drawChunk(walker, placed, pen, element)
    else drawAlongPath(walker, placed, path)
  }
}

function chunksOf(chars: readonly TextChar[]): TextChar[][] {
  const chunks: TextChar[][] = []
  for (const char of chars) {
    const open = chunks.at(-1)
    const begins = open === undefined || char.path !== open[0]?.path
    if (begins || (char.path === undefined && (char.x !== undefined || char.y !== undefined))) chunks.push([char])
    else open.push(char)
  }
  return chunks
}

function advanceOf({ text, frame }: TextChar, { advance }: TextGlyph): number {
  const context = lengthContext(frame)
  const letter = lengthOf(frame.style['letter-spacing'], 'x', context, 0)
  const word = text === ' ' || text === '\u00A0' ? lengthOf(frame.style['word-spacing'], 'x', context, 0) : 0
  return advance * CAP_HEIGHT * fontSize(frame.style) + letter + word
}

function drawChunk(
  walker: Walker,
  placed: readonly Placed[],
  pen: { x: number; y: number },
  element: SvgElement,
): void {
  const [first] = placed
  if (first === undefined) return
  pen.x = first.char.x ?? pen.x
  pen.y = first.char.y ?? pen.y
  const natural = placed.reduce((sum, { char, advance }) => sum + char.dx + advance, 0)
  const extra = spacing(element, natural, placed)
  pen.x -= anchorShare(first.char.frame.style) * (natural + extra * (placed.length - 1))
  for (const { char, glyph, advance } of placed) {
    pen.x += char.dx
    pen.y += char.dy
    const lowered = pen.y + baseline(walker, char, element)
    emit(walker, char, glyph, compose(translation(pen.x, lowered), rotation(char.rotate)))
    pen.x += advance + extra
  }
}

/** What `textLength` adds between characters, when the text is one chunk. */
function spacing({ attributes }: SvgElement, natural: number, placed: readonly Placed[]): number {
  const wanted = Number(attributes['textLength'] ?? Number.NaN)
  return wanted > 0 && placed.length > 1 ? (wanted - natural) / (placed.length - 1) : 0
}

function anchorShare(style: Style): number {
  const shares = style.direction === 'rtl' ? { start: 1, middle: 0.5, end: 0 } : { start: 0, middle: 0.5, end: 1 }
  return shares[style['text-anchor'] as keyof typeof shares] ?? 0
}

function baseline({ reading }: Walker, { frame }: TextChar, element: SvgElement): number {
  const line = reading.cascade.declared(element)['dominant-baseline']
  return line === undefined ? 0 : (BASELINES[line] ?? 0) * fontSize(frame.style)
}

/** Each character stands with its middle on the path, turned as the path runs there (SVG 2, section 11.8.3). */
function drawAlongPath(walker: Walker, placed: readonly Placed[], textPath: SvgElement): void {
  const [first] = placed
  const guide = first && PathGuide.of(walker, textPath, first.char.frame)
  if (first === undefined || guide === undefined) {
    if (walker.sink.purpose === 'plot') walker.reading.notDrawn.add('text on a path that is not there')
    return
  }
  const length = placed.reduce((sum, { char, advance }) => sum + char.dx + advance, 0)
  let [along, off] = [guide.offset - anchorShare(first.char.frame.style) * length, 0]
  for (const { char, glyph, advance } of placed) {
    along += char.dx
    off += char.dy
    const place = guide.at(along + advance / 2)
    if (place !== undefined) {
      emit(walker, char, glyph, compose(compose(place, translation(-advance / 2, off)), rotation(char.rotate)))
    }
    along += advance
  }
}

function emit(walker: Walker, { frame }: TextChar, { strokes }: TextGlyph, place: Affine): void {
  if (strokes.points.length === 0) return
  const points = applyToPoints(compose(place, scaling(CAP_HEIGHT * fontSize(frame.style))), strokes.points)
  const lines = walker.reading.glyphLines.reset()
  for (let s = 0; s + 1 < strokes.starts.length; s++) {
    const [first, end] = [at(strokes.starts, s), at(strokes.starts, s + 1)]
    lines.moveTo(at(points, 2 * first), at(points, 2 * first + 1))
    for (let v = first + 1; v < end; v++) lines.lineTo(at(points, 2 * v), at(points, 2 * v + 1))
  }
  walker.sink.glyphs(lines, frame)
}
