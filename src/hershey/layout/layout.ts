import { rotation, transformed } from '../../geometry/affine.ts'
import { type Bounds, boundsOf } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import type { MissingCharacter, SubstitutedCharacter } from '../glyphs/cells.ts'
import { arrange, type Prepared, prepare, type TextLine } from './arrange.ts'
import { inkOf } from './ink.ts'
import { checked, type TextOptions } from './options.ts'

/** Laid out text: x from 0, the first baseline at y = 0, y down, mm. Sizes are those before any rotation. */
export interface TextLayout {
  readonly strokes: Strokes
  /** The widest line, or the width that was asked for when that is more. */
  readonly width: number
  /** From the ascent above the first baseline to the descent below the last. */
  readonly height: number
  readonly ascent: number
  readonly descent: number
  /** Baseline to baseline. */
  readonly lineHeight: number
  readonly lines: readonly TextLine[]
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
  /** Around the ink as drawn; empty when there is none. */
  readonly bounds: Bounds
}

/**
 * Text as strokes. Pure but for reading a font's file the first time. Characters that no font has are left out
 * and told in `missing`; those drawn by near glyphs or by another font are told in `substituted`.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN, or ERR_PARAMS naming the option at fault
 */
export const layoutText = (text: string, options: TextOptions = {}): TextLayout =>
  laidOut(prepare(text, checked(options)), options)

/** The same text in many sizes and widths (mm): what does not depend on them is done once. */
export function textLayouts(text: string, options: TextOptions = {}): (size: number, width: number) => TextLayout {
  const prepared = prepare(text, options)
  return (size, width) => laidOut(prepared, checked({ ...options, size, width }))
}

function laidOut(prepared: Prepared, options: TextOptions): TextLayout {
  const { size = 5, width, rotation: turn = 0 } = options
  const arranged = arrange(prepared, size, width, options)
  const ink = inkOf(arranged.cells, arranged.scale, size, options)
  const strokes = turn === 0 ? ink : transformed(rotation(turn), ink)
  const { metrics } = prepared.font
  const [ascent, descent] = [metrics.ascent * arranged.scale, metrics.descent * arranged.scale]
  return {
    strokes,
    width: arranged.width,
    height: ascent + (arranged.lines.length - 1) * arranged.lineHeight + descent,
    ascent,
    descent,
    lineHeight: arranged.lineHeight,
    lines: arranged.lines,
    missing: prepared.missing,
    substituted: prepared.substituted,
    bounds: boundsOf(strokes),
  }
}
