/**
 * The room `glyphs` finds the glyph of each character. `cells` splits a text into characters, `compose` and `recipes`
 * make glyphs that a font lacks, `coverage` and `notes` report on the characters of a text.
 */
import { scaling, transformStrokes } from '../../geometry/affine.ts'
import { strokeCount } from '../../geometry/drawing.ts'
import { BLANK, type Glyph, glyphOf, type StrokeFont } from '../fonts/font.ts'
import { fontsGeneration, inLanguage, loadFont, ownFonts } from '../fonts/library.ts'
import { glyphFor, row } from '../fonts/parts.ts'
import { shapedArabic } from './arabic.ts'
import { composeGlyph } from './compose.ts'
import { languageForm } from './language-forms.ts'
import { SPACES, substitutesFor } from './substitutes.ts'

/** The drawing of a character in a font. `glyph` is in units of that font, also when another font lends it. */
export type GlyphDrawing =
  | { readonly how: 'own' | 'composed'; readonly glyph: Glyph }
  | { readonly how: 'substituted'; readonly glyph: Glyph; readonly as: string; readonly from?: string }
  | { readonly how: 'lent'; readonly glyph: Glyph; readonly from: string }
  | { readonly how: 'missing' }

type Cache = WeakMap<StrokeFont, Map<string, GlyphDrawing>>
const caches: { borrowing: Cache; readonly alone: Cache } = { borrowing: new WeakMap(), alone: new WeakMap() }
let generation = 0
/**
 * Matches joiners, direction marks, variation selectors and tags. They have no ink in any font, so plotd reports none
 * of them as missing.
 */
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}*$/u
/** Matches characters that choose a shape of the previous character, or that separate marks. */
const SELECTORS = /\u034F|[\uFE00-\uFE0F]|[\u{E0020}-\u{E007F}]|[\u{E0100}-\u{E01EF}]/gu
/** Limit on the characters in the cache of one font. A full cache is emptied. */
const MAX_CACHED = 4096

/**
 * Finds how a font draws a character: with its own glyph, with a composed glyph, with a lent glyph, with a substitute,
 * or not at all. A substitute may be lent, too.
 *
 * @param character  a grapheme, so that an emoji of five code points is one character
 * @param borrow     whether other fonts may lend a glyph
 */
export function resolve(font: StrokeFont, character: string, borrow: boolean): GlyphDrawing {
  if (borrow && generation !== fontsGeneration()) {
    generation = fontsGeneration()
    caches.borrowing = new WeakMap() // a new font may lend what was missing
  }
  const cache = borrow ? caches.borrowing : caches.alone
  let known = cache.get(font)
  if (!known || known.size >= MAX_CACHED) {
    known = new Map()
    cache.set(font, known)
  }
  const cached = known.get(character)
  if (cached) return cached
  const resolved = findDrawing(font, character.replace(SELECTORS, '').normalize('NFC'), borrow)
  known.set(character, resolved)
  return resolved
}

function findDrawing(font: StrokeFont, char: string, borrow: boolean): GlyphDrawing {
  const own = ownDrawing(font, char)
  if (own) return own
  const space = SPACES.get(char) ?? (INVISIBLE.test(char) ? 0 : undefined)
  if (space !== undefined) return { how: 'own', glyph: glyphOf(space * spaceAdvance(font), BLANK) }
  const lent = (find: Find) => (borrow ? fromLender(font, char, find) : undefined)
  return lent(ownDrawing) ?? findSubstitute(font, char) ?? lent(findSubstitute) ?? { how: 'missing' }
}

type Find = (font: StrokeFont, char: string) => Exclude<GlyphDrawing, { how: 'missing' | 'lent' }> | undefined

function fromLender(font: StrokeFont, char: string, find: Find): GlyphDrawing | undefined {
  for (const lender of lendersFor(font)) {
    const match = lender.info.name === font.info.name ? undefined : find(inLanguage(lender, font.language), char)
    if (!match) continue
    const scale = font.metrics.capHeight / lender.metrics.capHeight
    const glyph = glyphOf(scale * match.glyph.advance, transformStrokes(scaling(scale), match.glyph.strokes))
    const from = lender.info.name
    return match.how === 'substituted' ? { ...match, glyph, from } : { how: 'lent', glyph, from }
  }
  return undefined
}

