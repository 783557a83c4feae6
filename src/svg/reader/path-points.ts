import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { pointLimit } from './reading/options.ts'
import { flatten } from './shapes/flatten.ts'
import { Outline } from './shapes/outline.ts'
import { parsePath } from './shapes/path-parser.ts'

const MOST_POINTS = 200_000

/**
 * One line given as SVG path data, flattened: x, y interleaved, in the data's own units.
 *
 * @param tolerance  how far the line may be from the curve
 * @returns why it is none, in words that follow 'expected', when the data has an error or more than one line
 */
export function pathPoints(data: string, tolerance = 0.02): Float64Array | string {
  const outline = new Outline()
  if (!parsePath(data, outline)) return 'SVG path data such as M 10 60 C 40 20, 90 20, 120 60'
  const lines = new StrokeWriter(pointLimit(MOST_POINTS))
  flatten(outline, tolerance, lines)
  const line = lines.strokes === 1 ? lines.line(0) : undefined
  return line && line.length >= 4 ? Float64Array.from(line) : 'one line, without a second M and without gaps'
}
