import { type Affine, apply } from '../../geometry/affine.ts'
import { DEFAULT_FONT, layoutText, type TextLayout } from '../../hershey/index.ts'
import type { Font } from './instructions.ts'
import { boundsOfPath } from './paths.ts'
import type { GlyphShape } from './shapes.ts'
import { textOf } from './words.ts'

/** A stroke on the page, mm: x and y in turn. */
export type PageStroke = readonly number[]

/** Capital letters with a flat top, and small letters, with their height as a fraction of the cap height. */
const FLAT: ReadonlyMap<string, number> = new Map([
  ...Array.from('HEFILTDBPRKMNXZ', (letter) => [letter, 1] as const),
  ...Array.from('bdhkl', (letter) => [letter, 1.04] as const),
  ...Array.from('xzvwu', (letter) => [letter, 0.7] as const),
])
const USUAL_CAP_HEIGHT = 0.7
/** Slant of an italic font, horizontally per unit of height. */
const ITALIC = 0.2
/** A word is set letter by letter if its width would change by a factor below this. */
const NARROWEST = 0.6
/** A word is set letter by letter if its width would change by a factor above this. */
const WIDEST = 1.6
/** For a font, the heavier font that draws bold text. */
const HEAVIER: Readonly<Record<string, string>> = { [DEFAULT_FONT]: 'rowmand' }

/** Sets words of a page in a stroke font, each at its own place, size, slant and width. */
export class StrokeText {
  readonly #font: string
  readonly #capHeights = new Map<Font, number>()
  readonly #drawable = new Map<string, boolean>()
  readonly #layouts = new Map<string, TextLayout>()

  constructor(font: string) {
    this.#font = font
  }

  /** Whether the stroke font, another font or substitutes can draw all characters of a glyph. */
  canDraw(unicode: string): boolean {
    const known = this.#drawable.get(unicode)
    if (known !== undefined) return known
    const isDrawable = layoutText(unicode, { font: this.#font }).missing.length === 0
    this.#drawable.set(unicode, isDrawable)
    return isDrawable
  }

  /** Measures the cap height of a font by one of its characters, if `FLAT` has this character. */
  measure({ font, glyph }: GlyphShape): void {
    const part = FLAT.get(glyph.unicode)
    if (part === undefined || (this.#capHeights.has(font) && part !== 1)) return
    const outline = font.outline(glyph.key)
    const top = outline && boundsOfPath(outline)?.maxY
    if (top !== undefined && top > 0.3 && top < 1.2) this.#capHeights.set(font, top / part)
  }

  /** The strokes of a word. If the width of the word would change too much, its letters are set one by one. */
  word(glyphs: readonly [GlyphShape, ...GlyphShape[]]): PageStroke[] {
    const { strokes, factor } = this.#set(textOf(glyphs), glyphs[0], glyphs.at(-1) ?? glyphs[0])
    if (glyphs.length === 1 || (factor >= NARROWEST && factor <= WIDEST)) return strokes
    return glyphs.flatMap((glyph) => this.#set(glyph.glyph.unicode, glyph, glyph).strokes)
  }

  #set(text: string, first: GlyphShape, last: GlyphShape): { strokes: PageStroke[]; factor: number } {
    const { font, matrix } = first
    const [a, b, c, d, x, y] = matrix
    const emX = Math.hypot(a, b)
    const emY = Math.hypot(c, d)
    if (emX === 0 || emY === 0) return { strokes: [], factor: 1 }
    const layout = this.#layout(text, font.isBold)
    const up = emY * (this.#capHeights.get(font) ?? USUAL_CAP_HEIGHT)
    const width = font.isVertical
      ? (first.glyph.width / 1000) * emX
      : ((last.end[0] - x) * a + (last.end[1] - y) * b) / emX
    const natural = layout.width * up * (emX / emY)
    const factor = width > 0 && natural > 0 ? width / natural : 1
    // The transform from the layout to the page. In the layout capitals are 1 mm high, and y points down.
    const along = (up * factor) / emY
    const across = up / emY
    const lean = font.isItalic && !isSlanted(matrix) ? ITALIC : 0
    const toPage: Affine = [
      a * along,
      b * along,
      -(c * across + a * across * lean),
      -(d * across + b * across * lean),
      x,
      y,
    ]
    return { strokes: strokesOn(layout, toPage), factor }
  }

  /** A text with capitals 1 mm high. */
  #layout(text: string, isBold: boolean): TextLayout {
    const key = `${isBold}${text}`
    const known = this.#layouts.get(key)
    if (known) return known
    const layout = layoutText(text, { font: (isBold && HEAVIER[this.#font]) || this.#font, size: 1 })
    this.#layouts.set(key, layout)
    return layout
  }
}

const isSlanted = ([a, b, c, d]: Affine): boolean =>
  Math.abs(a * c + b * d) > 0.05 * Math.hypot(a, b) * Math.hypot(c, d)

function strokesOn({ strokes: { points, starts } }: TextLayout, toPage: Affine): PageStroke[] {
  const out: PageStroke[] = []
  for (let i = 0; i + 1 < starts.length; i++) {
    const stroke: number[] = []
    for (let v = starts[i] ?? 0; v < (starts[i + 1] ?? 0); v++)
      stroke.push(...apply(toPage, points[2 * v] ?? 0, points[2 * v + 1] ?? 0))
    out.push(stroke)
  }
  return out
}
