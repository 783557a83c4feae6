import { loadFont } from '../../hershey/index.ts'
import type { TaskWarning } from '../task.ts'

/** Least x-height of letters that are easy to read, mm. In smaller letters the line of the pen fills the openings. */
const LEGIBLE = 2.2

/** The warning for letters that are too small to read easily. @param xHeight  mm */
export function smallTextWarnings(xHeight: number, place: string): TaskWarning[] {
  if (xHeight >= LEGIBLE - 1e-9) return []
  const message = `text: its small letters are ${xHeight.toFixed(1)} mm high to fit ${place}; below ${LEGIBLE} mm they are hard to read`
  return [{ code: 'text-fit', message }]
}

/** The x-height of a font at a cap height, mm. */
export function xHeightAt(font: string, size: number): number {
  const { xHeight, capHeight } = loadFont(font).metrics
  return (size * xHeight) / capHeight
}
