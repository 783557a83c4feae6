/**
 * Inherited properties that decide what is drawn and where. The cascade knows only the properties of INHERITED, OWN,
 * GEOMETRY and CSS_ONLY, custom properties, and the other names in `longhands`.
 */
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
  'text-align',
  'text-anchor',
  'text-orientation',
  'text-transform',
  'visibility',
  'white-space',
  'word-spacing',
  'writing-mode',
] as const
/** Properties that decide what is drawn and where, and that children do not inherit. */
const OWN = [
  'alignment-baseline',
  'animation-name',
  'baseline-shift',
  'clip-path',
  'display',
  'filter',
  'flood-color',
  'flood-opacity',
  'inline-size',
  'mask',
  'mask-type',
  'offset-path',
  'opacity',
  'overflow',
  'shape-inside',
  'stop-color',
  'stop-opacity',
  'text-decoration',
  'transform-box',
  'transform-origin',
  'unicode-bidi',
  'vector-effect',
] as const
/** Geometry attributes that are also CSS properties (SVG 2, chapter 7). */
const GEOMETRY = ['cx', 'cy', 'height', 'r', 'rx', 'ry', 'width', 'x', 'y'] as const
/**
 * Properties that are not presentation attributes. An attribute of the same name, if there is one, has another grammar.
 */
const CSS_ONLY = ['d', 'rotate', 'scale', 'transform', 'translate'] as const

export type InheritedProperty = (typeof INHERITED)[number]
/** A custom property, which the file defines and `var()` inserts. */
export type CustomProperty = `--${string}`
export type Property =
  | CustomProperty
  | InheritedProperty
  | (typeof OWN)[number]
  | (typeof GEOMETRY)[number]
  | (typeof CSS_ONLY)[number]

/** The properties that the shorthand `all` sets. */
export const ALL: readonly Property[] = [...INHERITED, ...OWN, ...GEOMETRY, ...CSS_ONLY].filter(
  (name) => name !== 'direction' && name !== 'unicode-bidi',
)
const inherited: ReadonlySet<string> = new Set(INHERITED)
/** Properties that browsers do not accept as attributes. */
const NO_ATTRIBUTE: readonly string[] = [
  'animation-name',
  'inline-size',
  'offset-path',
  'shape-inside',
  'text-align',
  'text-orientation',
  'text-transform',
  'transform-box',
  'white-space',
]
const presentation: ReadonlySet<string> = new Set([...INHERITED, ...OWN].filter((name) => !NO_ATTRIBUTE.includes(name)))
const CSS_ONLY_NAMES: ReadonlySet<string> = new Set(CSS_ONLY)
const known: ReadonlySet<string> = new Set([...INHERITED, ...OWN, ...GEOMETRY, ...CSS_ONLY])

export const isInherited = (name: string): name is InheritedProperty => inherited.has(name)
/**
 * Whether an attribute of this name enters the cascade. Geometry attributes do not, because `shapes.ts` reads them.
 */
export const isPresentation = (name: string): name is Property => presentation.has(name)
export const isCustom = (name: string): name is CustomProperty => name.startsWith('--')
export const isGeometry = (name: string): boolean => (GEOMETRY as readonly string[]).includes(name)
/**
 * Whether a name is in INHERITED, OWN, GEOMETRY or CSS_ONLY. False for custom properties, and for the other names in
 * `longhands`.
 */
export const isProperty = (name: string): name is Property => known.has(name)

/** The initial value of `overflow` or of a property in GEOMETRY or CSS_ONLY; undefined for any other property. */
export function initialOf(name: string): string | undefined {
  if (name === 'overflow') return 'visible'
  if (isGeometry(name)) return /^(?:width|height|r[xy])$/.test(name) ? 'auto' : '0'
  return CSS_ONLY_NAMES.has(name) ? 'none' : undefined
}
