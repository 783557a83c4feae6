import { at, type Strokes, stroke, strokeCount, x, y } from './drawing.ts'
import { StrokeWriter } from './stroke-writer.ts'

/**
 * The vertices of a line that remain when those are dropped that a pen of finite width cannot show
 * (Ramer 1972; Douglas and Peucker 1973). Ends always remain, so a closed line stays closed.
 *
 * @param line       interleaved x, y of n vertices, mm
 * @param tolerance  the furthest that the ink may move, mm, > 0
 * @param keep       receives 1 for each vertex that remains, 0 for the others; n entries
 */
export function markSimplified(line: Float64Array, tolerance: number, keep: Uint8Array): void {
  const last = line.length / 2 - 1
  keep.fill(0, 0, last + 1)
  keep[0] = 1
  keep[last] = 1
  const spans = [0, last]
  while (spans.length > 0) {
    const to = spans.pop() as number
    const from = spans.pop() as number
    const furthest = furthestFrom(line, from, to, tolerance)
    if (furthest === from) continue
    keep[furthest] = 1
    spans.push(from, furthest, furthest, to)
  }
}

/** The new line; `line` is untouched. */
export function simplify(line: Float64Array, tolerance: number): Float64Array<ArrayBuffer> {
  if (!(tolerance > 0)) throw new RangeError(`tolerance must be > 0 mm, got ${tolerance}`)
  const keep = new Uint8Array(line.length / 2)
  markSimplified(line, tolerance, keep)
  let kept = 0
  for (let i = 0; i < keep.length; i++) kept += at(keep, i)
  const out = new Float64Array(2 * kept)
  let n = 0
  for (let i = 0; i < keep.length; i++) {
    if (keep[i] === 0) continue
    out[n++] = x(line, i)
    out[n++] = y(line, i)
  }
  return out
}

/** The vertex between `from` and `to` that lies furthest from their segment and beyond tolerance; else `from`. */
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

/** Every stroke simplified; dots and the order stay. */
export function simplifyStrokes(strokes: Strokes, tolerance: number): Strokes {
  const out = new StrokeWriter()
  for (let s = 0; s < strokeCount(strokes); s++) {
    const line = simplify(stroke(strokes, s), tolerance)
    out.moveTo(x(line, 0), y(line, 0))
    for (let i = 1; i < line.length / 2; i++) out.lineTo(x(line, i), y(line, i))
  }
  return out.take()
}
