import { type Strokes, stroke, strokeCount, x, y } from './drawing.ts'
import { StrokeWriter } from './stroke-writer.ts'
import { UNBOUNDED, type Work } from './work.ts'

/**
 * A span is a part of a line, and its chord is the segment between its ends. A step splits a span at the vertex that is
 * farthest from the chord. After this many comparisons for each vertex of the line, a step splits a span in the middle
 * instead. Otherwise each step would cut only a few vertices off the end of a line such as a growing zigzag. The work
 * would then grow with the square of the number of vertices.
 */
const WORK = 100

/**
 * Marks the vertices that a simplified line keeps (Ramer 1972; Douglas and Peucker 1973). Ends are always kept, so a
 * closed line stays closed. After WORK comparisons for each vertex, the function may keep more vertices than
 * necessary.
 *
 * @param line       interleaved x, y of n vertices, mm
 * @param tolerance  greatest distance of a dropped vertex from the simplified line, mm, > 0
 * @param keep       receives 1 for each kept vertex, 0 for the others; at least n entries
 */
function markSimplified(line: Float64Array, tolerance: number, keep: Uint8Array, work: Work = UNBOUNDED): void {
  const last = line.length / 2 - 1
  keep.fill(0, 0, last + 1)
  keep[0] = 1
  keep[last] = 1
  const spans = [0, last]
  let left = WORK * (last + 1)
  while (spans.length > 0) {
    const to = spans.pop() as number
    const from = spans.pop() as number
    work.spend(to - from)
    const furthest = furthestFrom(line, from, to, tolerance)
    left -= to - from
    if (furthest === from) continue
    const middle = left > 0 ? furthest : (from + to) >> 1
    keep[middle] = 1
    spans.push(from, middle, middle, to)
  }
}

/** A simplified copy of a line (x, y interleaved, mm). @throws RangeError for a tolerance that is not above 0 */
export function simplify(line: Float64Array, tolerance: number): Float64Array<ArrayBuffer> {
  if (!(tolerance > 0)) throw new RangeError(`tolerance must be > 0 mm, got ${tolerance}`)
  const keep = new Uint8Array(line.length / 2)
  markSimplified(line, tolerance, keep)
  let count = 0
  for (let i = 0; i < keep.length; i++) count += keep[i] as number
  const out = new Float64Array(2 * count)
  let n = 0
  for (let i = 0; i < keep.length; i++) {
    if (keep[i] === 0) continue
    out[n++] = x(line, i)
    out[n++] = y(line, i)
  }
  return out
}

/**
 * The vertex between `from` and `to` that lies farthest from the segment `from`–`to`; `from` when no vertex lies
 * farther away than the tolerance.
 */
function furthestFrom(line: Float64Array, from: number, to: number, tolerance: number): number {
  let furthest = from
  let deviation = tolerance * tolerance
  const ax = x(line, from)
  const ay = y(line, from)
  const dx = x(line, to) - ax
  const dy = y(line, to) - ay
  const length2 = dx * dx + dy * dy
  for (let i = from + 1; i < to; i++) {
    const px = x(line, i) - ax
    const py = y(line, i) - ay
    const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length2))
    const d = (px - t * dx) ** 2 + (py - t * dy) ** 2
    if (d > deviation) {
      furthest = i
      deviation = d
    }
  }
  return furthest
}

/**
 * Simplifies every stroke. Dots stay, and so does the order.
 *
 * @param tolerance  greatest distance of a dropped vertex from the simplified line, mm, > 0
 * @throws RangeError for a tolerance that is not above 0, and what `work` throws
 */
export function simplifyStrokes(strokes: Strokes, tolerance: number, work: Work = UNBOUNDED): Strokes {
  if (!(tolerance > 0)) throw new RangeError(`tolerance must be > 0 mm, got ${tolerance}`)
  const out = new StrokeWriter()
  let keep = new Uint8Array(1024)
  for (let s = 0; s < strokeCount(strokes); s++) {
    const line = stroke(strokes, s)
    if (line.length / 2 > keep.length) keep = new Uint8Array(line.length)
    markSimplified(line, tolerance, keep, work)
    for (let i = 0; i < line.length / 2; i++) {
      if (i === 0) out.moveTo(x(line, i), y(line, i))
      else if (keep[i] === 1) out.lineTo(x(line, i), y(line, i))
    }
  }
  return out.take()
}
