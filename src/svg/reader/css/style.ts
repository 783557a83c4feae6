import type { Declared } from './cascade.ts'
import { type LengthContext, parseLength, resolveAgainst, resolveLength, splitList } from './lengths.ts'
import { type InheritedProperty, isInherited } from './properties.ts'

/** The values of the inherited properties at one element. */
export type Style = Readonly<Record<InheritedProperty, string>>

export const INITIAL: Style = {
  'clip-rule': 'nonzero',
  color: 'black',
  direction: 'ltr',
  'dominant-baseline': 'auto',
  fill: 'black',
  'fill-opacity': '1',
  'fill-rule': 'nonzero',
  'font-family': '',
  'font-size': '16px',
  'font-style': 'normal',
  'font-weight': 'normal',
  'letter-spacing': 'normal',
  'marker-end': 'none',
  'marker-mid': 'none',
  'marker-start': 'none',
  stroke: 'none',
  'stroke-dasharray': 'none',
  'stroke-dashoffset': '0',
  'stroke-linecap': 'butt',
  'stroke-opacity': '1',
  'stroke-width': '1',
  'text-align': 'start',
  'text-anchor': 'start',
  'text-orientation': 'mixed',
  'text-transform': 'none',
  visibility: 'visible',
  'white-space': 'normal',
  'word-spacing': 'normal',
  'writing-mode': 'horizontal-tb',
}

/** Font sizes of the keywords of `font-size`, px. */
const FONT_SIZES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'xx-small': 9,
    'x-small': 10,
    small: 13,
    medium: 16,
    large: 18,
    'x-large': 24,
    'xx-large': 32,
    'xxx-large': 48,
  }),
)
/** Lengths that inherit as computed values, because an em refers to the font of the declaring element. */
const COMPUTED: readonly InheritedProperty[] = ['stroke-width', 'stroke-dashoffset', 'letter-spacing', 'word-spacing']

/** The computed font size of a style, px. */
export const fontSize = (style: Style): number => Number.parseFloat(style['font-size'])

/** The style that the children of an element inherit: `parent` itself when `declared` has no inherited property. */
export function inherit(parent: Style, declared: Declared, context: Omit<LengthContext, 'fontSize'>): Style {
  let style: Record<InheritedProperty, string> | undefined
  for (const name in declared) {
    if (!isInherited(name)) continue
    style ??= { ...parent }
    const value = declared[name] ?? INITIAL[name]
    style[name] = value === 'initial' ? INITIAL[name] : value
  }
  if (style === undefined) return parent
  if (declared['font-size'] !== undefined) style['font-size'] = `${computedFontSize(style, parent, context)}px`
  for (const name of COMPUTED) {
    if (declared[name] !== undefined) style[name] = computedLength(style[name], fontSize(style), context)
  }
  if (declared['stroke-dasharray'] !== undefined) {
    const { 'stroke-dasharray': dashes } = style
    const size = fontSize(style)
    style['stroke-dasharray'] = splitList(dashes)
      .map((dash) => computedLength(dash, size, context))
      .join(' ')
  }
  return style
}

function computedFontSize(style: Style, parent: Style, context: Omit<LengthContext, 'fontSize'>): number {
  const text = style['font-size']
  const outer = fontSize(parent)
  if (text === 'larger') return outer * 1.2
  if (text === 'smaller') return outer / 1.2
  const length = parseLength(text)
  if (length === undefined) return FONT_SIZES.get(text) ?? outer
  return resolveAgainst(length, outer, { ...context, fontSize: outer }) ?? outer
}

function computedLength(text: string, size: number, context: Omit<LengthContext, 'fontSize'>): string {
  const length = parseLength(text)
  if (length === undefined || !/^(?:calc|r?(?:em|ex|ch|cap|ic|lh))$/.test(length.unit)) return text
  return `${resolveLength(length, 'diagonal', { ...context, fontSize: size })}`
}
