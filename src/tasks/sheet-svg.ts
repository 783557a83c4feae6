import type { Drawing } from '../geometry/drawing.ts'
import { drawingToSvg } from '../svg/index.ts'

/** A task's drawing as its SVG: ink is blue-black, as it dries. */
export const sheetSvg = (drawing: Drawing, title?: string): string =>
  drawingToSvg(drawing, { color: '#1b2440', strokeWidth: 0.3, ...(title !== undefined && { title }) })
