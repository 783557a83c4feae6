import svgpath from 'svgpath'
import { type Strokes, strokesOf } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'

type Point = readonly [x: number, y: number]

/**
 * The strokes of a glyph's path in an SVG font, font units. The y axis is flipped, so that y points down.
 *
 * @param tolerance  largest distance of a chord from its curve, font units
 * @returns the strokes, or why the path is invalid
 */
export function glyphStrokes(path: string, tolerance: number): Strokes | string {
  const strokes = polylines(path) ?? curves(path, tolerance)
  if (typeof strokes === 'string') return strokes
  const isInRange = strokes.points.every((value) => Math.abs(value) <= MOST_UNITS)
  return isInRange ? strokes : `it reaches beyond ${MOST_UNITS} units`
}

function curves(path: string, tolerance: number): Strokes | string {
  const parsed = svgpath(path).abs().unshort().unarc()
  const failed = (parsed as unknown as { err: string }).err
  if (failed) return failed
  const ink = new StrokeWriter()
  let start: Point = [0, 0]
  let isPenDown = false
  parsed.iterate((segment, _index, x, y) => {
    const [command, ...values] = segment as [string, ...number[]]
    if (command === 'M') {
      start = [values[0] ?? 0, values[1] ?? 0]
      isPenDown = false
      return
    }
    if (ink.vertices > MAX_VERTICES) return
    if (!isPenDown) ink.moveTo(x, -y)
    isPenDown = command !== 'Z'
    for (const [px, py] of vertices(command, values, [x, y], start, tolerance)) ink.lineTo(px, -py)
  })
  return ink.vertices > MAX_VERTICES ? `it has more than ${MAX_VERTICES} vertices` : ink.take()
}

/** Largest absolute coordinate, font units. Letters stay far below. Sums of very large numbers would overflow. */
export const MOST_UNITS = 1_000_000
/** Limit on the vertices of one glyph. Letters have a few hundred. */
const MAX_VERTICES = 100_000
/** Limit on the characters of a path that `polylines` reads, because its list of tokens needs memory. */
const MAX_SIMPLE = 100_000
const SIMPLE = /^[\s,]*M[ML\d\s.,-]*$/
/** Whether a path has at most `MAX_SIMPLE` characters, and only the commands M and L. */
export const isPolyline = (path: string): boolean => path.length <= MAX_SIMPLE && SIMPLE.test(path)

const TOKENS = /[ML]|-?\d+(?:\.\d+)?/g

/**
 * Reads a path of absolute moves and lines; undefined for other paths and for paths that `isPolyline` refuses. Nearly
 * all glyphs are such paths, and the path library is slower.
 */
function polylines(path: string): Strokes | undefined {
  if (!isPolyline(path)) return undefined
  const tokens = path.match(TOKENS) ?? []
  if (tokens.join('') !== path.replace(/[\s,]+/g, '')) return undefined
  const lines: number[][] = []
  let line: number[] = []
  let expected = 0
  for (const token of tokens) {
    if (token === 'M' || token === 'L') {
      if (expected > 0 || line.length % 2 === 1) return undefined
      if (token === 'M') {
        line = []
        lines.push(line)
      }
      expected = 2
    } else {
      line.push(line.length % 2 === 0 ? Number(token) : -Number(token))
      expected--
    }
  }
  if (expected > 0 || line.length % 2 === 1) return undefined
  return strokesOf(...lines.filter((drawn) => drawn.length > 2))
}

function vertices(command: string, values: readonly number[], from: Point, start: Point, tolerance: number): Point[] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values
  switch (command) {
    case 'H':
      return [[a, from[1]]]
    case 'V':
      return [[from[0], a]]
    case 'Z':
      return [start]
    case 'C':
      return cubic([from, [a, b], [c, d], [e, f]], tolerance)
    case 'Q':
      return quadratic(from, [a, b], [c, d], tolerance)
    default:
      return [[a, b]]
  }
}

/** Points of a quadratic curve after its start. `tolerance` has the same meaning as in `cubic`. */
export const quadratic = (from: Point, control: Point, to: Point, tolerance: number): Point[] =>
  cubic([from, cubicControl(from, control), cubicControl(to, control), to], tolerance)

/** A control point of the cubic that equals a quadratic: two thirds of the way from `end` to `control`. */
const cubicControl = (end: Point, control: Point): Point => [
  end[0] + (2 / 3) * (control[0] - end[0]),
  end[1] + (2 / 3) * (control[1] - end[1]),
]

/** Limit on the chords of one curve. A legible letter needs less than a tenth of this. */
const MAX_CHORDS = 1000

type Cubic = readonly [Point, Point, Point, Point]

/**
 * Points of a cubic curve after its start, at even steps of t. Wang's bound gives the number of steps from the second
 * differences of the control points.
 *
 * @param tolerance  greatest distance of a chord from the curve, in the unit of the points
 */
export function cubic([p0, p1, p2, p3]: Cubic, tolerance: number): Point[] {
  const bend = (a: Point, b: Point, c: Point) => Math.hypot(a[0] - 2 * b[0] + c[0], a[1] - 2 * b[1] + c[1])
  const needed = Math.ceil(Math.sqrt((0.75 * Math.max(bend(p0, p1, p2), bend(p1, p2, p3))) / tolerance))
  const steps = Math.max(1, Math.min(MAX_CHORDS, needed))
  return Array.from({ length: steps }, (_, i) => {
    const t = (i + 1) / steps
    const u = 1 - t
    const mix = (k: 0 | 1) => u * u * u * p0[k] + 3 * u * u * t * p1[k] + 3 * u * t * t * p2[k] + t * t * t * p3[k]
    return [mix(0), mix(1)]
  })
}
