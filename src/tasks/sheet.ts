import type { Drawing } from '../geometry/drawing.ts'
import { drawingToSvg, roundedDrawing } from '../svg/index.ts'
import type { Sheet } from './task.ts'

/** The SVG of a task's drawing, in the blue-black of dry ink. */
export function sheetOf(drawing: Drawing): Sheet {
  const style = { color: '#1b2440', strokeWidth: 0.3 }
  return { svg: drawingToSvg(drawing, style), drawing: roundedDrawing(drawing) }
}
