import { type Strokes, strokeCount, x, y } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'

/**
 * Consecutive strokes whose gap is at most `tolerance` become one: the gap is drawn, and every vertex is kept.
 * Vertices that coincide become one.
 */
export function joinConsecutive(strokes: Strokes, tolerance: number): Strokes {
  const { points, starts } = strokes
  const out = new StrokeWriter()
  let px = Number.NaN
  let py = Number.NaN
  for (let i = 0; i < strokeCount(strokes); i++) {
    const [first, end] = [starts[i] as number, starts[i + 1] as number]
    if (first === end) continue
    const vx = x(points, first)
    const vy = y(points, first)
    if (!(Math.hypot(vx - px, vy - py) <= tolerance)) out.moveTo(vx, vy)
    else if (vx !== px || vy !== py) out.lineTo(vx, vy)
    out.extend(points, 2 * first + 2, 2 * end)
    px = x(points, end - 1)
    py = y(points, end - 1)
  }
  return out.take()
}
