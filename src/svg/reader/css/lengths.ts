import { evaluate, INVERSE, isCalc } from './calc.ts'
import { Scanner } from './scanner.ts'

/** Size of a CSS pixel, mm: 96 pixels are an inch. */
export const PIXEL = 25.4 / 96

/** CSS pixels of each absolute unit (CSS Values 4, section 6.2). */
const PIXELS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '': 1,
    px: 1,
    in: 96,
    cm: 96 / 2.54,
    mm: 96 / 25.4,
    q: 96 / 101.6,
    pt: 96 / 72,
    pc: 16,
  }),
)

/** The sizes to which relative units refer. */
export interface LengthContext {
  /** Font size of the element, px. */
  readonly fontSize: number
  /** Font size of the root, px. */
  readonly rootFontSize: number
  /** Size of the nearest viewport, to which percentages refer, user units. */
  readonly viewWidth: number
  readonly viewHeight: number
  /** Size of the page, to which vw and vh refer, px. */
  readonly page: { readonly width: number; readonly height: number }
}

/** The side of the viewport to which a percentage refers; `diagonal` for radii, widths of strokes and the like. */
export type Axis = 'x' | 'y' | 'diagonal'

/** A number with a unit. */
export interface Length {
  readonly value: number
  readonly unit: string
  /** The text of a calc(). The unit is then 'calc', and the value is known only after resolving. */
  readonly calc?: string
}

/** A number with its unit in lower case, or a calc(); undefined for any other text. */
export function parseLength(text: string): Length | undefined {
  // In upper case, the scanner would read the E of `2EM` as an exponent.
  const scanner = new Scanner(text.toLowerCase())
  scanner.skipSpace()
  const value = scanner.number()
  if (Number.isNaN(value)) return isCalc(text) ? calcLength(text) : undefined
  const unit = scanner.text.slice(scanner.at).trimEnd()
  return /^(?:%|[a-z]*)$/.test(unit) ? { value, unit } : undefined
}

/**
 * Parses a calc(); undefined for an invalid one, such as a product of two lengths, or the sum of a length and a number.
 * A calc() with a unit is a length if its value doubles when all lengths in it double. It is a number if its value then
 * stays the same.
 */
function calcLength(calc: string): Length | undefined {
  const valueFor = (size: number): number | undefined => evaluate(calc, (n, unit) => (unit === '' ? n : n * size))
  const once = valueFor(1)
  const twice = valueFor(2)
  if (once === undefined || twice === undefined) return undefined
  const isAbout = (other: number): boolean => Math.abs(twice - other) <= 1e-9 * Math.abs(other)
  const hasUnit = /\d(?!e[-+]?\d)(?:[a-z]|%)/i.test(calc) || INVERSE.test(calc)
  if (hasUnit && isAbout(2 * once)) return { value: 0, unit: 'calc', calc }
  return isAbout(once) ? { value: once, unit: '' } : undefined
}

/** Splits a text at separators (one character each) outside of brackets. */
export function splitOutside(text: string, separators: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (char === '(') depth++
    else if (char === ')') depth--
    else if (depth <= 0 && separators.includes(char)) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  return [...parts, text.slice(start)]
}

const BLANKS = ' \t\n\r\f'

/** Splits a text at blanks outside of brackets. */
export const splitAtBlanks = (text: string): string[] => splitOutside(text, BLANKS).filter((part) => part !== '')

/** Splits a list at blanks and commas outside of brackets. */
export const splitList = (text: string): string[] => splitOutside(text, `${BLANKS},`).filter((part) => part !== '')

/** The length in user units; undefined for an unknown unit. */
export function resolveLength(length: Length, axis: Axis, context: LengthContext): number | undefined {
  return resolveAgainst(length, viewportMeasure(axis, context), context)
}

/** The length in user units; undefined for an unknown unit. Percentages refer to `whole`. */
export function resolveAgainst(
  { value, unit, calc }: Length,
  whole: number,
  context: LengthContext,
): number | undefined {
  if (calc !== undefined) return evaluate(calc, (n, u) => resolveAgainst({ value: n, unit: u }, whole, context))
  if (unit === '%') return (value / 100) * whole
  const pixels = PIXELS.get(unit) ?? RELATIVE.get(unit)?.(context)
  return pixels === undefined ? undefined : value * pixels
}

/** The font metrics that plotd assumes for every font, in ems. */
const EX = 0.5
const CAP = 0.7
const LINE = 1.2

/** CSS pixels of each relative unit (CSS Values 4, section 6.1). */
const RELATIVE: ReadonlyMap<string, (context: LengthContext) => number> = new Map(
  Object.entries<(context: LengthContext) => number>({
    em: ({ fontSize }) => fontSize,
    ex: ({ fontSize }) => fontSize * EX,
    ch: ({ fontSize }) => fontSize * EX,
    cap: ({ fontSize }) => fontSize * CAP,
    ic: ({ fontSize }) => fontSize,
    lh: ({ fontSize }) => fontSize * LINE,
    rem: ({ rootFontSize }) => rootFontSize,
    rex: ({ rootFontSize }) => rootFontSize * EX,
    rch: ({ rootFontSize }) => rootFontSize * EX,
    rcap: ({ rootFontSize }) => rootFontSize * CAP,
    ric: ({ rootFontSize }) => rootFontSize,
    rlh: ({ rootFontSize }) => rootFontSize * LINE,
    ...viewportUnits('v'),
    ...viewportUnits('sv'),
    ...viewportUnits('lv'),
    ...viewportUnits('dv'),
    ...viewportUnits('cq'),
  }),
)

/**
 * The units of one kind of viewport. The small, large and dynamic viewport are the same on a page, which has no
 * toolbars. The units of a container (cqw …) refer to the small viewport, because no element is a container.
 */
function viewportUnits(kind: string): Record<string, (context: LengthContext) => number> {
  return {
    [`${kind}w`]: ({ page }) => page.width / 100,
    [`${kind}i`]: ({ page }) => page.width / 100,
    [`${kind}h`]: ({ page }) => page.height / 100,
    [`${kind}b`]: ({ page }) => page.height / 100,
    [`${kind}min`]: ({ page }) => Math.min(page.width, page.height) / 100,
    [`${kind}max`]: ({ page }) => Math.max(page.width, page.height) / 100,
  }
}

/** The length of the viewport to which a percentage refers, user units. */
export function viewportMeasure(axis: Axis, { viewWidth, viewHeight }: LengthContext): number {
  if (axis === 'x') return viewWidth
  return axis === 'y' ? viewHeight : Math.hypot(viewWidth, viewHeight) / Math.SQRT2
}

/** A length in user units from text; `fallback` when the text is missing or not a length. */
export function lengthOf(text: string | undefined, axis: Axis, context: LengthContext, fallback: number): number {
  if (text === undefined) return fallback
  const length = parseLength(text)
  return length === undefined ? fallback : (resolveLength(length, axis, context) ?? fallback)
}
