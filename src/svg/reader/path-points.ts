import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { pointLimit } from './reading/options.ts'
import { flatten } from './shapes/flatten.ts'
import { Outline } from './shapes/outline.ts'
import { parsePath } from './shapes/path-parser.ts'

const MAX_POINTS = 200_000
/** Greatest distance of a chord between two points from the curve, in the data's own units. */
const TOLERANCE = 0.02

/**
 * Flattens SVG path data of a single line to points in the data's own units, x and y interleaved.
 *
 * @returns the points; for invalid data or several lines, a description of valid data for an error message
 * @throws PlotdError ERR_SVG_LIMIT for more than 200,000 points
 */
export function pathPoints(data: string): Float64Array | string {
  const outline = new Outline()
  if (!parsePath(data, outline)) return 'SVG path data such as M 10 60 C 40 20, 90 20, 120 60'
  const lines = new StrokeWriter(pointLimit(MAX_POINTS))
  flatten(outline, TOLERANCE, lines)
  const line = lines.strokes === 1 ? lines.line(0) : undefined
  return line && line.length >= 4 ? Float64Array.from(line) : 'one line, without a second M and without gaps'
}
