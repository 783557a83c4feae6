import type { Affine } from '../../geometry/affine.ts'

/** Path data: 0 move (x y), 1 line (x y), 2 cubic (6 numbers), 3 quadratic (4 numbers), 4 close. */
export type PathData = Float32Array

export type Rule = 'nonzero' | 'evenodd'

/** A paint: a colour as #rrggbb or 'none', a pattern, or a shading, which cannot be drawn as lines. */
export type Paint = string | { readonly is: 'tiling'; readonly tiling: Tiling } | { readonly is: 'shading' }

/** A pattern whose cell is drawn again and again. */
export interface Tiling {
  readonly instructions: readonly Instruction[]
  /**
   * Maps the space of the cell to the space of the page, form or outer cell that names the pattern. `box` and the steps
   * are in the cell's space.
   */
  readonly matrix: Affine
  readonly box: readonly [minX: number, minY: number, maxX: number, maxY: number]
  readonly stepX: number
  readonly stepY: number
  /** Colour of a cell that has no colours of its own. */
  readonly color?: string
}

/** One character of a text. */
export interface Glyph {
  /** A character, or several for a ligature. */
  readonly unicode: string
  /** Advance in thousandths of an em, or in the units of the glyph's space in a Type 3 font. */
  readonly width: number
  /** Whether word spacing applies. */
  readonly isSpace: boolean
  /** Whether the font contains the glyph. The outline of a missing glyph is a box. */
  readonly isInFont: boolean
  /** Advance and origin of vertical writing, thousandths of an em. */
  readonly vertical?: readonly [advance: number, x: number, y: number]
  /** Key of the outline of the glyph in its font. */
  readonly key: string
  /** An accent that the font sets on the character, with the place of the accent in em. */
  readonly accent?: { readonly key: string; readonly x: number; readonly y: number }
  /** The name of the glyph's drawing in a Type 3 font. */
  readonly drawnBy?: string
  /** Code of the character in the font. */
  readonly code: number
}

/** A font of the file, or its substitute. */
export interface Font {
  readonly id: string
  readonly name: string
  readonly isBold: boolean
  readonly isItalic: boolean
  readonly isVertical: boolean
  /** Vertical metrics of glyphs that have none of their own. */
  readonly verticalMetrics?: readonly number[]
  /** Maps the space of the glyphs to the space of the text. */
  readonly matrix: Affine
  /** Whether pdf.js cannot read the font. */
  readonly isBroken: boolean
  /** Whether the font is a Type 3 font, whose glyphs are drawings. */
  readonly isDrawn: boolean
  /** Whether the `unicode` of a glyph is the text that the glyph shows. */
  readonly isReadable: boolean
  /**
   * Whether pdf.js's map of the font's characters has the code; true without such a map. For a code that is not in the
   * map, pdf.js gives the code itself as the character.
   */
  names(code: number): boolean
  /** Whether a code is the number of a glyph, and the file does not say which character the glyph is. */
  readonly isCoded: boolean
  /** Whether the file contains the font. If not, the outlines come from another font. */
  readonly isEmbedded: boolean
  /** The outline of a glyph in em, y up; undefined when it has none. */
  outline(key: string): PathData | undefined
  /** The drawing of a glyph of Type 3. */
  drawing(name: string): readonly Instruction[] | undefined
}

export interface ImageRef {
  readonly width: number
  readonly height: number
  /** The pixels of the picture, RGBA; undefined when the pixels are not available. */
  pixels(): Uint8Array | undefined
}

/** Instructions without arguments. */
export type PlainOp = 'save' | 'restore' | 'beginText' | 'nextLine' | 'endForm' | 'endGroup' | 'endContent' | 'shading'

/** Instructions that set one number of the state. */
export type NumberOp =
  | 'lineWidth'
  | 'cap'
  | 'join'
  | 'miter'
  | 'strokeAlpha'
  | 'fillAlpha'
  | 'charSpacing'
  | 'wordSpacing'
  | 'textScale'
  | 'leading'
  | 'textMode'
  | 'rise'

/** The instructions of a page, independent of pdf.js. */
export type Instruction =
  | { [K in PlainOp]: { readonly op: K } }[PlainOp]
  | { readonly op: 'transform'; readonly matrix: Affine }
  | { readonly op: 'textMatrix'; readonly matrix: Affine }
  | { readonly op: NumberOp; readonly value: number }
  | { readonly op: 'dash'; readonly dashes: readonly number[]; readonly phase: number }
  | { readonly op: 'fillPaint' | 'strokePaint'; readonly paint: Paint }
  | { readonly op: 'blend'; readonly mode: string }
  | { readonly op: 'softMask'; readonly isSet: boolean }
  | { readonly op: 'clip'; readonly rule: Rule }
  | {
      readonly op: 'path'
      readonly data: PathData | null
      readonly fill?: Rule
      readonly stroke?: true
      readonly close?: true
    }
  | { readonly op: 'font'; readonly font: Font; readonly size: number }
  | { readonly op: 'moveText'; readonly x: number; readonly y: number }
  /** Glyphs and numbers. A number moves the next glyphs left, or down in vertical writing, by thousandths of an em. */
  | { readonly op: 'showText'; readonly glyphs: readonly (Glyph | number)[] }
  | { readonly op: 'beginForm'; readonly matrix?: Affine; readonly box?: readonly number[] }
  | { readonly op: 'beginGroup'; readonly matrix?: Affine; readonly box?: readonly number[]; readonly isMask: boolean }
  /** Begins an annotation with a fresh state; ends at `endForm`. `own`, then `place` map the annotation's drawing. */
  | { readonly op: 'beginAnnotation'; readonly place: Affine; readonly own: Affine; readonly box?: readonly number[] }
  | { readonly op: 'beginContent'; readonly isShown: boolean }
  /** A stencil is painted in the fill colour. */
  | {
      readonly op: 'image'
      readonly image: ImageRef
      readonly places?: readonly Affine[]
      readonly isStencil?: true
    }

/** A page with its size in points. `matrix` maps the coordinates of the instructions to the page, y down. */
export interface Page {
  readonly width: number
  readonly height: number
  readonly matrix: Affine
  readonly instructions: readonly Instruction[]
  /** Counts by kind of the printable annotations that pdf.js does not draw, such as notes and the borders of links. */
  readonly annotations: Readonly<Record<string, number>>
  /** Counts by kind of the annotations that a viewer shows only on the screen. */
  readonly onScreenOnly: Readonly<Record<string, number>>
  /** Whether the file has errors on the page, so that parts of it may be missing. */
  readonly hasErrors: boolean
}
