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
  'flood-color',
  'flood-opacity',
  'mask',
  'mask-type',
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

/** What a property is that an attribute stands in for, when CSS says it is to be as if nobody had said anything. */
export const initialOf = (name: string): string | undefined =>
  isGeometry(name)
    ? /^(?:width|height|r[xy])$/.test(name)
      ? 'auto'
      : '0'
    : CSS_ONLY_NAMES.has(name)
      ? 'none'
      : undefined
