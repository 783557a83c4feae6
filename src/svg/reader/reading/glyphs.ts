import type { Strokes } from '../../../geometry/drawing.ts'
import { layoutText, loadFont, type MissingCharacter, type StrokeFont } from '../../../hershey/index.ts'

/** A character at a cap height of 1. */
export interface TextGlyph {
  readonly strokes: Strokes
  readonly advance: number
  readonly missing: readonly MissingCharacter[]
}

/** The glyphs of one stroke font, each laid out once. */
export class GlyphCache {
  readonly #font: string | StrokeFont | undefined
  readonly #glyphs = new Map<string, TextGlyph>()

  constructor(font: string | StrokeFont | undefined) {
    this.#font = font
  }

  /** Kerning between two characters at a cap height of 1; positive brings them closer. */
  kern(first: string, second: string): number {
    const font = typeof this.#font === 'string' ? loadFont(this.#font) : this.#font
    if (font?.kerning === undefined || isJoined(first) || isJoined(second)) return 0
    return font.kerning(first.codePointAt(0) ?? 0, second.codePointAt(0) ?? 0) / font.metrics.capHeight
  }

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
}

/** Whether a text has more than one code point. */
const isJoined = (text: string): boolean => text.length > ((text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1)
