import type { Strokes } from '../../geometry/drawing.ts'
import { layoutText, type MissingCharacter, type StrokeFont } from '../../hershey/index.ts'

/** A character at a cap height of 1. */
export interface TextGlyph {
  readonly strokes: Strokes
  readonly advance: number
  readonly missing: readonly MissingCharacter[]
}

/** Glyphs of one stroke font, each laid out once. */
export class GlyphCache {
  readonly #font: string | StrokeFont | undefined
  readonly #glyphs = new Map<string, TextGlyph>()

  constructor(font: string | StrokeFont | undefined) {
    this.#font = font
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
