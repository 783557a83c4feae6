import type { Affine } from '../../../geometry/affine.ts'
import type { Layer } from '../../../geometry/drawing.ts'
import type { Region } from '../../../geometry/region.ts'
import type { LengthContext } from '../css/lengths.ts'
import type { Painter } from '../css/paint.ts'
import { fontSize, type Style } from '../css/style.ts'
import type { SvgElement } from '../document/tree.ts'

/** Which layer strokes go to: all of one key make one layer. */
export type LayerKey = Pick<Layer, 'name' | 'pen' | 'options'> & { readonly key: string }

/** What an element gets from everything around it. */
export interface Frame {
  /** From user units to mm. */
  readonly matrix: Affine
  readonly style: Style
  /** Size of the nearest viewport in its own units: what percentages are of. */
  readonly viewWidth: number
  readonly viewHeight: number
  /** What is left to draw in, mm; undefined is everything. */
  readonly clip: Region | undefined
  readonly layer: LayerKey
  readonly painter: Painter | undefined
  readonly rootFontSize: number
  /** Size of the page, px. */
  readonly page: { readonly width: number; readonly height: number }
  /** The element whose copy `use` is drawing here. */
  readonly scope: SvgElement | undefined
  /** How deep below the root, with every `use` counted. */
  readonly depth: number
}

export function lengthContext({ style, viewWidth, viewHeight, rootFontSize, page }: Frame): LengthContext {
  return { fontSize: fontSize(style), rootFontSize, viewWidth, viewHeight, page }
}
