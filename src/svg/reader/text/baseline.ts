import type { Declared } from '../css/cascade.ts'
import { parseLength, resolveAgainst } from '../css/lengths.ts'
import { fontSize, type Style } from '../css/style.ts'
import { type Frame, lengthContext } from '../reading/reading.ts'
import { FONT_METRICS, hasCentralLine } from './line.ts'

const { ascent, descent, xHeight } = FONT_METRICS

/** Height of each baseline above the alphabetic one, in ems, as browsers derive it from font metrics. */
const LINES: Readonly<Record<string, number>> = {
  alphabetic: 0,
  middle: xHeight / 2,
  central: (ascent - descent) / 2,
  mathematical: ascent / 2,
  hanging: 0.8 * ascent,
  'text-before-edge': ascent,
  'before-edge': ascent,
  'text-after-edge': -descent,
  'after-edge': -descent,
  ideographic: -descent,
}

/**
 * Distance from the `y` of the text down to the letters of an element, user units, without `baseline-shift`. It follows
 * from `alignment-baseline`, else from `dominant-baseline` (SVG 2, section 11.10.2, as in browsers). Vertical text has
 * its middle on the line.
 *
 * @param whole  `dominant-baseline` of the whole text: the base for an element with `auto`
 */
export function loweredBy(declared: Declared, style: Style, whole: string): number {
  const alignment = declared['alignment-baseline'] ?? 'auto'
  const own = alignment === 'auto' || alignment === 'baseline' ? undefined : alignment
  const usual = hasCentralLine(style) ? (LINES['central'] ?? 0) : 0
  const dominant = style['dominant-baseline']
  const ems =
    dominant === 'auto' && whole !== 'auto'
      ? (LINES[whole] ?? usual) + (LINES[own ?? ''] ?? 0)
      : (LINES[own ?? dominant] ?? usual)
  return ems * fontSize(style)
}

/** Shift of `baseline-shift`, user units upwards: half a line's height for super- and subscripts. */
export function raisedBy(declared: Declared, frame: Frame): number {
  const size = fontSize(frame.style)
  const text = declared['baseline-shift']
  if (text === undefined) return 0
  if (text === 'super' || text === 'sub') return (size * (ascent + descent)) / (text === 'super' ? 2 : -2)
  const length = parseLength(text)
  return (length && resolveAgainst(length, size, lengthContext(frame))) ?? 0
}
