import type { Work } from '../../../geometry/work.ts'
import { evaluate } from './calc.ts'
import { parseLength } from './lengths.ts'
import type { Style } from './style.ts'

export type Paint =
  | { readonly is: 'none' }
  | { readonly is: 'color'; readonly color: string }
  | { readonly is: 'server'; readonly id: string; readonly fallback: string | undefined }

const NONE: Paint = { is: 'none' }

/** Decodes the percent-encoding of an id, as in a URL. */
export function decodeId(id: string): string {
  if (!id.includes('%')) return id
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

/** The id in `url(#id)`; undefined when the text is not a reference into this document. */
export function localReference(text: string): string | undefined {
  const [, double, single, bare] =
    /^url\(\s*(?:"#([^"]*)"\s*|'#([^']*)'\s*|#([^)"']*))(?:\)|$)/i.exec(text.trim()) ?? []
  const id = double ?? single ?? bare?.trimEnd()
  return id === undefined ? undefined : decodeId(id)
}

/** The `use`, or the shape with a marker, to which `context-fill` and `context-stroke` refer. */
export interface Painter {
  readonly style: Style
  readonly outer: Painter | undefined
}

/** The paint of fill or stroke. `currentColor` is resolved, and a transparent paint counts as none. */
export function paintOf(kind: 'fill' | 'stroke', style: Style, painter: Painter | undefined, work: Work): Paint {
  if (fractionOf(style[`${kind}-opacity`]) === 0) return NONE
  const text = style[kind]
  const [, context] = /^context-(fill|stroke)$/i.exec(text) ?? []
  if (context !== undefined) {
    return painter === undefined ? NONE : paintOf(context as typeof kind, painter.style, painter.outer, work)
  }
  if (/^url\(/i.test(text)) {
    work.spend(text.length / 2)
    const fallback = /^url\([^)]*\)\s*(.+)$/i.exec(text)?.[1]
    return { is: 'server', id: localReference(text) ?? '', fallback }
  }
  return colorPaint(text, style, work)
}

export function colorPaint(text: string, style: Style, work: Work): Paint {
  const color = text.toLowerCase() === 'currentcolor' ? style.color : text
  work.spend(color.length / 2)
  return color === 'none' || isTransparent(color) ? NONE : { is: 'color', color }
}

/** Matches a colour function with an opacity, after a third comma or after a slash. */
const WITH_OPACITY =
  /^(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\((?:[^,)]*,[^,)]*,[^,)]*,|[^/)]*\/)\s*([-+\d.][\d.e+-]*%?|none)\s*\)?$/i

/** The opacity of a colour, 0 … 1; 1 when it is computed, as in calc(). */
export function opacityOf(color: string): number {
  if (color === 'transparent') return 0
  if (color.startsWith('#')) {
    if (color.length === 5) return Number.parseInt(color.slice(4), 16) / 15
    return color.length === 9 ? Number.parseInt(color.slice(7), 16) / 255 : 1
  }
  const alpha = WITH_OPACITY.exec(color)?.[1]
  if (alpha === undefined) return 1
  return alpha.toLowerCase() === 'none' ? 0 : fractionOf(alpha)
}

export const isTransparent = (color: string): boolean => opacityOf(color) === 0

/**
 * A browser shows opacity in steps of 1/255, so less than half a step shows nothing. Highcharts draws invisible lines,
 * which react to the mouse.
 */
const INVISIBLE = 1 / 510

/** An opacity, a number or a percentage, clamped to 0 … 1; 0 for an invisible one, 1 for invalid text. */
export function fractionOf(text: string): number {
  const length = parseLength(text)
  if (length === undefined) return 1
  const value =
    length.calc === undefined
      ? length.value / (length.unit === '%' ? 100 : 1)
      : (evaluate(length.calc, (n, u) => (u === '%' ? n / 100 : n)) ?? 1)
  return value < INVISIBLE ? 0 : Math.min(1, value)
}
