import { type Strokes, stroke, strokeCount, x, y } from '../../geometry/drawing.ts'
import { simplify } from '../../geometry/simplify.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'

/** Tolerance of simplification, mm: at most a step of each built-in profile. Pattern files become a quarter smaller. */
const TOLERANCE = 0.01
/** Length of the shortest stroke that is kept, mm. A shorter stroke would be only a dot on paper. */
const SHORTEST = 0.3

/** Removes very short strokes, and vertices that no pen can show. */
export function tidy(strokes: Strokes): Strokes {
  const out = StrokeWriter.for(strokes)
  addTidy(strokes, out)
  return out.take()
}

/** Adds the result of `tidy` to other strokes. @throws the error of the writer when it is full */
export function addTidy(strokes: Strokes, out: StrokeWriter): void {
  for (let s = 0; s < strokeCount(strokes); s++) {
    const line = stroke(strokes, s)
    if (isLong(line)) out.add(simplify(line, TOLERANCE))
  }
}

function isLong(line: Float64Array): boolean {
  let length = 0
  for (let i = 1; 2 * i < line.length && length < SHORTEST; i++) {
    const dx = x(line, i) - x(line, i - 1)
    const dy = y(line, i) - y(line, i - 1)
    length += Math.sqrt(dx * dx + dy * dy)
  }
  return length >= SHORTEST
}