/** Advance of the space, font units. */
export function spaceAdvance(font: StrokeFont): number {
  return font.glyphs.get(32)?.advance ?? (font.metrics.capHeight * 16) / 21
}

/** The drawing of a character from the font itself: the font's glyph, or a glyph composed of strokes of the font. */
function ownDrawing(font: StrokeFont, char: string): Extract<GlyphDrawing, { how: 'own' | 'composed' }> | undefined {
  const local = languageForm(font, char, (form) => glyphFor(font, form) ?? composeGlyph(font, form.normalize('NFC')))
  if (local) return { how: 'own', glyph: local }
  const own = glyphFor(font, char) ?? font.ligatures?.get(char)
  if (own && (strokeCount(own.strokes) > 0 || SPACES.has(char))) return { how: 'own', glyph: own }
  if (font.shaper?.covers(char)) return { how: 'own', glyph: font.shaper.single(char) }
  const glyph = composeGlyph(font, char)
  return glyph && { how: 'composed', glyph }
}

function findSubstitute(font: StrokeFont, char: string): Extract<GlyphDrawing, { how: 'substituted' }> | undefined {
  for (const as of substitutesFor(char)) {
    const whole = ownDrawing(font, as)
    if (whole) return { how: 'substituted', glyph: whole.glyph, as }
    const parts = inOrder(as).map((part) => ownDrawing(font, part)?.glyph)
    if (parts.every((part) => part !== undefined)) return { how: 'substituted', glyph: row(parts), as }
  }
  return undefined
}

/** The characters of a substitute from left to right, Arabic letters joined. */
function inOrder(text: string): readonly string[] {
  const shaped = shapedArabic(Array.from(text)).map(({ shown }) => shown)
  return /\p{Script=Arabic}/u.test(text) ? shaped.reverse() : shaped
}

const RIGHT_TO_LEFT = ['yona', 'bulbul'] as const
/** Fonts that lend glyphs to other fonts, by style and best first: Latin, then Greek, Cyrillic, Hebrew and Arabic. */
const SIMPLEX = ['futural', 'rowmans', 'EMSReadability', 'greeks', 'greek', 'cyrilc_1', 'cyrillic', ...RIGHT_TO_LEFT]
const SLANTED = [
  'timesi',
  'EMSReadabilityItalic',
  'EMSReadability',
  'futural',
  'greeks',
  'cyrilc_1',
  'cyrillic',
  ...RIGHT_TO_LEFT,
]
const HEAVY = [
  'timesr',
  'rowmant',
  'EMSReadability',
  'futuram',
  'futural',
  'greekc',
  'timesg',
  'cyrilc_1',
  'cyrillic',
  ...RIGHT_TO_LEFT,
]
const SYMBOLS = ['symbolic', 'mathupp', 'astrology', 'music', 'markers', 'meteorology']

const symbolFonts = new Map<string, StrokeFont>()

/**
 * The fonts that lend glyphs to a font. A generator gives them one at a time, so that a font's file is read only when
 * it is needed.
 */
function* lendersFor({ info }: StrokeFont): Generator<StrokeFont, void, void> {
  const lightFonts = info.italic ? SLANTED : SIMPLEX
  for (const name of info.weight > 1 ? HEAVY : lightFonts) yield loadFont(name)
  for (const name of SYMBOLS) yield symbolsOnly(name)
  yield* ownFonts()
  yield symbolsOnly('japanese') // last, so that all kanji of a text come from a user's font that has them
}

/** A symbol font without its glyphs at ASCII codes. These glyphs are symbols, too, and must not be lent as letters. */
function symbolsOnly(name: string): StrokeFont {
  const known = symbolFonts.get(name)
  if (known) return known
  const font = loadFont(name)
  const symbols: StrokeFont = { ...font, glyphs: new Map([...font.glyphs].filter(([code]) => code > 0x7f)) }
  symbolFonts.set(name, symbols)
  return symbols
}
