import { isColor } from './color-syntax.ts'
import { parseLength, splitList } from './lengths.ts'

/** The properties that decide what is drawn and where; every other declaration is passed over. */
const INHERITED = [
  'clip-rule',
  'color',
  'direction',
  'dominant-baseline',
  'fill',
  'fill-opacity',
  'fill-rule',
  'font-family',
  'font-size',
  'font-style',
  'font-weight',
  'letter-spacing',
  'marker-end',
  'marker-mid',
  'marker-start',
  'stroke',
  'stroke-dasharray',
  'stroke-dashoffset',
  'stroke-linecap',
  'stroke-opacity',
  'stroke-width',
  'text-anchor',
  'text-orientation',
  'text-transform',
  'visibility',
  'white-space',
  'word-spacing',
  'writing-mode',
] as const
const OWN = [
  'alignment-baseline',
  'baseline-shift',
  'clip-path',
  'display',
  'filter',
  'mask',
  'opacity',
  'overflow',
  'stop-color',
  'stop-opacity',
  'text-decoration',
  'transform-box',
  'transform-origin',
  'unicode-bidi',
  'vector-effect',
] as const
/** Attributes of SVG that are properties in CSS as well (SVG 2, section 7.1). */
const GEOMETRY = ['cx', 'cy', 'height', 'r', 'rx', 'ry', 'width', 'x', 'y'] as const
/** Properties whose attribute of the same name, if there is one, has a grammar of its own. */
const CSS_ONLY = ['d', 'rotate', 'scale', 'transform', 'translate'] as const

export type InheritedProperty = (typeof INHERITED)[number]
export type CustomProperty = `--${string}`
export type Property =
  | CustomProperty
  | InheritedProperty
  | (typeof OWN)[number]
  | (typeof GEOMETRY)[number]
  | (typeof CSS_ONLY)[number]

/** What `all` stands for. */
export const ALL: readonly Property[] = [...INHERITED, ...OWN, ...GEOMETRY, ...CSS_ONLY].filter(
  (name) => name !== 'direction' && name !== 'unicode-bidi',
)
const inherited: ReadonlySet<string> = new Set(INHERITED)
/** What browsers take from style sheets alone. */
const NO_ATTRIBUTE: readonly string[] = ['text-orientation', 'text-transform', 'transform-box', 'white-space']
const presentation: ReadonlySet<string> = new Set([...INHERITED, ...OWN].filter((name) => !NO_ATTRIBUTE.includes(name)))
const CSS_ONLY_NAMES: ReadonlySet<string> = new Set(CSS_ONLY)
const known: ReadonlySet<string> = new Set([...INHERITED, ...OWN, ...GEOMETRY, ...CSS_ONLY])

export const isInherited = (name: string): name is InheritedProperty => inherited.has(name)
/** Those that stand as attributes of the same name in the cascade; the geometry is read from attributes elsewhere. */
export const isPresentation = (name: string): name is Property => presentation.has(name)
export const isCustom = (name: string): name is CustomProperty => name.startsWith('--')
/** Those that an attribute stands in for when CSS says nothing. */
export const isGeometry = (name: string): boolean => (GEOMETRY as readonly string[]).includes(name)
export const isProperty = (name: string): name is Property => known.has(name)

