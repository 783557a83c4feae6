import type { Reading } from './context.ts'
import { type Frame, lengthContext } from './frame.ts'
import { lengthOf } from './lengths.ts'
import { colorPaint, type Paint, paintOf } from './paint.ts'
import type { SvgElement } from './tree.ts'

/** How a shape shows. */
export interface Visible {
  readonly stroke: boolean
  readonly fill: boolean
  /** Colour of the stroke, else of the fill; undefined when a gradient or pattern paints it. */
  readonly color: string | undefined
  readonly fillColor: string | undefined
  /** Width of the stroke, user units. */
  readonly strokeWidth: number
}

/** Shapes with no inside. */
const NEVER_FILLED = new Set(['line'])

/** Whether a browser would show anything of a shape, and what; undefined when it would not. */
export function visibility(reading: Reading, element: SvgElement, frame: Frame): Visible | undefined {
  const { style } = frame
  const last = reading.lastVisible
  if (last !== undefined && last.style === style && last.name === element.name) return last.visible
  const painted = reading.notDrawn.total
  const visible = looked(reading, element, frame)
  // Gradients are counted shape by shape, percentages are of a viewport, so only what is free of both is kept.
  if (reading.notDrawn.total === painted && !style['stroke-width'].includes('%')) {
    reading.lastVisible = { style, name: element.name, visible }
  }
  return visible
}

function looked(reading: Reading, element: SvgElement, frame: Frame): Visible | undefined {
  const { style } = frame
  if (style.visibility !== 'visible') return undefined
  const strokeWidth = lengthOf(style['stroke-width'], 'diagonal', lengthContext(frame), 1)
  const stroke = strokeWidth > 0 ? painted(reading, paintOf('stroke', style), frame) : undefined
  const fills = !reading.settings.strokesOnly && !NEVER_FILLED.has(element.name)
  const fill = fills ? painted(reading, paintOf('fill', style), frame) : undefined
  if (stroke === undefined && fill === undefined) return undefined
  return {
    stroke: stroke !== undefined,
    fill: fill !== undefined,
    color: (stroke ?? fill)?.color,
    fillColor: fill?.color,
    strokeWidth,
  }
}

function painted(reading: Reading, paint: Paint, frame: Frame): { color: string | undefined } | undefined {
  if (paint.is === 'none') return undefined
  if (paint.is === 'color') return { color: paint.color }
  const server = reading.tree.byId.get(paint.id)
  if (server !== undefined && paints(reading, server)) {
    reading.notDrawn.add(server.name === 'pattern' ? 'pattern' : 'gradient', 'the outline is drawn')
    return { color: undefined }
  }
  return paint.fallback === undefined ? undefined : painted(reading, colorPaint(paint.fallback, frame.style), frame)
}

const MOST_LINKS = 20

/** A gradient without stops and a pattern without contents paint nothing; both may have them from another by href. */
function paints(reading: Reading, server: SvgElement): boolean {
  if (!/^(?:linearGradient|radialGradient|pattern)$/.test(server.name)) return false
  let link: SvgElement | undefined = server
  for (let i = 0; link !== undefined && i < MOST_LINKS; i++) {
    if (link.children.some((child) => typeof child !== 'string' && child.name !== '')) return true
    link = reading.find(link.attributes['href'] ?? link.attributes['xlink:href'])
  }
  return false
}
