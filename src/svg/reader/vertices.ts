import { at } from '../../geometry/drawing.ts'
import { ARC, ARGUMENTS, CLOSE, CUBIC, MOVE, type Outline } from './outline.ts'

/** A vertex of a path with the directions in which the path comes in and goes out, radians; NaN where it does not. */
export interface Vertex {
  readonly x: number
  readonly y: number
  in: number
  out: number
  /** First and last vertex of the subpath, for a closed one. */
  closes: Vertex | undefined
}

const direction = (dx: number, dy: number): number => Math.atan2(dy, dx)
const isSame = (ax: number, ay: number, bx: number, by: number): boolean => ax === bx && ay === by

/**
 * The places for markers. A segment of no length points to the right, as it does in browsers (SVG 2 would have it
 * look around for a direction).
 */
export function verticesOf({ ops, args, length }: Outline): Vertex[] {
  const vertices: Vertex[] = []
  let [i, x, y] = [0, 0, 0]
  let start: Vertex | undefined
  for (let s = 0; s < length; s++) {
    const op = at(ops, s)
    const end = i + at(ARGUMENTS, op)
    const previous = vertices.at(-1)
    if (op === MOVE) {
      ;[x, y] = [at(args, i), at(args, i + 1)]
      start = { x, y, in: Number.NaN, out: Number.NaN, closes: undefined }
      vertices.push(start)
    } else if (op === CLOSE && start !== undefined && previous !== undefined) {
      closeSubpath(vertices, previous, start)
      ;[x, y] = [start.x, start.y]
    } else if (previous !== undefined) {
      const [ex, ey] = [at(args, end - 2), at(args, end - 1)]
      const [out, into] = directions(op, args, i, x, y, ex, ey)
      previous.out = out
      vertices.push({ x: ex, y: ey, in: into, out: Number.NaN, closes: undefined })
      ;[x, y] = [ex, ey]
    }
    i = end
  }
  return vertices
}

function closeSubpath(vertices: Vertex[], previous: Vertex, start: Vertex): void {
  const back = direction(start.x - previous.x, start.y - previous.y)
  previous.out = back
  const last = { x: start.x, y: start.y, in: back, out: start.out, closes: start }
  vertices.push(last)
  start.in = last.in
}

/** Direction at the start and at the end of a segment. */
function directions(
  op: number,
  args: Float64Array,
  i: number,
  x: number,
  y: number,
  ex: number,
  ey: number,
): [out: number, into: number] {
  if (op === CUBIC) return cubicDirections(x, y, at(args, i), at(args, i + 1), at(args, i + 2), at(args, i + 3), ex, ey)
  if (op !== ARC) return [direction(ex - x, ey - y), direction(ex - x, ey - y)]
  const [rx, ry, rotation] = [at(args, i + 2), at(args, i + 3), at(args, i + 4)]
  const [start, sweep] = [at(args, i + 5), at(args, i + 6)]
  const along = (t: number): number => {
    const [ux, uy] = [-rx * Math.sin(t) * Math.sign(sweep), ry * Math.cos(t) * Math.sign(sweep)]
    return direction(
      Math.cos(rotation) * ux - Math.sin(rotation) * uy,
      Math.sin(rotation) * ux + Math.cos(rotation) * uy,
    )
  }
  return [along(start), along(start + sweep)]
}

/** Towards the first control point that is somewhere else. */
function cubicDirections(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x3: number,
  y3: number,
): [out: number, into: number] {
  const [ax, ay] = isSame(x0, y0, x1, y1) ? (isSame(x0, y0, x2, y2) ? [x3, y3] : [x2, y2]) : [x1, y1]
  const [bx, by] = isSame(x3, y3, x2, y2) ? (isSame(x3, y3, x1, y1) ? [x0, y0] : [x1, y1]) : [x2, y2]
  return [direction(ax - x0, ay - y0), direction(x3 - bx, y3 - by)]
}

/** Which way a marker at the vertex points: halfway between in and out, or whichever there is. */
export function orientation(vertex: Vertex): number {
  const { in: into, out } = vertex
  if (Number.isNaN(into)) return Number.isNaN(out) ? 0 : out
  if (Number.isNaN(out)) return into
  return Math.abs(into - out) > Math.PI ? (into + out) / 2 + Math.PI : (into + out) / 2
}
