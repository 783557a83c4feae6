/**
 * Deepest level of brackets, counted from 0 for the outermost. For a condition in deeper brackets, neither the
 * condition nor its negation holds.
 */
const MAX_NESTING = 20

/** Size of the page, px. */
export interface Medium {
  readonly width: number
  readonly height: number
}

/** Values of media features for a drawing on white paper. */
const FEATURES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'prefers-color-scheme': 'light',
    'prefers-reduced-motion': 'no-preference',
    'prefers-contrast': 'no-preference',
    'prefers-reduced-transparency': 'no-preference',
    'inverted-colors': 'none',
    'color-gamut': 'srgb',
    'dynamic-range': 'standard',
    'display-mode': 'browser',
    scripting: 'none',
    'forced-colors': 'none',
    hover: 'hover',
    'any-hover': 'hover',
    pointer: 'fine',
    'any-pointer': 'fine',
    update: 'fast',
  }),
)
/** Features with a range: lengths in px, ratios, resolutions in dots per px, bits. */
const RANGES: ReadonlyMap<string, (medium: Medium) => number> = new Map(
  Object.entries({
    width: ({ width }) => width,
    height: ({ height }) => height,
    'device-width': ({ width }) => width,
    'device-height': ({ height }) => height,
    'aspect-ratio': ({ width, height }) => width / height,
    'device-aspect-ratio': ({ width, height }) => width / height,
    resolution: () => 1,
    color: () => 8,
    'color-index': () => 0,
    monochrome: () => 0,
    grid: () => 0,
  }),
)
/** Dots per px. */
const RESOLUTIONS: ReadonlyMap<string, number> = new Map(
  Object.entries({ dppx: 1, x: 1, dpi: 1 / 96, dpcm: 2.54 / 96 }),
)
const PIXELS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    px: 1,
    em: 16,
    rem: 16,
    cm: 96 / 2.54,
    mm: 96 / 25.4,
    in: 96,
    pt: 4 / 3,
    '': 1,
  }),
)

/** Whether a list of media queries matches a screen of this size (Media Queries 4). */
export function matchesMedia(list: string, medium: Medium): boolean {
  if (list.trim() === '') return true
  return list
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .split(',')
    .some((query) => queryHolds(query.trim(), medium))
}

function queryHolds(query: string, medium: Medium): boolean {
  const [, negation, type, rest] = /^(?:(not|only)\s+)?([a-z-]+)?(?:\s*(?:and\s*)?(\(.*))?$/s.exec(query) ?? []
  if (type === undefined && rest === undefined) return false
  const isOfType = type === undefined || type === 'all' || type === 'screen'
  const holds = isOfType && (rest === undefined || conditionHolds(rest, medium))
  return (negation === 'not' ? isFalse(holds) : holds) === true
}

/** Whether a condition holds. Undefined for an unknown feature, whose negation does not hold either. */
type Truth = boolean | undefined

const isFalse = (truth: Truth): Truth => (truth === undefined ? undefined : !truth)

function conditionHolds(text: string, medium: Medium, depth = 0): Truth {
  if (depth > MAX_NESTING) return undefined
  const parts = topLevel(text)
  const tests = parts
    .filter((part) => part.startsWith('('))
    .map((part) => bracketHolds(part.slice(1, -1).trim(), medium, depth))
  if (parts[0] === 'not') return isFalse(tests[0])
  // A list joined by `or` is true with one true test, and a list joined by `and` is false with one false test.
  const decisive = parts.includes('or')
  if (tests.includes(decisive)) return decisive
  return tests.includes(undefined) ? undefined : !decisive
}

/** Splits a text into bracketed parts and the words before them. */
function topLevel(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(' && depth++ === 0) {
      for (const word of text.slice(start, i).split(/\s+/)) if (word !== '') parts.push(word)
      start = i
    } else if (text[i] === ')' && --depth === 0) {
      parts.push(text.slice(start, i + 1))
      start = i + 1
    }
  }
  return parts
}

/** Whether the feature, or the condition, between two brackets holds. */
function bracketHolds(text: string, medium: Medium, depth: number): Truth {
  if (text.startsWith('(') || text.startsWith('not')) return conditionHolds(text, medium, depth + 1)
  const [, name = '', value] = /^([a-z-]+)\s*(?::\s*(.+))?$/.exec(text) ?? []
  const feature = FEATURES.get(name)
  if (feature !== undefined) return value === undefined ? !/^no/.test(feature) : value === feature
  if (name === 'orientation')
    return value === undefined || value === (medium.width > medium.height ? 'landscape' : 'portrait')
  if (value === undefined) return rangeHolds(text, medium)
  const [, bound, side = ''] = /^(min-|max-)?(.*)$/.exec(name) ?? []
  return compare(RANGES.get(side)?.(medium), bound === 'min-' ? '>=' : bound === 'max-' ? '<=' : '=', amount(value))
}

/** Whether a range such as `100px <= width < 20cm` holds. A range may lack one half, or be the feature's name alone. */
function rangeHolds(text: string, medium: Medium): Truth {
  const parts = /^(?:([^<>=]+?)\s*([<>]=?|=))?\s*([a-z-]+)\s*(?:([<>]=?|=)\s*([^<>=]+))?$/.exec(text) ?? []
  const [, low, lowSign, name = '', sign, high] = parts
  const actual = RANGES.get(name)?.(medium)
  if (actual === undefined) return undefined
  if (low === undefined && high === undefined) return actual !== 0
  const isAbove = low === undefined || compare(amount(low), lowSign, actual)
  return isAbove === true && high !== undefined ? compare(actual, sign, amount(high)) : isAbove
}

function compare(a: number | undefined, sign: string | undefined, b: number | undefined): Truth {
  if (a === undefined || b === undefined) return undefined
  if (sign === '<') return a < b
  if (sign === '<=') return a <= b
  if (sign === '>') return a > b
  return sign === '>=' ? a >= b : a === b
}

/** A length in px, a resolution in dots per px, a ratio or a number. */
function amount(text: string): number | undefined {
  const [, above, below] = /^([\d.]+)\s*\/\s*([\d.]+)$/.exec(text) ?? []
  if (above !== undefined && below !== undefined) return Number(above) / Number(below)
  const [, number, unit = ''] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]*)$/.exec(text.trim()) ?? []
  const scale = PIXELS.get(unit) ?? RESOLUTIONS.get(unit)
  return number === undefined || scale === undefined ? undefined : Number(number) * scale
}
