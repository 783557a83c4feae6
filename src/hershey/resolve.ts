import { scaling, transformed } from '../geometry/affine.ts'
import { composed } from './compose.ts'
import { BLANK, type Glyph, glyphOf, type StrokeFont } from './font.ts'
import { lendersFor } from './lenders.ts'
import { glyphFor, row } from './parts.ts'
import { SPACES, substitutesFor } from './substitutes.ts'

/** How a character will be drawn; `glyph` is in units of the font that was asked. */
export type Resolved =
  | { readonly how: 'own' | 'composed'; readonly glyph: Glyph }
  | { readonly how: 'substituted'; readonly glyph: Glyph; readonly as: string; readonly from?: string }
  | { readonly how: 'borrowed'; readonly glyph: Glyph; readonly from: string }
  | { readonly how: 'missing' }

type Memory = WeakMap<StrokeFont, Map<string, Resolved>>
const memory: { readonly borrowing: Memory; readonly alone: Memory } = {
  borrowing: new WeakMap(),
  alone: new WeakMap(),
}
/** Letters with any pile of marks are endless; forget them all rather than keep them all. */
const MOST_KEPT = 4096

/**
 * One character (a grapheme, so that an emoji of five code points is one): looked for among the font's glyphs, then
 * put together from its strokes, then borrowed, then replaced by what comes near.
 */
export function resolve(font: StrokeFont, character: string, borrow: boolean): Resolved {
  const kept = borrow ? memory.borrowing : memory.alone
  let known = kept.get(font)
  if (!known || known.size >= MOST_KEPT) {
    known = new Map()
    kept.set(font, known)
  }
  const before = known.get(character)
  if (before) return before
  const found = search(font, character.replace(/[\uFE0E\uFE0F]/g, '').normalize('NFC'), borrow)
  known.set(character, found)
  return found
}

function search(font: StrokeFont, char: string, borrow: boolean): Resolved {
  const own = inside(font, char)
  if (own) return own
  const space = SPACES.get(char)
  if (space !== undefined) return { how: 'own', glyph: glyphOf(space * spaceAdvance(font), BLANK) }
  const lent = (look: Look) => (borrow ? fromLender(font, char, look) : undefined)
  return lent(inside) ?? substituted(font, char) ?? lent(substituted) ?? { how: 'missing' }
}

type Look = (font: StrokeFont, char: string) => Exclude<Resolved, { how: 'missing' | 'borrowed' }> | undefined

function fromLender(font: StrokeFont, char: string, look: Look): Resolved | undefined {
  for (const lender of lendersFor(font)) {
    const found = lender.info.name === font.info.name ? undefined : look(lender, char)
    if (!found) continue
    const scale = font.metrics.capHeight / lender.metrics.capHeight
    const glyph = glyphOf(scale * found.glyph.advance, transformed(scaling(scale), found.glyph.strokes))
    const from = lender.info.name
    return found.how === 'substituted' ? { ...found, glyph, from } : { how: 'borrowed', glyph, from }
  }
  return undefined
}

export function spaceAdvance(font: StrokeFont): number {
  return font.glyphs.get(32)?.advance ?? (font.metrics.capHeight * 16) / 21
}

function inside(font: StrokeFont, char: string): Extract<Resolved, { how: 'own' | 'composed' }> | undefined {
  const ready = Array.from(char).length === 1 ? glyphFor(font, char) : undefined
  if (ready) return { how: 'own', glyph: ready }
  const glyph = composed(font, char)
  return glyph && { how: 'composed', glyph }
}

function substituted(font: StrokeFont, char: string): Extract<Resolved, { how: 'substituted' }> | undefined {
  for (const as of substitutesFor(char)) {
    const parts = Array.from(as, (part) => inside(font, part)?.glyph)
    if (parts.every((part) => part !== undefined)) return { how: 'substituted', glyph: row(parts), as }
  }
  return undefined
}
