import { scaling, transformed } from '../../geometry/affine.ts'
import { strokeCount } from '../../geometry/drawing.ts'
import { BLANK, type Glyph, glyphOf, type StrokeFont } from '../fonts/font.ts'
import { glyphFor, row } from '../fonts/parts.ts'
import { composed } from './compose.ts'
import { lendersFor } from './lenders.ts'
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
/** Joiners, directions, variations, tags: nothing is to be seen of them in any font, so nothing is missing. */
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}*$/u
/** What chooses among shapes of the character before it, or keeps marks apart. */
const UNSEEN = /\u034F|[\uFE00-\uFE0F]|[\u{E0020}-\u{E007F}]|[\u{E0100}-\u{E01EF}]/gu
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
  const found = search(font, character.replace(UNSEEN, '').normalize('NFC'), borrow)
  known.set(character, found)
  return found
}

function search(font: StrokeFont, char: string, borrow: boolean): Resolved {
  const own = inside(font, char)
  if (own) return own
  const space = SPACES.get(char) ?? (INVISIBLE.test(char) ? 0 : undefined)
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
  const ready = glyphFor(font, char)
  // A place in a font that holds no ink holds no letter, either: it is looked for elsewhere, and told when there is none.
  if (ready && (strokeCount(ready.strokes) > 0 || SPACES.has(char))) return { how: 'own', glyph: ready }
  const glyph = composed(font, char)
  return glyph && { how: 'composed', glyph }
}

function substituted(font: StrokeFont, char: string): Extract<Resolved, { how: 'substituted' }> | undefined {
  for (const as of substitutesFor(char)) {
    const whole = inside(font, as)
    if (whole) return { how: 'substituted', glyph: whole.glyph, as }
    const parts = Array.from(as, (part) => inside(font, part)?.glyph)
    if (parts.every((part) => part !== undefined)) return { how: 'substituted', glyph: row(parts), as }
  }
  return undefined
}
