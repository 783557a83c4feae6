import { isColor } from './color-syntax.ts'
import { parseLength, splitAtBlanks, splitList } from './lengths.ts'
import { isCustom, isGeometry, type Property } from './properties.ts'

const PAINT_WORDS = /^(?:none|context-fill|context-stroke)$/
/** Whether a value is a reference to a paint server, with an optional fallback. */
const isServer = (value: string): boolean => {
  const [, fallback] = /^url\([^)]*(?:\)|$)(.*)$/i.exec(value) ?? []
  return fallback !== undefined && (fallback.trim() === '' || fallback.trim() === 'none' || isColor(fallback.trim()))
}
const isPaint = (value: string): boolean => isColor(value) || PAINT_WORDS.test(value) || isServer(value)
const isLength = (value: string): boolean => parseLength(value) !== undefined
/** Whether a length is not negative. Any calc() with units passes, because its sign is known only after resolving. */
const isNonNegative = (value: string): boolean => (parseLength(value)?.value ?? -1) >= 0
const isNumber = (value: string): boolean => /^(?:|%|calc)$/.test(parseLength(value)?.unit ?? 'none')
const oneOf = (...words: readonly string[]): ((value: string) => boolean) => {
  const set = new Set(words)
  return (value) => set.has(value)
}
/** Matches a comma-separated list with an empty item. */
const NOTHING_BETWEEN = /(?:^|,)\s*(?:,|$)/
const REFERENCE = /^(?:none|url\((?:\s*"[^"]*"\s*|\s*'[^']*'\s*|[^)]*)(?:\)|$))$/i
const isReference = (value: string): boolean => REFERENCE.test(value)

/** Two keywords may come in either order. Beside a length, the first value is the horizontal one. */
const ORIGIN =
  /^(?:(?:left|center|right|top|bottom)|(?:left|center|right|L)(?: (?:top|center|bottom|L)(?: L)?)?|(?:top|center|bottom) (?:left|center|right)(?: L)?)$/
const isOrigin = (value: string): boolean =>
  ORIGIN.test(
    splitAtBlanks(value)
      .map((part) => (isLength(part) ? 'L' : part))
      .join(' '),
  )

const BASELINES = ['auto', 'middle', 'central', 'alphabetic', 'hanging', 'mathematical', 'ideographic']
const EDGES = ['text-before-edge', 'text-after-edge']
/** Values of `dominant-baseline`, except the values of SVG 1.1 that no browser knows. */
const DOMINANT = [...BASELINES, ...EDGES, 'use-script']
const ALIGNMENT = [...BASELINES, ...EDGES, 'baseline', 'before-edge', 'after-edge']

const DISPLAY =
  /^(?:none|contents|block|inline|flow|flow-root|(?:inline-)?(?:block|table|flex|grid)|list-item|ruby|ruby-text|math|table-(?:row|cell|column|caption|(?:row|header|footer|column)-group)|-webkit-(?:inline-)?(?:box|flex))$/

const OLD_MODES = ['lr', 'lr-tb', 'rl', 'rl-tb', 'tb', 'tb-rl']
const MODES = ['horizontal-tb', 'vertical-rl', 'vertical-lr', 'sideways-rl', 'sideways-lr', ...OLD_MODES]

/** Tests of values by property. */
const VALID: Readonly<Partial<Record<Property, (value: string) => boolean>>> = {
  fill: isPaint,
  stroke: isPaint,
  color: isColor,
  opacity: isNumber,
  'fill-opacity': isNumber,
  'stop-color': isColor,
  'stop-opacity': isNumber,
  'stroke-opacity': isNumber,
  'stroke-width': isNonNegative,
  'stroke-dashoffset': isLength,
  'stroke-linecap': oneOf('butt', 'round', 'square'),
  'stroke-dasharray': (value) =>
    value === 'none' || (!NOTHING_BETWEEN.test(value) && splitList(value).every(isNonNegative)),
  'fill-rule': oneOf('nonzero', 'evenodd'),
  'clip-rule': oneOf('nonzero', 'evenodd'),
  'text-align': (value) => /^(?:start|end|left|right|justify|match-parent|(?:-webkit-)?center)$/.test(value),
  'text-anchor': oneOf('start', 'middle', 'end'),
  direction: oneOf('ltr', 'rtl'),
  'text-orientation': oneOf('mixed', 'upright', 'sideways', 'sideways-right'),
  'writing-mode': oneOf(...MODES),
  'text-transform': oneOf('none', 'uppercase', 'lowercase', 'capitalize'),
  'letter-spacing': (value) => value === 'normal' || isLength(value),
  'word-spacing': (value) => value === 'normal' || isLength(value),
  'baseline-shift': (value) => /^(?:baseline|sub|super)$/.test(value) || isLength(value),
  'dominant-baseline': oneOf(...DOMINANT),
  'alignment-baseline': oneOf(...ALIGNMENT),
  visibility: oneOf('visible', 'hidden', 'collapse'),
  display: (value) => value.split(' ').every((word) => DISPLAY.test(word)),
  overflow: oneOf('visible', 'hidden', 'scroll', 'auto', 'clip'),
  'marker-start': isReference,
  'marker-mid': isReference,
  'marker-end': isReference,
  'transform-origin': isOrigin,
  'font-size': (value) => isNonNegative(value) || /^[a-z-]+$/.test(value),
}

/**
 * Whether a value is valid for a geometry property. Browsers accept a length without a unit here, except in style
 * sheets for the properties in `STRICT`.
 */
const isGeometryValue = (name: Property, value: string): boolean =>
  value === 'auto' || (/^(?:c?[xy])$/.test(name) ? isLength(value) : isNonNegative(value))

/** The value, in lower case when it is a keyword, because keywords are case-insensitive. */
export const keyword = (value: string): string => (/^[A-Za-z-]+$/.test(value) ? value.toLowerCase() : value)

/** Keywords that every property accepts (Cascade 5, section 7.3). */
const KEYWORDS: ReadonlySet<string> = new Set(['inherit', 'initial', 'unset', 'revert', 'revert-layer'])

export const isKeyword = (value: string): boolean => KEYWORDS.has(value)

/** Properties that CSS had before SVG. Their lengths need units in a style sheet. */
const STRICT: ReadonlySet<string> = new Set(['font-size', 'letter-spacing', 'word-spacing', 'width', 'height'])
const NO_UNIT = /(?:^|\s)[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?(?=\s|$)/gi
const lacksUnit = (value: string): boolean => (value.match(NO_UNIT) ?? []).some((number) => Number(number) !== 0)

/** Whether a value is valid for a property. Declarations with invalid values are ignored. */
export function isValid(name: Property, value: string, from: 'attribute' | 'inline' | 'sheet'): boolean {
  if (isKeyword(value)) return true
  // The value of a custom property is known only after the cascade.
  if (isCustom(name) || /\bvar\(/i.test(value)) return true
  if ((from === 'sheet' && STRICT.has(name)) || (from !== 'attribute' && name === 'transform-origin')) {
    if (lacksUnit(value)) return false
  }
  const test = VALID[name]
  if (test !== undefined) return test(value)
  return from === 'attribute' || !isGeometry(name) || isGeometryValue(name, value)
}
