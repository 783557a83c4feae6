import { type Strokes, strokeCount, x, y } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'

/**
 * Consecutive strokes whose gap is at most `tolerance` become one: the gap is drawn, and every vertex is kept.
 * Vertices that coincide become one.
 */
export function joinConsecutive(strokes: Strokes, tolerance: number): Strokes {
  const { points, starts } = strokes
  const out = new StrokeWriter()
  let [px, py] = [Number.NaN, Number.NaN]
  for (let i = 0; i < strokeCount(strokes); i++) {
    for (let v = starts[i] as number; v < (starts[i + 1] as number); v++) {
      const [vx, vy] = [x(points, v), y(points, v)]
      const joins = v === (starts[i] as number) && Math.hypot(vx - px, vy - py) <= tolerance
      if (v > (starts[i] as number) || (joins && (vx !== px || vy !== py))) out.lineTo(vx, vy)
      else if (!joins) out.moveTo(vx, vy)
      px = vx
      py = vy
    }
  }
  return out.take()
}
