import { type Strokes, stroke, strokeCount, x, y } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Glyph } from '../fonts/font.ts'

/** A vertex with a turn larger than this, radians, is a corner, which stays as it is. */
const CORNER = (55 * Math.PI) / 180
/** Between two long straight pieces, a vertex with a turn larger than this, radians, is a corner as well. */
const KINK = (12 * Math.PI) / 180
/** Chords for each piece of a spline. */
const STEPS = 4

const cache = new WeakMap<Glyph, Strokes>()

/**
 * The strokes of a glyph with round curves: Catmull-Rom splines through the same vertices, from corner to corner.
 * Corners stay as they are. A piece stays straight if each of its ends is a corner or has almost no turn.
 *
 * @param long  a third of the cap height, font units. `KINK` applies to longer pieces
 */
export function roundCurves(glyph: Glyph, long: number): Strokes {
  const known = cache.get(glyph)
  if (known) return known
  const ink = new StrokeWriter()
  for (let i = 0; i < strokeCount(glyph.strokes); i++) ink.add(roundLine(stroke(glyph.strokes, i), long))
  const strokes = ink.take()
  cache.set(glyph, strokes)
  return strokes
}

function roundLine(line: Float64Array, long: number): number[] {
  const count = line.length / 2
  const isClosed = count > 3 && x(line, 0) === x(line, count - 1) && y(line, 0) === y(line, count - 1)
  const wrap = (i: number) => (isClosed ? (i + count - 1) % (count - 1) : i)
  const length = (i: number, k: number) => Math.hypot(x(line, k) - x(line, i), y(line, k) - y(line, i))
  const bend = (i: number): number => {
    if (!isClosed && (i <= 0 || i >= count - 1)) return Infinity
    const a = wrap(i - 1)
    const b = wrap(i)
    const c = wrap(i + 1)
    const angle = turn(line, a, b, c)
    return angle > KINK && Math.min(length(a, b), length(b, c)) > long ? Infinity : angle
  }
  const out: number[] = [x(line, 0), y(line, 0)]
  for (let i = 0; i + 1 < count; i++) {
    const before = bend(i)
    const after = bend(i + 1)
    const isCurved = (before < CORNER && before > 0.01) || (after < CORNER && after > 0.01)
    if (isCurved)
      out.push(...spline(line, before < CORNER ? wrap(i - 1) : i, i, i + 1, after < CORNER ? wrap(i + 2) : i + 1))
    out.push(x(line, i + 1), y(line, i + 1))
  }
  return out
}

/**
 * Points between vertices b and c. The neighbours a and d give the directions of the tangents. The tangents are as long
 * as the chord, to avoid overshoot.
 */
function spline(line: Float64Array, a: number, b: number, c: number, d: number): number[] {
  const chord = Math.hypot(x(line, c) - x(line, b), y(line, c) - y(line, b))
  const tangent = (from: number, to: number): [number, number] => {
    const dx = x(line, to) - x(line, from)
    const dy = y(line, to) - y(line, from)
    const length = Math.hypot(dx, dy) || 1
    return [(dx / length) * chord, (dy / length) * chord]
  }
  const m0 = tangent(a, c)
  const m1 = tangent(b, d)
  return Array.from({ length: STEPS - 1 }, (_, k) => {
    const t = (k + 1) / STEPS
    const h = [2 * t ** 3 - 3 * t ** 2 + 1, t ** 3 - 2 * t ** 2 + t, -2 * t ** 3 + 3 * t ** 2, t ** 3 - t ** 2] as const
    const mix = (p0: number, v0: number, p1: number, v1: number) => h[0] * p0 + h[1] * v0 + h[2] * p1 + h[3] * v1
    return [mix(x(line, b), m0[0], x(line, c), m1[0]), mix(y(line, b), m0[1], y(line, c), m1[1])]
  }).flat()
}

/** Change of direction at b, radians, 0 … π. */
function turn(line: Float64Array, a: number, b: number, c: number): number {
  const before = Math.atan2(y(line, b) - y(line, a), x(line, b) - x(line, a))
  const after = Math.atan2(y(line, c) - y(line, b), x(line, c) - x(line, b))
  const change = Math.abs(after - before)
  return change > Math.PI ? 2 * Math.PI - change : change
}
