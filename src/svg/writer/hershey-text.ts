import { PlotdError } from '../../errors.ts'
import { compose, rotation, transformStrokes, translation } from '../../geometry/affine.ts'
import { layoutText, type TextLayout, type TextOptions } from '../../hershey/index.ts'

/** Cap height in mm of text at scale 1. */
export const SCALE_1_SIZE = 10

/**
 * Lays out text at a point. `align` decides whether `x` is the left edge, the middle or the right edge. `y` is the
 * first baseline. A rotation turns the text about the point (x, y).
 *
 * @param style  a scale (1 is a cap height of 10 mm), or options
 * @throws PlotdError ERR_PARAMS when x or y is not finite, or the scale is not above 0; the errors of `layoutText`
 */
export function placeText(x: number, y: number, text: string, style: number | TextOptions): TextLayout {
  for (const [what, value] of Object.entries({ x, y })) {
    if (!Number.isFinite(value))
      throw new PlotdError('ERR_PARAMS', `text ${what} must be a finite number, got ${value}`)
  }
  const { rotation: turn = 0, ...options } = typeof style === 'number' ? { size: sizeOf(style) } : style
  const layout = layoutText(text, options)
  const anchor = layout.width * anchorShare(options.align)
  const place = compose(translation(x, y), compose(rotation(turn), translation(-anchor, 0)))
  return { ...layout, strokes: transformStrokes(place, layout.strokes) }
}

/** The fraction of the text's width that lies left of x. */
function anchorShare(align: TextOptions['align']): number {
  if (align === 'center') return 0.5
  return align === 'right' ? 1 : 0
}

function sizeOf(scale: number): number {
  if (scale > 0) return scale * SCALE_1_SIZE
  throw new PlotdError('ERR_PARAMS', `the scale of text must be above 0, got ${scale}`)
}
