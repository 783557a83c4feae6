import type { Declared } from '../css/cascade.ts'
import { parseLength, resolveAgainst } from '../css/lengths.ts'
import { fontSize, type Style } from '../css/style.ts'
import { type Frame, lengthContext } from '../reading/reading.ts'
import { FONT_METRICS, hasCentralLine } from './line.ts'

const { ascent, descent, xHeight } = FONT_METRICS

/** How far each line is above the one that letters stand on, in ems, as browsers take them from a font's metrics. */
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
 * How far below the `y` of the text the letters of an element stand, user units, but for what `baseline-shift` does: by
 * its `alignment-baseline`, or else by its `dominant-baseline`, and whatever those around it say (SVG 2, section
 * 11.10.2, read as browsers do). Text that runs downwards has its middle on the line.
 *
 * @param whole  `dominant-baseline` of the whole text: one that is `auto` starts out from there
 */
export function loweredBy(declared: Declared, style: Style, whole: string): number {
  const asked = declared['alignment-baseline'] ?? 'auto'
  const own = asked === 'auto' || asked === 'baseline' ? undefined : asked
  const usual = hasCentralLine(style) ? (LINES['central'] ?? 0) : 0
  const dominant = style['dominant-baseline']
  const ems =
    dominant === 'auto' && whole !== 'auto'
      ? (LINES[whole] ?? usual) + (LINES[own ?? ''] ?? 0)
      : (LINES[own ?? dominant] ?? usual)
  return ems * fontSize(style)
}

/** User units upwards, by `baseline-shift`: half the height of a line for super- and subscripts. */
export function raisedBy(declared: Declared, frame: Frame): number {
  const size = fontSize(frame.style)
  const text = declared['baseline-shift']
  if (text === undefined) return 0
  if (text === 'super' || text === 'sub') return (size * (ascent + descent)) / (text === 'super' ? 2 : -2)
  const length = parseLength(text)
  return (length && resolveAgainst(length, size, lengthContext(frame))) ?? 0
}
