import type { Drawing } from '../geometry/drawing.ts'
import { drawingToSvg, roundedDrawing } from '../svg/index.ts'
import type { DrawnSvg } from './task.ts'

/** The SVG of a task's drawing, in the blue-black of dry ink, and the drawing with the rounded numbers of the SVG. */
export function drawnSvg(drawing: Drawing): DrawnSvg {
  const style = { color: '#1b2440', strokeWidth: 0.3 }
  return { svg: drawingToSvg(drawing, style), drawing: roundedDrawing(drawing) }
}
