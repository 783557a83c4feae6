import { at, type Strokes, stroke, strokeCount, x, y } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { inFileOrder, inSequence, isClosed } from './order/sequence.ts'

/**
 * Joins consecutive strokes with a gap of at most `tolerance` mm. The pen draws the gap. Two equal vertices at a join
 * become one, and all other vertices stay.
 */
export function joinConsecutive(strokes: Strokes, tolerance: number): Strokes {
  const { points, starts } = strokes
  const out = StrokeWriter.for(strokes)
  let px = Number.NaN
  let py = Number.NaN
  for (let i = 0; i < strokeCount(strokes); i++) {
    const first = at(starts, i)
    const end = at(starts, i + 1)
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

/**
 * Draws each stroke `passes` times without a lift: open strokes forward and back, closed strokes round and round. A dot
 * is drawn once, because a second pass without a lift adds no ink to a dot.
 */
export function multipass(strokes: Strokes, passes: number): Strokes {
  if (passes === 1) return strokes
  const out = new StrokeWriter()
  for (let i = 0; i < strokeCount(strokes); i++) {
    const line = stroke(strokes, i)
    const last = line.length / 2 - 1
    out.add(line)
    for (let pass = 1; pass < passes; pass++) {
      const isBackward = pass % 2 === 1 && !isClosed(strokes, i)
      for (let k = 1; k <= last; k++) out.lineTo(x(line, isBackward ? last - k : k), y(line, isBackward ? last - k : k))
    }
  }
  return out.take()
}

/** Reverses the order of the strokes and the direction of each. */
export function reversed(strokes: Strokes): Strokes {
  const sequence = inFileOrder(strokeCount(strokes))
  sequence.stroke.reverse()
  sequence.reversed.fill(1)
  return inSequence(strokes, sequence)
}
