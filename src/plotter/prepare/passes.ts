import { type Strokes, stroke, strokeCount, x, y } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { inFileOrder, inSequence, isClosed } from './order/sequence.ts'

/** Every stroke drawn `passes` times without lifting the pen: open ones to and fro, closed ones round and round. */
export function multipass(strokes: Strokes, passes: number): Strokes {
  if (passes === 1) return strokes
  const out = new StrokeWriter()
  for (let i = 0; i < strokeCount(strokes); i++) {
    const line = stroke(strokes, i)
    const last = line.length / 2 - 1
    out.add(line)
    for (let pass = 1; pass < passes; pass++) {
      const back = pass % 2 === 1 && !isClosed(strokes, i)
      for (let k = 1; k <= last; k++) out.lineTo(x(line, back ? last - k : k), y(line, back ? last - k : k))
    }
  }
  return out.take()
}

/** Last stroke first, and each from its end. */
export function reversed(strokes: Strokes): Strokes {
  const sequence = inFileOrder(strokeCount(strokes))
  sequence.stroke.reverse()
  sequence.reversed.fill(1)
  return inSequence(strokes, sequence)
}
