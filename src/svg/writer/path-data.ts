import { at, type Strokes, strokeCount, x, y } from '../../geometry/drawing.ts'
import { short } from './number.ts'

/**
 * Path data of stroke `i`. A dot is a line from a point to itself, which a round cap shows. A closed stroke of four or
 * more points ends in `z`.
 */
function strokePath({ points, starts }: Strokes, i: number): string {
  const first = at(starts, i)
  const last = at(starts, i + 1) - 1
  const isClosed = last - first > 2 && x(points, first) === x(points, last) && y(points, first) === y(points, last)
  let data = `M${vertex(points, first)}`
  for (let v = first + 1; v <= (isClosed ? last - 1 : last); v++)
    data += `${v === first + 1 ? 'L' : ' '}${vertex(points, v)}`
  if (first === last) data += `L${vertex(points, first)}`
  return isClosed ? `${data}z` : data
}

/** The data of one path that draws all strokes. */
export function strokesPath(strokes: Strokes): string {
  const parts: string[] = []
  for (let i = 0; i < strokeCount(strokes); i++) parts.push(strokePath(strokes, i))
  return parts.join('')
}

const vertex = (points: Float64Array, i: number): string => `${short(x(points, i), 'x')},${short(y(points, i), 'y')}`
