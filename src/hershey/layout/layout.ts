/**
 * The room `layout` turns text into strokes. `options` checks the request, `lines` and `wrap` break text into lines,
 * and `arrange` places glyphs. `fit` finds a size, `on-path` follows a curve, and `hand` makes letters uneven.
 */
import { rotation, transformStrokes } from '../../geometry/affine.ts'
import { type Bounds, boundsOf } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import type { MissingCharacter, SubstitutedCharacter } from '../glyphs/cells.ts'
import { arrange, prepare, type TextCells, type TextLine } from './arrange.ts'
import { inkOf } from './ink.ts'
import { checkNumbers, type TextOptions } from './options.ts'

/**
 * Text as strokes, mm: x from 0, the first baseline at y = 0, y down. Widths and heights are those before a rotation.
 */
export interface TextLayout {
  readonly strokes: Strokes
  /** Width of the widest line, or `width` of the options when that is larger. */
  readonly width: number
  /** Height from the ascent above the first baseline to the descent below the last baseline. */
  readonly height: number
  readonly ascent: number
  readonly descent: number
  /** Distance between two baselines. */
  readonly lineHeight: number
  readonly lines: readonly TextLine[]
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
  /** Bounding box of the strokes after the rotation; empty when there are none. */
  readonly bounds: Bounds
}

/**
 * Lays out text as strokes. The result depends only on the arguments and the added fonts. The first text in a font
 * reads the file of the font. `missing` reports characters that are not drawn. `substituted` reports characters that
 * substitutes or other fonts draw.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN, or ERR_PARAMS with the invalid option
 */
export const layoutText = (text: string, options: TextOptions = {}): TextLayout =>
  layOut(prepare(text, checkNumbers(options)), options)

/**
 * Returns a function that lays out one text in any size and width, mm. The glyphs are found only once.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN; the returned function throws ERR_PARAMS with the invalid option
 */
export function textLayouts(text: string, options: TextOptions): (size: number, width: number) => TextLayout {
  const prepared = prepare(text, options)
  return (size, width) => layOut(prepared, checkNumbers({ ...options, size, width }))
}

function layOut(prepared: TextCells, options: TextOptions): TextLayout {
  const { size = 5, width, rotation: turn = 0 } = options
  const arranged = arrange(prepared, size, width, options)
  const ink = inkOf(arranged.cells, arranged.scale, size, options, prepared.font)
  const strokes = turn === 0 ? ink : transformStrokes(rotation(turn), ink)
  const { metrics } = prepared.font
  const ascent = metrics.ascent * arranged.scale
  const descent = metrics.descent * arranged.scale
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
