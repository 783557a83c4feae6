import { at } from '../../../geometry/drawing.ts'
import { ARC, ARGUMENTS, CLOSE, CUBIC, MOVE, type Outline, RESUME } from './outline.ts'

/**
 * A vertex of a path with the directions of the path before and after it, radians. `out` is NaN at the end of an open
 * subpath. At the start of an open subpath, `in` is the direction of the move.
 */
export interface Vertex {
  readonly x: number
  readonly y: number
  in: number
  out: number
  /** 'start' at the start of an open subpath; 'inside' at any other vertex. */
  at: 'start' | 'inside'
}

const direction = (dx: number, dy: number): number => Math.atan2(dy, dx)
const isSame = (ax: number, ay: number, bx: number, by: number): boolean => ax === bx && ay === by

/**
 * The vertices that carry markers. A segment of no length points right, as in browsers (SVG 2 asks for a direction from
 * the neighbouring segments). A subpath that is closed twice has a vertex for each closing.
 */
export function verticesOf({ ops, args, length }: Outline): Vertex[] {
  const vertices: Vertex[] = []
  let i = 0
  let x = 0
  let y = 0
  let start: Vertex | undefined
  for (let s = 0; s < length; s++) {
    const op = at(ops, s)
    const end = i + at(ARGUMENTS, op)
    const previous = vertices.at(-1)
    if (op === MOVE) {
      const mx = at(args, i)
      const my = at(args, i + 1)
      start = { x: mx, y: my, in: direction(mx - x, my - y), out: Number.NaN, at: 'start' }
      vertices.push(start)
      x = mx
      y = my
    } else if (op === CLOSE && start !== undefined && previous !== undefined) {
      const back = direction(start.x - x, start.y - y)
      setOut(previous, back)
      vertices.push({ x: start.x, y: start.y, in: back, out: start.out, at: 'inside' })
      // The markers at both ends of a closed subpath point halfway between its last and its first segment.
      start.in = back
      start.at = 'inside'
      x = start.x
      y = start.y
    } else if (op !== RESUME && previous !== undefined) {
      const ex = at(args, end - 2)
      const ey = at(args, end - 1)
      const [out, into] = directions(op, args, i, x, y, ex, ey)
      setOut(previous, out)
      vertices.push({ x: ex, y: ey, in: into, out: Number.NaN, at: 'inside' })
      x = ex
      y = ey
    }
    i = end
  }
  return vertices
}

/** Sets the direction after a vertex that has none. The end of a closed subpath has the direction of its start. */
function setOut(vertex: Vertex, out: number): void {
  if (Number.isNaN(vertex.out)) vertex.out = out
}

/** Directions at the start and the end of a segment. */
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
  const rx = at(args, i + 2)
  const ry = at(args, i + 3)
  const rotation = at(args, i + 4)
  const start = at(args, i + 5)
  const sweep = at(args, i + 6)
  const along = (t: number): number => {
    const ux = -rx * Math.sin(t) * Math.sign(sweep)
    const uy = ry * Math.cos(t) * Math.sign(sweep)
    return direction(
      Math.cos(rotation) * ux - Math.sin(rotation) * uy,
      Math.sin(rotation) * ux + Math.cos(rotation) * uy,
    )
  }
  return [along(start), along(start + sweep)]
}

/**
 * Directions at both ends of a cubic. At the start, the curve leads to its first control point, or to the next point
 * that differs from the start. The direction at the end is found in the same way, backwards.
 */
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

/** Direction of a marker, degrees: halfway between `in` and `out`, or the only direction at an end. */
export function orientation({ in: into, out, at: place }: Vertex): number {
  if (Number.isNaN(out)) return degrees(into)
  if (place === 'start') return degrees(out)
  // Where a path turns back, the marker points to the left of the path, as in browsers. Browsers calculate in single
  // precision, and so does `degrees`.
  const turn = degrees(out) - degrees(into)
  return degrees(into) + shortTurn(turn) / 2
}

/** The angle from -180 to below 180 that is equal to a turn, degrees. */
function shortTurn(turn: number): number {
  if (turn >= 180) return turn - 360
  return turn < -180 ? turn + 360 : turn
}

const degrees = (radians: number): number => Math.fround((radians * 180) / Math.PI)
