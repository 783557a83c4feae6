import type { Bounds } from './bounds.ts'
import { at, type Strokes, strokeCount, x, y } from './drawing.ts'
import { StrokeWriter } from './stroke-writer.ts'
import { UNBOUNDED, type Work } from './work.ts'

/** Where a segment enters and leaves a box, as fractions of its length; `enter > leave` when it misses the box. */
interface Span {
  enter: number
  leave: number
}

/**
 * Clips one segment to a box, borders included (Liang and Barsky, 1984). Writes to `span`, so that nothing is allocated
 * per segment.
 */
function clipSegment(box: Bounds, ax: number, ay: number, bx: number, by: number, span: Span): void {
  span.enter = 0
  span.leave = 1
  cut(ax - bx, ax - box.minX, span)
  cut(bx - ax, box.maxX - ax, span)
  cut(ay - by, ay - box.minY, span)
  cut(by - ay, box.maxY - ay, span)
}

/**
 * Narrows the span at one side of the box. `distance` is the way from the segment's start to that side. `towards` is
 * the extent of the segment in that direction. Both are in mm.
 */
function cut(towards: number, distance: number, span: Span): void {
  if (towards === 0) {
    if (distance < 0) span.leave = -1
  } else if (towards < 0) span.enter = Math.max(span.enter, distance / towards)
  else span.leave = Math.min(span.leave, distance / towards)
}

/**
 * Clips one stroke to a box and appends each part to `out` as a stroke. A vertex inside keeps its exact coordinates.
 */
export function clipStroke(strokes: Strokes, i: number, box: Bounds, out: StrokeWriter): void {
  const { points, starts } = strokes
  const first = at(starts, i)
  const end = at(starts, i + 1)
  const span: Span = { enter: 0, leave: 1 }
  let isOpen = false
  if (end - first === 1 && isInside(box, x(points, first), y(points, first))) {
    out.moveTo(x(points, first), y(points, first))
  }
  for (let v = first; v + 1 < end; v++) {
    const ax = x(points, v)
    const ay = y(points, v)
    const bx = x(points, v + 1)
    const by = y(points, v + 1)
    clipSegment(box, ax, ay, bx, by, span)
    if (span.enter > span.leave || (span.enter === span.leave && (ax !== bx || ay !== by))) {
      isOpen = false
      continue
    }
    if (!isOpen) out.moveTo(ax + span.enter * (bx - ax), ay + span.enter * (by - ay))
    if (span.leave === 1) out.lineTo(bx, by)
    else out.lineTo(ax + span.leave * (bx - ax), ay + span.leave * (by - ay))
    isOpen = span.leave === 1
  }
}

const isInside = (box: Bounds, px: number, py: number): boolean =>
  px >= box.minX && px <= box.maxX && py >= box.minY && py <= box.maxY

/** Clips all strokes to a box. @throws what `work` throws */
export function clip(strokes: Strokes, box: Bounds, work: Work = UNBOUNDED): Strokes {
  const out = new StrokeWriter()
  for (let i = 0; i < strokeCount(strokes); i++) {
    work.spend(at(strokes.starts, i + 1) - at(strokes.starts, i))
    clipStroke(strokes, i, box, out)
  }
  return out.take()
}
