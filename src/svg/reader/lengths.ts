import { Scanner } from './scanner.ts'

/** CSS pixels of each absolute unit (CSS Values 4, section 6.2). */
const PIXELS: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
  pt: 96 / 72,
  pc: 16,
}

/** What relative units are relative to. */
export interface LengthContext {
  /** px */
  readonly fontSize: number
  readonly rootFontSize: number
  /** Of the nearest viewport, in user units: what percentages are of. */
  readonly viewWidth: number
  readonly viewHeight: number
}

/** Which measure of the viewport a percentage is of; `diagonal` for all that is neither across nor down. */
export type Axis = 'x' | 'y' | 'diagonal'

export interface Length {
  readonly value: number
  readonly unit: string
}

/** A number with its unit in lower case; undefined when the text is anything else. */
export function parseLength(text: string): Length | undefined {
  const scanner = new Scanner(text)
  scanner.skipSpace()
  const value = scanner.number()
  if (Number.isNaN(value)) return undefined
  const unit = text.slice(scanner.at).trimEnd().toLowerCase()
  return /^(?:%|[a-z]*)$/.test(unit) ? { value, unit } : undefined
}

/** In user units; undefined when the unit is none that is known. */
export function resolveLength({ value, unit }: Length, axis: Axis, context: LengthContext): number | undefined {
  const pixels = PIXELS[unit]
  if (pixels !== undefined) return value * pixels
  switch (unit) {
    case '%':
      return (value / 100) * viewportMeasure(axis, context)
    case 'em':
      return value * context.fontSize
    case 'rem':
      return value * context.rootFontSize
    // Half an em is what browsers fall back on, and near enough for every font that a drawing sets a length by.
    case 'ex':
    case 'ch':
      return value * context.fontSize * 0.5
    case 'vw':
      return (value / 100) * context.viewWidth
    case 'vh':
      return (value / 100) * context.viewHeight
    default:
      return undefined
  }
}

export function viewportMeasure(axis: Axis, { viewWidth, viewHeight }: LengthContext): number {
  if (axis === 'x') return viewWidth
  return axis === 'y' ? viewHeight : Math.hypot(viewWidth, viewHeight) / Math.SQRT2
}

/** A length in user units from text; `fallback` when the text is missing or no length. */
export function lengthOf(text: string | undefined, axis: Axis, context: LengthContext, fallback: number): number {
  if (text === undefined) return fallback
  const length = parseLength(text)
  return length === undefined ? fallback : (resolveLength(length, axis, context) ?? fallback)
}
