import { type Along, alongPolygons, type Meetings } from './along.ts'
import { type Bounds, boundsOf } from './bounds.ts'
import type { Strokes } from './drawing.ts'
import { UNBOUNDED, type Work } from './work.ts'

/** A part of the plane to which strokes are cut. */
export interface Region {
  readonly bounds: Bounds
  /** Points on the border (within a nanometre) are inside. */
  contains(px: number, py: number): boolean
  /**
   * Appends to `into` the places where the segment a–b meets the border, as fractions of the segment's length.
   * Duplicates and places off the border are possible.
   */
  crossings(ax: number, ay: number, bx: number, by: number, into: number[]): void
  /** Answers `contains` for many places along the segment a–b. */
  shareAlong(ax: number, ay: number, bx: number, by: number): Along
  /** Closed lines, x and y in turn, that cover the whole border. Parts of them may lie off the border. */
  outlines(): Iterable<Float64Array>
}

/**
 * Which points are inside polygons, as in SVG's `fill-rule`: those with any winding number but 0, or those with an odd
 * winding number. The winding number says how many times the polygons run round a point.
 */
export type FillRule = 'nonzero' | 'evenodd'

/** Distance within which a point counts as on the border, mm: far below a motor step, far above rounding errors. */
const NEAR = 1e-6
/**
 * A region has horizontal bands, so that a test at a place reads only the edges in the band of the place. `ENTRIES` is
 * the maximum number of bands that an edge crosses on average. When the edges are long, there are fewer bands.
 */
const ENTRIES = 32

/** The inside of polygons under a fill rule. Open polygons are closed. */
export class PolygonRegion implements Region {
  readonly bounds: Bounds
  readonly #rule: FillRule
  /** ax, ay, bx, by of each edge. */
  readonly #edges: Float64Array
  /** Edges by horizontal bands: the edges of band i are `#members[#offsets[i] … #offsets[i + 1] - 1]`. */
  readonly #offsets: Uint32Array
  readonly #members: Uint32Array
  readonly #bands: number
  readonly #perMm: number
  readonly #work: Work
  readonly #polygons: Strokes

  constructor(polygons: Strokes, rule: FillRule, work: Work = UNBOUNDED) {
    this.#rule = rule
    this.#work = work
    this.#polygons = polygons
    work.spend(10 * (polygons.points.length + 10))
    this.#edges = edgesOf(polygons)
    this.bounds = boundsOf(polygons)
    const count = this.#edges.length / 4
    const height = Math.max(NEAR, this.bounds.maxY - this.bounds.minY)
    const mostBands = (ENTRIES * count * height) / Math.max(NEAR, sumOfHeights(this.#edges))
    this.#bands = Math.max(1, Math.floor(Math.min(4096, Math.ceil(Math.sqrt(count) * 2), mostBands)))
    this.#perMm = this.#bands / height
    this.#offsets = new Uint32Array(this.#bands + 1)
    this.#members = this.#fillBands(count)
  }

  contains(px: number, py: number): boolean {
    const { minX, minY, maxX, maxY } = this.bounds
    if (px < minX - NEAR || px > maxX + NEAR || py < minY - NEAR || py > maxY + NEAR) return false
    const winding = this.#winding(px, py, true)
    return winding === undefined || this.#fills(winding)
  }

  shareAlong(ax: number, ay: number, bx: number, by: number): Along {
    const meetings: Meetings = { increments: [], decrements: [], nearStarts: [], nearEnds: [] }
    const edges = this.#edges
    this.#eachEdge(ay, by, (e) => {
      recordMeeting(ax, ay, bx, by, edges, e, meetings)
    })
    this.#work.spend(10 * (meetings.increments.length + meetings.decrements.length + meetings.nearStarts.length))
    const windingAt = (t: number) => this.#winding(ax + (bx - ax) * t, ay + (by - ay) * t, false) ?? 0
    return alongPolygons(meetings, windingAt, (winding) => this.#fills(winding))
  }

  #fills(winding: number): boolean {
    return this.#rule === 'nonzero' ? winding !== 0 : winding % 2 !== 0
  }

