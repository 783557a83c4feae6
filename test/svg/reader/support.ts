import { type Drawing, stroke, strokeCount } from '../../../src/geometry/drawing.ts'
import { type ReadOptions, readSvg, type SvgReading } from '../../../src/svg/index.ts'

/** An SVG of 100 × 100 mm whose user unit is a mm, around some elements. */
export const page = (inside: string, attributes = ''): string =>
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"' +
  ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"' +
  ` width="100mm" height="100mm" viewBox="0 0 100 100" ${attributes}>${inside}</svg>`

export const read = (inside: string, options: ReadOptions = {}): SvgReading => readSvg(page(inside), options)

const round = (value: number): number => Math.round(value * 1000) / 1000 + 0

/** Each stroke as its coordinates, rounded to a micrometre. */
export const lines = (drawing: Drawing): number[][] =>
  Array.from({ length: strokeCount(drawing) }, (_, i) => Array.from(stroke(drawing, i), round))

export const drawn = (inside: string, options: ReadOptions = {}): number[][] => lines(read(inside, options).drawing)

/** Left, top, right and bottom of all ink. */
export function box(inside: string, options: ReadOptions = {}): number[] {
  const { points } = read(inside, options).drawing
  const xs = Array.from(points).filter((_, i) => i % 2 === 0)
  const ys = Array.from(points).filter((_, i) => i % 2 === 1)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].map(round)
}
