import { at, type Strokes, stroke, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { distanceTo } from '../../../geometry/measure.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Repeats } from './find.ts'
import { SAME_INK, type Stretch } from './overlap.ts'

/** Removes repeated ink. The remaining parts of a stroke become strokes. */
export function removeRepeats(strokes: Strokes, { stretches }: Repeats): Strokes {
  const out = new StrokeWriter()
  for (let i = 0; i < strokeCount(strokes); i++) {
    const first = at(strokes.starts, i)
    const end = at(strokes.starts, i + 1)
    if (!hasRepeats(stretches, first, end)) {
      out.add(stroke(strokes, i))
      continue
    }
    let isOpen = false
    for (let v = first; v + 1 < end; v++) isOpen = keepParts(strokes.points, v, stretches.get(v), isOpen, out)
  }
  return out.take()
}

/** Selects the strokes that consist only of repeated ink. */
export function wholeStrokes(strokes: Strokes, { stretches }: Repeats): Set<number> {
  const whole = new Set<number>()
  for (let i = 0; i < strokeCount(strokes); i++) {
    const first = at(strokes.starts, i)
    const end = at(strokes.starts, i + 1)
    let v = first
    while (v + 1 < end && (distanceTo(strokes.points, v + 1) === 0 || shareOf(stretches.get(v)) > 0.999)) v++
    if (v + 1 === end && hasRepeats(stretches, first, end)) whole.add(i)
  }
  return whole
}

function hasRepeats(stretches: Repeats['stretches'], first: number, end: number): boolean {
  for (let v = first; v < end; v++) if (stretches.has(v)) return true
  return false
}

const shareOf = (stretches: readonly Stretch[] = []): number => stretches.reduce((sum, s) => sum + s.to - s.from, 0)

/** Appends the remaining parts of one segment. @returns whether the stroke continues from the end of the segment */
function keepParts(
  points: Float64Array,
  v: number,
  repeated: readonly Stretch[] | undefined,
  isOpen: boolean,
  out: StrokeWriter,
): boolean {
  const ax = x(points, v)
  const ay = y(points, v)
  const bx = x(points, v + 1)
  const by = y(points, v + 1)
  const length = Math.hypot(bx - ax, by - ay)
  // a vertex that equals the one before it makes no dot
  if (length === 0) {
    if (isOpen) out.lineTo(bx, by)
    return isOpen
  }
  // a remainder of at most 2 · SAME_INK mm is a rounding error
  const least = (2 * SAME_INK) / length
  let from = 0
  let continues = isOpen
  for (const stretch of [...(repeated ?? []), { from: 1, to: 2 }]) {
    const isWhole = from === 0 && stretch.from === 1
    if (isWhole || stretch.from - from > least) {
      if (!(continues && from === 0)) out.moveTo(ax + from * (bx - ax), ay + from * (by - ay))
      if (stretch.from === 1) out.lineTo(bx, by)
      else out.lineTo(ax + stretch.from * (bx - ax), ay + stretch.from * (by - ay))
      continues = stretch.from === 1
    } else continues = false
    from = stretch.to
  }
  return continues
}