  /** The winding number of the polygons around a point. With `detectsBorder`, undefined for a point on the border. */
  #winding(px: number, py: number, detectsBorder: boolean): number | undefined {
    const band = this.#band(py)
    const edges = this.#edges
    const first = this.#offsets[band] as number
    const end = this.#offsets[band + 1] as number
    this.#work.spend(end - first)
    let winding = 0
    for (let m = first; m < end; m++) {
      const e = 4 * (this.#members[m] as number)
      const ax = edges[e] as number
      const ay = edges[e + 1] as number
      const bx = edges[e + 2] as number
      const by = edges[e + 3] as number
      if (detectsBorder && isNear(px, py, ax, ay, bx, by)) return undefined
      if (ay <= py === by <= py) continue
      const left = (bx - ax) * (py - ay) - (px - ax) * (by - ay)
      if (by > ay ? left > 0 : left < 0) winding += by > ay ? 1 : -1
    }
    return winding
  }

  crossings(ax: number, ay: number, bx: number, by: number, into: number[]): void {
    const { minX, minY, maxX, maxY } = this.bounds
    const low = Math.min(ay, by)
    const high = Math.max(ay, by)
    if (high < minY - NEAR || low > maxY + NEAR || Math.max(ax, bx) < minX - NEAR || Math.min(ax, bx) > maxX + NEAR)
      return
    const edges = this.#edges
    this.#eachEdge(low, high, (e) => {
      const cx = edges[e] as number
      const cy = edges[e + 1] as number
      const t = crossingOf(ax, ay, bx, by, cx, cy, edges[e + 2] as number, edges[e + 3] as number)
      if (t >= 0) into.push(t)
    })
  }

  /**
   * Visits each edge in the bands between two heights once. `e` is the index of the edge's first coordinate in
   * `#edges`.
   */
  #eachEdge(ay: number, by: number, visit: (e: number) => void): void {
    const from = this.#band(Math.min(ay, by))
    const to = this.#band(Math.max(ay, by))
    this.#work.spend(to - from + (this.#offsets[to + 1] as number) - (this.#offsets[from] as number))
    for (let band = from; band <= to; band++) {
      for (let m = this.#offsets[band] as number; m < (this.#offsets[band + 1] as number); m++) {
        const e = 4 * (this.#members[m] as number)
        // an edge is in all bands that it crosses, and is visited in the first of them
        const top = Math.min(this.#edges[e + 1] as number, this.#edges[e + 3] as number)
        if (band === from || this.#band(top - NEAR) === band) visit(e)
      }
    }
  }

  *outlines(): Generator<Float64Array> {
    const { points, starts } = this.#polygons
    for (let s = 0; s + 1 < starts.length; s++) {
      const first = 2 * (starts[s] as number)
      const end = 2 * (starts[s + 1] as number)
      if (end - first < 6) continue
      const closed = new Float64Array(end - first + 2)
      closed.set(points.subarray(first, end))
      closed.set(points.subarray(first, first + 2), end - first)
      this.#work.spend(closed.length)
      yield closed
    }
  }

  #band(y: number): number {
    return Math.max(0, Math.min(this.#bands - 1, Math.floor((y - this.bounds.minY) * this.#perMm)))
  }

  /** A counting sort of the edges by the bands that they cross. */
  #fillBands(count: number): Uint32Array {
    const spans = new Uint32Array(2 * count)
    const offsets = this.#offsets
    for (let e = 0; e < count; e++) {
      const ay = this.#edges[4 * e + 1] as number
      const by = this.#edges[4 * e + 3] as number
      spans[2 * e] = this.#band(Math.min(ay, by) - NEAR)
      spans[2 * e + 1] = this.#band(Math.max(ay, by) + NEAR)
      for (let band = spans[2 * e] as number; band <= (spans[2 * e + 1] as number); band++)
        offsets[band + 1] = (offsets[band + 1] as number) + 1
    }
    for (let band = 0; band < this.#bands; band++)
      offsets[band + 1] = (offsets[band + 1] as number) + (offsets[band] as number)
    this.#work.spend(4 * (offsets[this.#bands] as number))
    const members = new Uint32Array(offsets[this.#bands] as number)
    const next = offsets.slice(0, this.#bands)
    for (let e = 0; e < count; e++) {
      for (let band = spans[2 * e] as number; band <= (spans[2 * e + 1] as number); band++) {
        members[next[band] as number] = e
        next[band] = (next[band] as number) + 1
      }
    }
    return members
  }
}

function edgesOf({ points, starts }: Strokes): Float64Array {
  const edges = new Float64Array(2 * points.length)
  let e = 0
  for (let s = 0; s + 1 < starts.length; s++) {
    const first = starts[s] as number
    const end = starts[s + 1] as number
    for (let v = first; v < end; v++) {
      const next = v + 1 < end ? v + 1 : first
      edges[e++] = points[2 * v] as number
      edges[e++] = points[2 * v + 1] as number
      edges[e++] = points[2 * next] as number
      edges[e++] = points[2 * next + 1] as number
    }
  }
  return edges
}

function sumOfHeights(edges: Float64Array): number {
  let sum = 0
  for (let e = 0; e < edges.length; e += 4) sum += Math.abs((edges[e + 3] as number) - (edges[e + 1] as number))
  return sum
}

/**
 * Records where the line through a and b crosses an edge, and where the segment a–b is near that edge. `e` is the index
 * of the edge's first coordinate.
 */
function recordMeeting(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  edges: Float64Array,
  e: number,
  { increments, decrements, nearStarts, nearEnds }: Meetings,
): void {
  const cx = edges[e] as number
  const cy = edges[e + 1] as number
  const dx = edges[e + 2] as number
  const dy = edges[e + 3] as number
  const rx = bx - ax
  const ry = by - ay
  const sx = dx - cx
  const sy = dy - cy
  const cross = rx * sy - ry * sx
  // the side on which an end lies is computed from that end alone, so that two edges with a common end agree
  const isLeft = rx * (cy - ay) - ry * (cx - ax) > 0
  if (isLeft !== rx * (dy - ay) - ry * (dx - ax) > 0) {
    const t = cross === 0 ? along(rx, ry, cx - ax, cy - ay) : ((cx - ax) * sy - (cy - ay) * sx) / cross
    if (isLeft) increments.push(t)
    else decrements.push(t)
  }
  const span = { from: 0, to: 1 }
  narrow(ax, rx, Math.min(cx, dx) - NEAR, Math.max(cx, dx) + NEAR, span)
  narrow(ay, ry, Math.min(cy, dy) - NEAR, Math.max(cy, dy) + NEAR, span)
  const width = NEAR * Math.max(NEAR, Math.sqrt(sx * sx + sy * sy))
  narrow(sx * (ay - cy) - sy * (ax - cx), -cross, -width, width, span)
  if (span.from > span.to) return
  nearStarts.push(span.from)
  nearEnds.push(span.to)
}

const along = (rx: number, ry: number, px: number, py: number): number => {
  const square = rx * rx + ry * ry
  return square === 0 ? 0 : (px * rx + py * ry) / square
}

/** Narrows a span to those t for which `start + t × slope` lies between two values. */
function narrow(start: number, slope: number, low: number, high: number, span: { from: number; to: number }): void {
  if (slope === 0) {
    if (start < low || start > high) span.to = -1
    return
  }
  const s = (low - start) / slope
  const t = (high - start) / slope
  span.from = Math.max(span.from, Math.min(s, t))
  span.to = Math.min(span.to, Math.max(s, t))
}

function isNear(px: number, py: number, ax: number, ay: number, bx: number, by: number): boolean {
  if (py < Math.min(ay, by) - NEAR || py > Math.max(ay, by) + NEAR) return false
  if (px < Math.min(ax, bx) - NEAR || px > Math.max(ax, bx) + NEAR) return false
  const dx = bx - ax
  const dy = by - ay
  const off = dx * (py - ay) - dy * (px - ax)
  return off * off <= NEAR * NEAR * Math.max(NEAR * NEAR, dx * dx + dy * dy)
}

/**
 * The place where a–b meets the edge c–d, as a fraction of a–b; -1 when they do not meet. End points count, but
 * parallel edges do not.
 */
function crossingOf(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): number {
  const rx = bx - ax
  const ry = by - ay
  const sx = dx - cx
  const sy = dy - cy
  const cross = rx * sy - ry * sx
  if (cross === 0) return -1
  const t = ((cx - ax) * sy - (cy - ay) * sx) / cross
  const u = ((cx - ax) * ry - (cy - ay) * rx) / cross
  return t >= -1e-9 && t <= 1 + 1e-9 && u >= -1e-9 && u <= 1 + 1e-9 ? Math.min(1, Math.max(0, t)) : -1
}
