import { type Affine, compose, scaling, transformed } from '../geometry/affine.ts'
import type { Bounds } from '../geometry/bounds.ts'
import { at, type Strokes, stroke, strokeCount, strokesOf } from '../geometry/drawing.ts'
import { StrokeWriter } from '../geometry/stroke-writer.ts'
import { type Glyph, glyphOf, type StrokeFont } from './font.ts'
import { MARKS, type Mark } from './marks.ts'

/**
 * A letter put together from its base and its combining marks (the parts of its NFD): marks above are centred over
 * the base's ink and follow its slant, each further one stands on the one before.
 *
 * @returns undefined when the font lacks the base or nobody knows how to draw a mark
 */
export function composed(font: StrokeFont, character: string): Glyph | undefined {
  const [baseChar = '', ...marks] = Array.from(character.normalize('NFD'))
  const base = font.glyphs.get(baseChar.codePointAt(0) ?? 0)
  const known = marks.map((mark) => MARKS.get(mark.codePointAt(0) ?? 0))
  if (!base || marks.length === 0 || !known.every((mark) => mark !== undefined)) return undefined
  const dotted = 'ij'.includes(baseChar) && known.some((mark) => mark.place === 'above')
  const bare = dotted ? withoutDot(font, base) : base
  const ink = new StrokeWriter()
  append(ink, bare.strokes)
  let { minY, maxY } = bare.box
  for (const mark of known) {
    const placed = glyphOf(0, placedMark(font, bare.box, mark, minY, maxY))
    append(ink, placed.strokes)
    if (mark.place === 'above') minY = Math.min(minY, placed.box.minY)
    else if (mark.place === 'below') maxY = Math.max(maxY, placed.box.maxY)
  }
  return glyphOf(bare.advance, ink.take())
}

const unit = (font: StrokeFont): number => font.metrics.capHeight / 21

function placedMark(font: StrokeFont, box: Bounds, mark: Mark, top: number, bottom: number): Strokes {
  const { slant } = font.metrics
  const u = unit(font)
  const own = Array.from(mark.own)
    .map((char) => font.glyphs.get(char.codePointAt(0) ?? 0))
    .find((glyph) => glyph !== undefined)
  const above = mark.place === 'above'
  const y = above ? top - 2.5 * u : mark.place === 'below' ? Math.max(bottom, 0) + 2.5 * u : Math.max(bottom, 0)
  const middle = (box.minX + box.maxX) / 2
  const x = middle + slant * (-y - (-box.minY - box.maxY) / 2)
  if (own && above) {
    const [dx, dy] = [x - (own.box.minX + own.box.maxX) / 2, y - own.box.maxY]
    return transformed([1, 0, 0, 1, dx, dy], own.strokes)
  }
  const placing: Affine = compose([1, 0, -slant, 1, x, y], scaling(u))
  return transformed(placing, strokesOf(...mark.lines))
}

/** The letter without the strokes that float above its x-height. */
function withoutDot(font: StrokeFont, glyph: Glyph): Glyph {
  const ready = font.glyphs.get('ı'.codePointAt(0) ?? 0)
  if (ready && glyph === font.glyphs.get('i'.codePointAt(0) ?? 0)) return ready
  const ink = new StrokeWriter()
  for (let i = 0; i < strokeCount(glyph.strokes); i++) {
    const line = stroke(glyph.strokes, i)
    const floats = line.every((_, k) => k % 2 === 0 || -at(line, k) > font.metrics.xHeight * 1.1)
    if (!floats) ink.add(line)
  }
  return glyphOf(glyph.advance, ink.take())
}

function append(ink: StrokeWriter, strokes: Strokes): void {
  for (let i = 0; i < strokeCount(strokes); i++) ink.add(stroke(strokes, i))
}
