import { applyToPoints, rotation } from './affine.ts'
import { boundsOf } from './bounds.ts'
import type { PieceSink } from './cut.ts'
import type { Strokes } from './drawing.ts'
import type { FillRule } from './region.ts'
import { UNBOUNDED, type Work } from './work.ts'

/** Distance from the top or the bottom of an area, in spacings, below which a hatch line is left out. */
const BORDER = 1e-6
/**
 * A span is a part of a hatch line inside the polygons. Spans with a gap of at most this are joined, mm. Spans that are
 * not longer than this are left out.
 */
const SAME = 1e-9

/** An edge of a polygon from its upper end to its lower end. */
interface Edge {
  /** x of the upper end. */
  readonly x: number
  readonly top: number
  readonly bottom: number
  readonly slope: number
  /** 1 where the polygon runs down the edge, −1 where it runs up. */
  readonly turns: number
}

/**
 * Fills polygons with parallel lines in alternating directions. All lines of one spacing and direction lie on one grid
 * through the origin, so that the lines of neighbouring shapes meet. A sweep keeps only the edges that cross the
 * current line, so the time grows with the number of crossings.
 *
 * @param spacing  distance between lines, mm, > 0
 * @param degrees  direction of the lines, clockwise from the x axis
 * @throws what `work` throws
 */
export function hatch(
  polygons: Strokes,
  rule: FillRule,
  spacing: number,
  degrees: number,
  into: PieceSink,
  work: Work = UNBOUNDED,
): void {
  if (polygons.points.length === 0) return
  work.spend(20 * (polygons.points.length + 10))
  // in rotated coordinates the lines are horizontal
  const level = applyToPoints(rotation(-degrees), polygons.points)
  const edges = edgesOf({ points: level, starts: polygons.starts })
  const { minY, maxY } = boundsOf({ points: level })
  const rotated = rotationSink(rotation(degrees), into)
  let open: Edge[] = []
  let next = 0
  // a line along the top or the bottom of an area would repeat the outline
  const first = Math.floor(minY / spacing + BORDER) + 1
  for (let row = first; row < maxY / spacing - BORDER; row++) {
    const y = row * spacing
    const [above, below] = [y - BORDER * spacing, y + BORDER * spacing]
    for (; next < edges.length && (edges[next]?.top ?? y) <= below; next++) open.push(edges[next] as Edge)
    work.spend(40 + 10 * open.length)
    const upper = open.filter(({ top, bottom }) => top < above && bottom >= above)
    open = open.filter(({ bottom }) => bottom > below)
    // along a horizontal edge only one side of the line is inside: `common` leaves this part out
    const isSame = upper.length === open.length && upper.every((edge, i) => edge === open[i])
    const spans = spansAt(open, y, rule)
    drawSpans(isSame ? spans : common(spans, spansAt(upper, y, rule)), y, row % 2 === 0, rotated)
  }
}

/** All edges that are not horizontal, sorted by their upper ends. Open polygons are closed. */
function edgesOf({ points, starts }: Strokes): Edge[] {
  const edges: Edge[] = []
  for (let s = 0; s + 1 < starts.length; s++) {
    const first = starts[s] as number
    const end = starts[s + 1] as number
    for (let v = first; v < end; v++) {
      const w = v + 1 < end ? v + 1 : first
      const ax = points[2 * v] as number
      const ay = points[2 * v + 1] as number
      const bx = points[2 * w] as number
      const by = points[2 * w + 1] as number
      if (ay === by) continue
      const slope = (bx - ax) / (by - ay)
      edges.push(
        ay < by ? { x: ax, top: ay, bottom: by, slope, turns: 1 } : { x: bx, top: by, bottom: ay, slope, turns: -1 },
      )
    }
  }
  return edges.sort((a, b) => a.top - b.top)
}

/** The parts of a line inside the polygons, as starts and ends in turn: x in mm. */
function spansAt(open: readonly Edge[], y: number, rule: FillRule): number[] {
  const crossings = open.map(({ x, top, bottom, slope, turns }) => {
    return { x: x + (Math.min(Math.max(y, top), bottom) - top) * slope, turns }
  })
  crossings.sort((a, b) => a.x - b.x)
  const spans: number[] = []
  let winding = 0
  let from = 0
  for (const { x, turns } of crossings) {
    if (winding !== 0 && x - from > SAME) {
      const isAdjacent = from - (spans.at(-1) ?? -Infinity) <= SAME
      if (isAdjacent) spans[spans.length - 1] = x
      else spans.push(from, x)
    }
    if (winding === 0 || x - from > SAME) from = x
    winding = rule === 'nonzero' ? winding + turns : 1 - winding
  }
  return spans
}

/** The parts that lie in spans of both lists. */
function common(a: readonly number[], b: readonly number[]): number[] {
  const parts: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [endA, endB] = [a[i + 1] as number, b[j + 1] as number]
    const from = Math.max(a[i] as number, b[j] as number)
    const to = Math.min(endA, endB)
    if (to - from > SAME) parts.push(from, to)
    if (endA < endB) i += 2
    else j += 2
  }
  return parts
}

function drawSpans(spans: readonly number[], y: number, isForward: boolean, into: PieceSink): void {
  for (let s = 0; s < spans.length; s += 2) {
    const from = isForward ? s : spans.length - 1 - s
    const to = isForward ? s + 1 : from - 1
    into.moveTo(spans[from] as number, y)
    into.lineTo(spans[to] as number, y)
  }
}

const rotationSink = ([a, b, c, d]: readonly number[], into: PieceSink): PieceSink => ({
  moveTo: (x, y) => into.moveTo((a ?? 1) * x + (c ?? 0) * y, (b ?? 0) * x + (d ?? 1) * y),
  lineTo: (x, y) => into.lineTo((a ?? 1) * x + (c ?? 0) * y, (b ?? 0) * x + (d ?? 1) * y),
})
