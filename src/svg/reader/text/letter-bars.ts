import { at, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'

/** Half the width of a letter's stems in clip paths, in ems, as in usual text faces. */
export const HALF_STEM = 0.05

/** Number of chords of the half circle at each end of a bar. */
const CHORDS = 8

/**
 * Converts strokes to polygons. Each segment becomes a bar with round ends. All bars have the same winding, so the
 * nonzero rule fills their union.
 *
 * @param half  half the width of a bar, in the units of the strokes
 */
export function letterBars(strokes: Strokes, half: number): Strokes {
  const { points, starts } = strokes
  const bars = new StrokeWriter()
  for (let s = 0; s < strokeCount(strokes); s++) {
    const first = at(starts, s)
    const last = at(starts, s + 1) - 1
    for (let v = first; v < Math.max(first + 1, last); v++) {
      const end = Math.min(v + 1, last)
      bar(bars, x(points, v), y(points, v), x(points, end), y(points, end), half)
    }
  }
  return bars.take()
}

function bar(into: StrokeWriter, ax: number, ay: number, bx: number, by: number, half: number): void {
  const heading = Math.atan2(by - ay, bx - ax)
  for (let i = 0; i <= 2 * CHORDS + 1; i++) {
    const [cx, cy] = i <= CHORDS ? [bx, by] : [ax, ay]
    const turn = i <= CHORDS ? i / CHORDS - 0.5 : (i - CHORDS - 1) / CHORDS + 0.5
    const angle = heading + Math.PI * turn
    const px = cx + half * Math.cos(angle)
    const py = cy + half * Math.sin(angle)
    if (i === 0) into.moveTo(px, py)
    else into.lineTo(px, py)
  }
}
