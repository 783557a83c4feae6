import type { Work } from '../../../geometry/work.ts'
import type { Declared } from '../css/cascade.ts'
import { parseLength, resolveAgainst } from '../css/lengths.ts'
import { fontSize, type Style } from '../css/style.ts'
import { type Frame, lengthContext } from '../reading/reading.ts'
import { FONT_METRICS, hasCentralLine } from './line.ts'

const { ascent, descent, xHeight } = FONT_METRICS

/** Ascent and descent of the usual faces of a family, ems. */
const FAMILIES: readonly (readonly [family: RegExp, ascent: number, descent: number])[] = [
  [/mono|courier|consolas|menlo/i, 0.833, 0.3],
  [/sans|arial|helvetica|verdana|system-ui/i, 0.905, 0.212],
]
const SERIF = [undefined, 0.891, 0.216] as const

/** Height of each baseline above the alphabetic one, in ems, as browsers derive it from the metrics of a font. */
function heightsOf(family: string): Readonly<Record<string, number>> {
  const [, up, down] = FAMILIES.find(([pattern]) => pattern.test(family)) ?? SERIF
  return {
    alphabetic: 0,
    middle: xHeight / 2,
    central: (up - down) / 2,
    mathematical: up / 2,
    hanging: 0.8 * up,
    'text-before-edge': up,
    'before-edge': up,
    'text-after-edge': -down,
    'after-edge': -down,
    ideographic: -down,
  }
}

/**
 * Distance from the `y` of the text down to the baseline of an element's letters, user units, without `baseline-shift`.
 * The distance follows from `alignment-baseline`, else from `dominant-baseline` (SVG 2, section 11.10.2, as in
 * browsers). Vertical text without either property is centred on its line.
 *
 * @param whole  `dominant-baseline` of the whole text: the base for an element with `auto`
 */
export function baselineDrop(declared: Declared, style: Style, whole: string, work: Work): number {
  work.spend(style['font-family'].length / 2)
  const alignment = declared['alignment-baseline'] ?? 'auto'
  const own = alignment === 'auto' || alignment === 'baseline' ? undefined : alignment
  const lines = heightsOf(style['font-family'])
  // A vertical line is centred by the metrics of the stroke fonts.
  const fallback = hasCentralLine(style) ? (ascent - descent) / 2 : 0
  const dominant = style['dominant-baseline']
  const ems =
    dominant === 'auto' && whole !== 'auto'
      ? (lines[whole] ?? fallback) + (lines[own ?? ''] ?? 0)
      : (lines[own ?? dominant] ?? fallback)
  return ems * fontSize(style)
}

/**
 * The shift by `baseline-shift`, user units upwards: half a line's height for superscripts, and as much downwards for
 * subscripts.
 */
export function baselineShift(declared: Declared, frame: Frame): number {
  const size = fontSize(frame.style)
  const text = declared['baseline-shift']
  if (text === undefined) return 0
  if (text === 'super' || text === 'sub') return (size * (ascent + descent)) / (text === 'super' ? 2 : -2)
  const length = parseLength(text)
  return (length && resolveAgainst(length, size, lengthContext(frame))) ?? 0
}
