import { scaling, transformStrokes } from '../../../geometry/affine.ts'
import { boundsOf } from '../../../geometry/bounds.ts'
import type { Strokes } from '../../../geometry/drawing.ts'
import {
  DEFAULT_FONT,
  dependsOnNeighbors,
  type Glyph,
  inLanguage,
  type LineChar,
  layoutText,
  lineGlyphs,
  loadFont,
  type Manner,
  type MissingCharacter,
  type StrokeFont,
  standingGlyph,
  verticalForm,
} from '../../../hershey/index.ts'

/** The glyph of a character. Lengths are multiples of the cap height. */
export interface TextGlyph {
  readonly strokes: Strokes
  readonly advance: number
  readonly missing: readonly MissingCharacter[]
  /** The number of strokes that are written with the letter, as in `Glyph`. */
  readonly mains?: number
  /** How the letter is joined to its neighbours, as in `Glyph`. */
  readonly joins?: NonNullable<Glyph['joins']>
}

/** Font size at a cap height of 1. */
const EM = 1 / 0.7

/** Letters whose form depends on their neighbours, in every font. */
const JOINED_LETTERS = /\p{Script=Arabic}/u

export class GlyphCache {
  readonly #font: string | StrokeFont | undefined
  readonly #glyphs = new Map<string, TextGlyph>()

  constructor(font: string | StrokeFont | undefined) {
    this.#font = font
  }

  /**
   * Kerning between two characters at a cap height of 1. A positive value brings the characters closer. A font with a
   * shaper gives 0, because its advances contain the kerning.
   */
  kern(first: string, second: string): number {
    const font = typeof this.#font === 'string' ? loadFont(this.#font) : this.#font
    if (font?.kerning === undefined || font.shaper || hasManyCodePoints(first) || hasManyCodePoints(second)) return 0
    return font.kerning(first.codePointAt(0) ?? 0, second.codePointAt(0) ?? 0) / font.metrics.capHeight
  }

  /** The glyph of a character by itself. The cache lays out each character once. */
  glyph(char: string): TextGlyph {
    const known = this.#glyphs.get(char)
    if (known !== undefined) return known
    const { strokes, width, missing } = layoutText(char, {
      size: 1,
      ...(this.#font === undefined ? {} : { font: this.#font }),
    })
    const glyph = { strokes, advance: width, missing }
    this.#glyphs.set(char, glyph)
    return glyph
  }

  /** The glyph of a character that stands upright in a vertical line, in a square of one em. */
  standing(char: string): TextGlyph {
    const { strokes, advance, missing } = this.glyph(char)
    const box = boundsOf(strokes)
    return { ...standingGlyph({ strokes, advance, box }, verticalForm(char), EM, 1), missing }
  }

  /** How letters of a text are joined in a font with several forms of each letter; undefined for other fonts. */
  manner(chars: readonly { readonly text: string }[]): Manner | undefined {
    const font = typeof this.#font === 'string' ? loadFont(this.#font) : this.#font
    if (!font?.faces) return undefined
    const { isCursive, lifts } = font
    return {
      capHeight: 1,
      joinsLetters: true,
      seed: seedOf(chars),
      ...(isCursive && { isCursive }),
      ...(lifts && { lifts }),
    }
  }

  /**
   * The glyphs of one line when a glyph depends on its neighbours or on the language; undefined when none does.
   *
   * @param language  of the text, a BCP 47 tag
   */
  line(chars: readonly LineChar[], language: string | undefined): readonly TextGlyph[] | undefined {
    const usual = this.#font ?? DEFAULT_FONT
    const font = inLanguage(typeof usual === 'string' ? loadFont(usual) : usual, language)
    const isUsual = !dependsOnNeighbors(font) && font.language === undefined
    if (isUsual && !chars.some(({ text }) => JOINED_LETTERS.test(text))) return undefined
    const toCapHeight = scaling(1 / font.metrics.capHeight)
    return lineGlyphs(chars, font, seedOf(chars)).map(({ strokes, advance, missing, ...rest }) => ({
      ...rest,
      strokes: transformStrokes(toCapHeight, strokes),
      advance: advance / font.metrics.capHeight,
      missing: missing ? [missing] : [],
    }))
  }
}

/**
 * A number that chooses the forms of letters. The number depends only on the text, so that the reader measures and
 * draws the text in the same forms.
 */
function seedOf(chars: readonly { readonly text: string }[]): number {
  let seed = 1
  for (const { text } of chars) seed = (Math.imul(seed, 31) + (text.codePointAt(0) ?? 0)) | 0
  return seed
}

const hasManyCodePoints = (text: string): boolean => text.length > ((text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1)
