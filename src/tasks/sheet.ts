import type { Drawing } from '../geometry/drawing.ts'
import { asWritten, drawingToSvg } from '../svg/index.ts'
import type { Sheet } from './task.ts'

/** A task's drawing as its SVG: ink is blue-black, as it dries. */
export function sheetOf(drawing: Drawing): Sheet {
  const style = { color: '#1b2440', strokeWidth: 0.3 }
  return { svg: drawingToSvg(drawing, style), drawing: asWritten(drawing) }
}
