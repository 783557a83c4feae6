import type { Bounds } from './bounds.ts'
import { at, type Strokes, strokeCount, x, y } from './drawing.ts'
import { StrokeWriter } from './stroke-writer.ts'

/**
 * The part of each stroke inside a box; a stroke that leaves and comes back becomes several.
 * Segments by Liang and Barsky (1984). A dot is kept when it is inside. The order of strokes is kept.
 */
export function clipToBox(strokes: Strokes, box: Bounds): Strokes {
  const out = new StrokeWriter()
  for (let s = 0; s < strokeCount(strokes); s++) clipStroke(strokes, s, box, out)
  return out.take()
}

function clipStroke({ points, starts }: Strokes, s: number, box: Bounds, out: StrokeWriter): void {
  const [first, end] = [at(starts, s), at(starts, s + 1)]
  if (end - first === 1 && contains(box, x(points, first), y(points, first))) {
    out.moveTo(x(points, first), y(points, first))
  }
  let drawing = false
  for (let i = first + 1; i < end; i++) {
    const [ax, ay, bx, by] = [x(points, i - 1), y(points, i - 1), x(points, i), y(points, i)]
    const span = inside(box, ax, ay, bx, by)
    if (!span) {
      drawing = false
      continue
    }
    const [from, to] = span
    if (!drawing || from > 0) out.moveTo(ax + from * (bx - ax), ay + from * (by - ay))
    out.lineTo(ax + to * (bx - ax), ay + to * (by - ay))
    drawing = to === 1
  }
}

export const contains = (box: Bounds, px: number, py: number): boolean =>
  px >= box.minX && px <= box.maxX && py >= box.minY && py <= box.maxY

/** The share of the segment, 0 … 1, that lies inside; undefined when none does. */
function inside(box: Bounds, ax: number, ay: number, bx: number, by: number): [from: number, to: number] | undefined {
  let [from, to] = [0, 1]
  const [dx, dy] = [bx - ax, by - ay]
  const walls = [-dx, ax - box.minX, dx, box.maxX - ax, -dy, ay - box.minY, dy, box.maxY - ay]
  for (let w = 0; w < 8; w += 2) {
    const [toward, room] = [at(walls, w), at(walls, w + 1)]
    if (toward === 0 && room < 0) return undefined
    if (toward < 0) from = Math.max(from, room / toward)
    if (toward > 0) to = Math.min(to, room / toward)
  }
  return from < to || (from === to && dx === 0 && dy === 0) ? [from, to] : undefined
}
