import { scaling, transformed } from '../geometry/affine.ts'
import { stroke, strokeCount } from '../geometry/drawing.ts'
import { StrokeWriter } from '../geometry/stroke-writer.ts'
import { composed } from './compose.ts'
import { BLANK, type Glyph, glyphOf, type StrokeFont } from './font.ts'
import { SPACES, SUBSTITUTES } from './substitutes.ts'

/** How a character will be drawn; `glyph` is in units of the font that was asked. */
export type Resolved =
  | { readonly how: 'own' | 'composed'; readonly glyph: Glyph }
  | { readonly how: 'substituted'; readonly glyph: Glyph; readonly as: string; readonly from?: string }
  | { readonly how: 'borrowed'; readonly glyph: Glyph; readonly from: string }
  | { readonly how: 'missing' }

/** Fonts to borrow single glyphs from, best first; the asking font itself is not among them. */
export type Lenders = (font: StrokeFont) => Iterable<StrokeFont>

const memory = new WeakMap<StrokeFont, Map<string, Resolved>>()

/**
 * One character (a grapheme, so that an emoji of five code points is one). The order: the font's own glyph, its own
 * strokes put together, near glyphs of its own, then the same from other fonts.
 */
export function resolve(font: StrokeFont, character: string, lenders: Lenders): Resolved {
  let known = memory.get(font)
  if (!known) {
    known = new Map()
    memory.set(font, known)
  }
  const before = known.get(character)
  if (before) return before
  const found = search(font, character.replace(/[\uFE0E\uFE0F]/g, '').normalize('NFC'), lenders)
  known.set(character, found)
  return found
}

function search(font: StrokeFont, char: string, lenders: Lenders): Resolved {
  const own = inside(font, char)
  if (own) return own
  const space = SPACES[char]
  if (space !== undefined) return { how: 'own', glyph: glyphOf(space * spaceAdvance(font), BLANK) }
  const near = substituted(font, char)
  if (near) return near
  for (const lender of lenders(font)) {
    const found = lender !== font && borrowable(lender, char) ? inside(lender, char) : undefined
    if (found) return { how: 'borrowed', glyph: rescaled(found.glyph, lender, font), from: lender.info.name }
  }
  for (const lender of lenders(font)) {
    const found = substituted(lender, char)
    if (found) return { ...found, glyph: rescaled(found.glyph, lender, font), from: lender.info.name }
  }
  return { how: 'missing' }
}

export function spaceAdvance(font: StrokeFont): number {
  return font.glyphs.get(32)?.advance ?? (font.metrics.capHeight * 16) / 21
}

/** Symbol sets hold symbols in the places of letters; only their real code points may be lent. */
const borrowable = (font: StrokeFont, char: string): boolean =>
  font.info.style !== 'symbols' || (char.codePointAt(0) ?? 0) > 0x7f

function inside(font: StrokeFont, char: string): Extract<Resolved, { how: 'own' | 'composed' }> | undefined {
  const [first = '', ...more] = Array.from(char)
  const ready = more.length === 0 ? font.glyphs.get(first.codePointAt(0) ?? 0) : undefined
  if (ready) return { how: 'own', glyph: ready }
  const glyph = composed(font, char)
  return glyph && { how: 'composed', glyph }
}

function substituted(font: StrokeFont, char: string): Extract<Resolved, { how: 'substituted' }> | undefined {
  for (const as of SUBSTITUTES[char] ?? []) {
    const parts = Array.from(as).map((part) => borrowable(font, part) && font.glyphs.get(part.codePointAt(0) ?? 0))
    if (parts.every((part) => part !== undefined && part !== false))
      return { how: 'substituted', glyph: joined(parts), as }
  }
  return undefined
}

/** Glyphs side by side as one. */
function joined(parts: readonly Glyph[]): Glyph {
  const ink = new StrokeWriter()
  let advance = 0
  for (const part of parts) {
    const moved = transformed([1, 0, 0, 1, advance, 0], part.strokes)
    for (let i = 0; i < strokeCount(moved); i++) ink.add(stroke(moved, i))
    advance += part.advance
  }
  return glyphOf(advance, ink.take())
}

/** A lender's glyph in the borrower's units: capitals of equal height. */
function rescaled(glyph: Glyph, lender: StrokeFont, font: StrokeFont): Glyph {
  const scale = font.metrics.capHeight / lender.metrics.capHeight
  return scale === 1 ? glyph : glyphOf(scale * glyph.advance, transformed(scaling(scale), glyph.strokes))
}
