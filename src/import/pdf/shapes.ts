import type { Affine } from '../../geometry/affine.ts'
import type { Font, Glyph, ImageRef, Rule } from './instructions.ts'
import type { PagePath } from './paths.ts'
import type { Clip } from './state.ts'

/** The line that strokes a shape. */
export interface Line {
  readonly color: string
  /** 0 … 1. */
  readonly opacity: number
  /** mm; 0 is a hairline. */
  readonly width: number
  /** mm, dash and gap in turn; empty for a solid line. */
  readonly dashes: readonly number[]
  readonly phase: number
  /** Maps the space of the dashes to the page. Present when the dashes are longer in some directions than in others. */
  readonly stretch?: Affine
  readonly cap: number
  readonly join: number
  readonly miter: number
}

/** A path on the page, in mm. */
export interface PathShape {
  readonly is: 'path'
  readonly path: PagePath
  readonly fill?: { readonly color: string; readonly rule: Rule; readonly opacity: number }
  readonly line?: Line
  readonly clip: Clip | undefined
}

/** A character on the page. */
export interface GlyphShape {
  readonly is: 'glyph'
  readonly font: Font
  readonly glyph: Glyph
  /** Maps em, y up, to mm on the page. */
  readonly matrix: Affine
  /** Where the character's advance ends, mm on the page. Extra spacing after the character is not included. */
  readonly end: readonly [x: number, y: number]
  readonly color: string
  readonly isFilled: boolean
  /** Opacity of the character's fill, 0 … 1. */
  readonly opacity: number
  readonly line?: Line
  readonly clip: Clip | undefined
}

/** A picture: `matrix` maps the unit square to the page. */
export interface ImageShape {
  readonly is: 'image'
  readonly image: ImageRef
  readonly matrix: Affine
  /** Colour of the picture's strokes: the fill colour for a stencil, else black. */
  readonly color: string
  readonly clip: Clip | undefined
}

export type Shape = PathShape | GlyphShape | ImageShape

/** Counts a part of a page that cannot be drawn as it is. */
export const countLoss = (lost: Map<LossKind, number>, kind: LossKind): void =>
  void lost.set(kind, (lost.get(kind) ?? 0) + 1)

/** The kinds of parts of a page that cannot be drawn, or are drawn in another way. */
export type LossKind =
  | 'gradient'
  | 'gradient without outline'
  | 'soft mask'
  | 'invisible character'
  | 'text as a clip path'
  | 'character without an outline'
  | 'text in a broken font'
  | 'character that is a drawing'
  | 'pattern too fine'
  | 'hidden layer'
  | 'small picture'
  | 'unreadable picture'
  | 'nested too deep'
