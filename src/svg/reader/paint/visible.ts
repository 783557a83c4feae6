import { isWhite } from '../css/color-key.ts'
import { lengthOf } from '../css/lengths.ts'
import { colorPaint, opacityOf, type Paint, paintOf } from '../css/paint.ts'
import type { SvgElement } from '../document/tree.ts'
import { ANOTHER_WAY } from '../reading/options.ts'
import { type Frame, lengthContext, type Reading, type Visible } from '../reading/reading.ts'
import type { Outline } from '../shapes/outline.ts'
import { serverState } from './server.ts'

/** Shapes without an inside. */
const NEVER_FILLED = new Set(['line'])

/**
 * The paint of a shape, as in a browser. With `strokesOnly`, the fill is left out. Undefined when the shape shows
 * nothing.
 *
 * @param outline  of the shape; undefined for text
 */
export function visibility(
  reading: Reading,
  element: SvgElement,
  outline: Outline | undefined,
  frame: Frame,
): Visible | undefined {
  const { style } = frame
  const last = reading.lastVisible
  if (last !== undefined && last.style === style && last.name === element.name) return last.visible
  const visible = visiblePaint(reading, element, outline, frame)
  // `url()` is not cached, because `notDrawn` counts each shape with a gradient or pattern. `context-fill`,
  // `context-stroke` and percentages are not cached, because they depend on the painter or the viewport.
  if (!/url|context/i.test(style.fill + style.stroke) && !style['stroke-width'].includes('%')) {
    reading.lastVisible = { style, name: element.name, visible }
  }
  return visible
}

/** The width of the stroke that a frame gives, user units. */
export const strokeWidthOf = (frame: Frame): number =>
  lengthOf(frame.style['stroke-width'], 'diagonal', lengthContext(frame), 1)

function visiblePaint(
  reading: Reading,
  element: SvgElement,
  outline: Outline | undefined,
  frame: Frame,
): Visible | undefined {
  const { style } = frame
  if (style.visibility !== 'visible') return undefined
  reading.budget.spend(20)
  const strokeWidth = strokeWidthOf(frame)
  const paintFor = (kind: 'fill' | 'stroke') =>
    resolvePaint(reading, paintOf(kind, style, frame.painter, reading.budget), outline, frame)
  const stroke = strokeWidth > 0 ? paintFor('stroke') : undefined
  const canFill = !reading.settings.strokesOnly && !NEVER_FILLED.has(element.name)
  const fill = canFill ? paintFor('fill') : undefined
  if (stroke === undefined && fill === undefined) return undefined
  return {
    hasStroke: stroke !== undefined,
    hasFill: fill !== undefined,
    color: (stroke ?? fill)?.color,
    fillColor: fill?.color,
    hasOpaquePaint: fill?.isOpaque ?? false,
    isPaper: !reading.settings.drawWhite && stroke === undefined && isWhite(fill?.color),
    strokeWidth,
  }
}

function resolvePaint(
  reading: Reading,
  paint: Paint,
  outline: Outline | undefined,
  frame: Frame,
): { color: string | undefined; isOpaque: boolean } | undefined {
  if (paint.is === 'none') return undefined
  if (paint.is === 'color') return { color: paint.color, isOpaque: opacityOf(paint.color) > 0.99 }
  const state = serverState(reading, paint.id, outline)
  if (state === 'usable' || state === 'translucent') {
    const isPattern = reading.tree.byId.get(paint.id)?.name === 'pattern'
    reading.notDrawn.add(isPattern ? 'pattern' : 'gradient', ANOTHER_WAY.outline)
    return { color: undefined, isOpaque: state === 'usable' }
  }
  if (state === 'empty') return undefined
  if (paint.fallback === undefined) {
    // Inkscape and SVG 2 have these paints. Browsers draw nothing with them.
    const { name = '' } = reading.tree.byId.get(paint.id) ?? {}
    if (/^(?:mesh(?:gradient)?|hatch|solidcolor)$/i.test(name)) reading.notDrawn.add(name)
    return undefined
  }
  return resolvePaint(reading, colorPaint(paint.fallback, frame.style, reading.budget), outline, frame)
}