const PAINT_WORDS = /^(?:none|context-fill|context-stroke)$/
/** A reference, perhaps with what counts when it leads nowhere. */
const isServer = (value: string): boolean => {
  const [, fallback] = /^url\([^)]*(?:\)|$)(.*)$/i.exec(value) ?? []
  return fallback !== undefined && (fallback.trim() === '' || fallback.trim() === 'none' || isColor(fallback.trim()))
}
const isPaint = (value: string): boolean => isColor(value) || PAINT_WORDS.test(value) || isServer(value)
const isLength = (value: string): boolean => parseLength(value) !== undefined
/** Mathematics that comes out below 0 counts as 0. */
const isAbove = (value: string): boolean => (parseLength(value)?.value ?? -1) >= 0
const isNumber = (value: string): boolean => /^(?:|%|calc)$/.test(parseLength(value)?.unit ?? 'none')
const oneOf = (...words: readonly string[]): ((value: string) => boolean) => {
  const set = new Set(words)
  return (value) => set.has(value)
}
/** Commas with nothing before, between or after them. */
const NOTHING_BETWEEN = /(?:^|,)\s*(?:,|$)/
const REFERENCE = /^(?:none|url\((?:\s*"[^"]*"\s*|\s*'[^']*'\s*|[^)]*)(?:\)|$))$/i
const isReference = (value: string): boolean => REFERENCE.test(value)

const BASELINES = ['auto', 'middle', 'central', 'alphabetic', 'hanging', 'mathematical', 'ideographic']
const EDGES = ['text-before-edge', 'text-after-edge']
/** Without those words of SVG 1.1 that no browser knows. */
const DOMINANT = [...BASELINES, ...EDGES, 'use-script']
const ALIGNMENT = [...BASELINES, ...EDGES, 'baseline', 'before-edge', 'after-edge']

const DISPLAY =
  /^(?:none|contents|block|inline|flow|flow-root|(?:inline-)?(?:block|table|flex|grid)|list-item|ruby|ruby-text|math|table-(?:row|cell|column|caption|(?:row|header|footer|column)-group)|-webkit-(?:inline-)?(?:box|flex))$/

const OLD_MODES = ['lr', 'lr-tb', 'rl', 'rl-tb', 'tb', 'tb-rl']
const MODES = ['horizontal-tb', 'vertical-rl', 'vertical-lr', 'sideways-rl', 'sideways-lr', ...OLD_MODES]

/** What a value must look like; a declaration that does not is as if it were not there. */
const VALID: Readonly<Partial<Record<Property, (value: string) => boolean>>> = {
  fill: isPaint,
  stroke: isPaint,
  color: isColor,
  opacity: isNumber,
  'fill-opacity': isNumber,
  'stop-color': isColor,
  'stop-opacity': isNumber,
  'stroke-opacity': isNumber,
  'stroke-width': isAbove,
  'stroke-dashoffset': isLength,
  'stroke-linecap': oneOf('butt', 'round', 'square'),
  'stroke-dasharray': (value) => value === 'none' || (!NOTHING_BETWEEN.test(value) && splitList(value).every(isAbove)),
  'fill-rule': oneOf('nonzero', 'evenodd'),
  'clip-rule': oneOf('nonzero', 'evenodd'),
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
  'font-size': (value) => isAbove(value) || /^[a-z-]+$/.test(value),
}

/** Geometry in CSS: the style sheet of an SVG needs no units, as browsers have it. */
const isGeometryValue = (name: Property, value: string): boolean =>
  value === 'auto' || (/^(?:c?[xy])$/.test(name) ? isLength(value) : isAbove(value))

/** Keywords of CSS are the same in capitals. */
export const keyword = (value: string): string => (/^[A-Za-z-]+$/.test(value) ? value.toLowerCase() : value)

/** What CSS lets every property be (Cascade 4, section 7.3). */
const KEYWORDS: ReadonlySet<string> = new Set(['inherit', 'initial', 'unset', 'revert', 'revert-layer'])

export const isKeyword = (value: string): boolean => KEYWORDS.has(value)

/** What a property is that an attribute stands in for, when CSS says it is to be as if nobody had said anything. */
export const initialOf = (name: string): string | undefined =>
  isGeometry(name)
    ? /^(?:width|height|r[xy])$/.test(name)
      ? 'auto'
      : '0'
    : CSS_ONLY_NAMES.has(name)
      ? 'none'
      : undefined

export function isValid(name: Property, value: string, from: 'attribute' | 'css'): boolean {
  if (isKeyword(value)) return true
  // What a variable stands for is not known before the cascade has chosen.
  if (isCustom(name) || /\bvar\(/i.test(value)) return true
  const test = VALID[name]
  if (test !== undefined) return test(value)
  return from === 'attribute' || !isGeometry(name) || isGeometryValue(name, value)
}
