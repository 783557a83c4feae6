import { at, reverseLine, type Strokes, stroke, strokeCount, x, y } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'

/**
 * Chains strokes that meet at their ends into trails, to save lifts: a maze of 862 walls becomes 164 strokes. Ends meet
 * when their coordinates are equal after rounding to 0.01 mm.
 */
export function joinStrokes(strokes: Strokes): Strokes {
  const ends = endsOf(strokes)
  const used = new Uint8Array(strokeCount(strokes))
  const out = new StrokeWriter()
  for (let s = 0; s < used.length; s++) {
    if (used[s] === 1) continue
    used[s] = 1
    const line = Array.from(stroke(strokes, s))
    follow(strokes, ends, used, line)
    const back = reverseLine(line)
    follow(strokes, ends, used, back)
    out.add(back)
  }
  return out.take()
}

const key = (px: number, py: number) => `${Math.round(px * 100)},${Math.round(py * 100)}`

/** For each place, the strokes that begin or end there. */
function endsOf(strokes: Strokes): Map<string, number[]> {
  const ends = new Map<string, number[]>()
  for (let s = 0; s < strokeCount(strokes); s++) {
    for (const i of [at(strokes.starts, s), at(strokes.starts, s + 1) - 1]) {
      const place = key(x(strokes.points, i), y(strokes.points, i))
      const list = ends.get(place)
      if (list) list.push(s)
      else ends.set(place, [s])
    }
  }
  return ends
}

/** Extends a line at its end by unused strokes that begin or end there. */
function follow(strokes: Strokes, ends: Map<string, number[]>, used: Uint8Array, line: number[]): void {
  for (;;) {
    const place = key(at(line, line.length - 2), at(line, line.length - 1))
    const next = ends.get(place)?.find((s) => used[s] === 0)
    if (next === undefined) return
    used[next] = 1
    const nextLine = Array.from(stroke(strokes, next))
    const onward = key(at(nextLine, 0), at(nextLine, 1)) === place ? nextLine : reverseLine(nextLine)
    for (let i = 2; i < onward.length; i++) line.push(at(onward, i))
  }
}
