import { boundsOf } from './bounds.ts'
import { type Strokes, x, y } from './drawing.ts'
import { ascending } from './radix-sort.ts'

/** Approximate limit on the cells of a grid, four bytes each. */
const MAX_CELLS = 500_000
/**
 * Maximum number of entries. A segment has an entry, of twelve bytes, in each cell within its reach. A grid of many
 * segments may have more entries: up to nine for each segment. With too many entries, the cells become larger.
 */
const MAX_ENTRIES = 20_000_000
/** Minimum length of a segment with a reliable direction, mm. A search ignores the direction of a shorter segment. */
const SHORT = 0.06
/** The direction of a short segment. Other directions are 0 … π. */
const NO_DIRECTION = 4
/** Rounding error of distances in 32 bits, mm. */
const ROUNDING = 2e-3
/** Approximate maximum number of cells that a segment of mean length crosses. */
const CELLS = 4

/** The range of lengths of the segments in a grid. */
export interface Lengths {
  /** Minimum length, mm. */
  readonly from: number
  /** Length that no segment reaches, mm. */
  readonly below: number
}

/**
 * Indexes segments by direction and by the grid cells within their reach. A search along a long line thus skips the
 * many segments that only cross the line. A segment is named by the index of its first vertex.
 */
export class SegmentGrid {
  readonly #points: Float64Array
  readonly #reach: number
  readonly #left: number
  readonly #top: number
  #cell: number
  #columns = 0
  /** The direction of each segment, 0 … π, or NO_DIRECTION. */
  readonly #direction: Float32Array<ArrayBuffer>
  /** Segments of cell c are `#entries[#offset[c] … #offset[c + 1] − 1]`, by direction, the short ones last. */
  readonly #offset: Uint32Array<ArrayBuffer>
  readonly #entries: Uint32Array<ArrayBuffer>
  /** The direction of each entry. */
  readonly #directions: Float32Array<ArrayBuffer>
  /** Distance of each entry's line from the middle of its cell, mm. */
  readonly #fromMiddle: Float32Array<ArrayBuffer>

  /**
   * @param reach    distance at which a segment is still found, mm
   * @param lengths  lengths of the segments that are indexed; `visitParallel` accepts a segment of any length
   */
  constructor(strokes: Strokes, reach: number, lengths: Lengths = { from: 0, below: Infinity }) {
    const box = boundsOf(strokes)
    const vertices = strokes.points.length / 2
    const width = box.maxX - box.minX
    const height = box.maxY - box.minY
    this.#points = strokes.points
    this.#reach = reach
    this.#left = box.minX - 2 * reach
    this.#top = box.minY - 2 * reach
    this.#direction = new Float32Array(vertices)
    const { segments, mean } = this.#byDirection(strokes, lengths)
    // If the segments lay evenly, a cell of the size `even` would have two. Short segments may cluster, so a cell is at
    // most as large as the mean segment. Only the reach, MAX_CELLS or MAX_ENTRIES can require a larger cell.
    const even = Math.sqrt((2 * width * height) / Math.max(1, segments.length))
    this.#cell = Math.max(
      Math.min(even, mean),
      mean / CELLS,
      Math.sqrt((width * height) / MAX_CELLS),
      (width + height) / MAX_CELLS,
      4 * reach,
    )
    let offset = this.#counts(segments, width, height)
    while (offset === undefined) {
      this.#cell *= 2
      offset = this.#counts(segments, width, height)
    }
    for (let c = 0; c + 1 < offset.length; c++) offset[c + 1] = (offset[c + 1] as number) + (offset[c] as number)
    this.#offset = offset
    this.#entries = new Uint32Array(offset.at(-1) ?? 0)
    this.#fromMiddle = new Float32Array(this.#entries.length)
    this.#directions = new Float32Array(this.#entries.length)
    this.#fill(segments)
  }

  /**
   * The number of segments in each cell; the number for cell c is at index c + 1. Undefined when the sum for all cells
   * is too large.
   */
  #counts(segments: Uint32Array, width: number, height: number): Uint32Array<ArrayBuffer> | undefined {
    this.#columns = Math.ceil((width + 4 * this.#reach) / this.#cell) + 1
    const rows = Math.ceil((height + 4 * this.#reach) / this.#cell) + 1
    const counts = new Uint32Array(this.#columns * rows + 1)
    let entries = 0
    const count = (c: number): boolean => {
      counts[c + 1] = (counts[c + 1] as number) + 1
      return ++entries > Math.max(MAX_ENTRIES, 9 * segments.length)
    }
    return segments.some((v) => this.#visitCells(v, count)) ? undefined : counts
  }

  /** Writes the entries of all segments. Meanwhile the offset of a cell is the place of its next entry. */
  #fill(segments: Uint32Array): void {
    const next = this.#offset
    const entries = this.#entries
    const fromMiddle = this.#fromMiddle
    for (const v of segments) {
      this.#visitCells(v, (c) => {
        entries[next[c] as number] = v
        fromMiddle[next[c] as number] = this.#fromMiddleOf(v, c)
        next[c] = (next[c] as number) + 1
        return false
      })
    }
    // each offset is now at the end of its cell, which is the start of the next cell
    next.copyWithin(1, 0, next.length - 1)
    next[0] = 0
    for (let e = 0; e < entries.length; e++) this.#directions[e] = this.#direction[entries[e] as number] as number
  }

  /**
   * Visits every segment of the grid that is within reach of the segment at vertex v and has a similar direction. May
   * visit a segment more than once. May also visit the segment at v itself, segments out of reach, and segments too
   * short for a direction.
   *
   * @param turn   largest difference of the directions, radians
   * @param visit  returns true to end the search
   */
  visitParallel(v: number, turn: number, visit: (w: number) => boolean): void {
    if (this.#entries.length === 0) return
    const own = this.#direction[v] as number
    // two lines of similar direction that meet in a cell pass the cell's middle at nearly the same distance
    const mostApart = 2 * this.#reach + turn * (this.#cell + this.#reach) + ROUNDING
    this.#visitCells(v, (c) => {
      if (own === NO_DIRECTION) return this.#visitInCell(c, 0, NO_DIRECTION, 0, Infinity, visit)
      const distance = this.#fromMiddleOf(v, c)
      if (this.#visitInCell(c, own - turn, own + turn, distance, mostApart, visit)) return true
      if (own < turn && this.#visitInCell(c, own - turn + Math.PI, Math.PI + 1e-3, distance, mostApart, visit))
        return true
      if (own > Math.PI - turn && this.#visitInCell(c, 0, own + turn - Math.PI, distance, mostApart, visit)) return true
      return this.#visitInCell(c, NO_DIRECTION, NO_DIRECTION, 0, Infinity, visit)
    })
  }

  /** Distance of a segment's line from the middle of a cell, mm. */
  #fromMiddleOf(v: number, cell: number): number {
    const column = cell % this.#columns
    const mx = this.#left + (column + 0.5) * this.#cell
    const my = this.#top + ((cell - column) / this.#columns + 0.5) * this.#cell
    const ax = x(this.#points, v)
    const ay = y(this.#points, v)
    const dx = x(this.#points, v + 1) - ax
    const dy = y(this.#points, v + 1) - ay
    return Math.abs((mx - ax) * dy - (my - ay) * dx) / Math.sqrt(dx * dx + dy * dy)
  }

  /**
   * Visits the segments of a cell in a range of directions.
   *
   * @param distance   wanted distance of a segment's line from the middle of the cell, mm
   * @param mostApart  maximum difference of a segment's distance from `distance`, mm
   * @returns whether a visit ended the search
   */
  #visitInCell(
    cell: number,
    from: number,
    to: number,
    distance: number,
    mostApart: number,
    visit: (w: number) => boolean,
  ): boolean {
    const directions = this.#directions
    const entries = this.#entries
    const fromMiddle = this.#fromMiddle
    let low = this.#offset[cell] as number
    const end = this.#offset[cell + 1] as number
    for (let high = end; low < high; ) {
      const middle = (low + high) >>> 1
      if ((directions[middle] as number) < from) low = middle + 1
      else high = middle
    }
    for (; low < end; low++) {
      if ((directions[low] as number) > to) return false
      if (Math.abs((fromMiddle[low] as number) - distance) > mostApart) continue
      if (visit(entries[low] as number)) return true
    }
    return false
  }

  /**
   * The segments with a length in a range, sorted by direction, and their mean length. The segments enter the cells in
   * this order.
   */
  #byDirection({ starts }: Strokes, { from, below }: Lengths): { segments: Uint32Array<ArrayBuffer>; mean: number } {
    const matches = new Uint32Array(this.#direction.length)
    let count = 0
    let sum = 0
    eachSegment(starts, (v) => {
      const dx = x(this.#points, v + 1) - x(this.#points, v)
      const dy = y(this.#points, v + 1) - y(this.#points, v)
      const length = Math.sqrt(dx * dx + dy * dy)
      this.#direction[v] = directionOf(dx, dy, length)
      if (length < from || length >= below) return
      matches[count++] = v
      sum += length
    })
    const segments = matches.subarray(0, count)
    const order = ascending(Float32Array.from(segments, (v) => this.#direction[v] as number))
    return { segments: order.map((i) => segments[i] as number), mean: count === 0 ? 0 : sum / count }
  }

  /**
   * Visits every cell within reach of the segment that starts at vertex v, row by row, until a visit returns true.
   *
   * @returns whether a visit returned true
   */
  #visitCells(v: number, visit: (cell: number) => boolean): boolean {
    const reach = this.#reach
    const cell = this.#cell
    const ax = x(this.#points, v)
    const ay = y(this.#points, v)
    const bx = x(this.#points, v + 1)
    const by = y(this.#points, v + 1)
    const from = Math.floor((Math.min(ay, by) - reach - this.#top) / cell)
    const to = Math.floor((Math.max(ay, by) + reach - this.#top) / cell)
    const slope = by === ay ? 0 : (bx - ax) / (by - ay)
    for (let r = from; r <= to; r++) {
      let low = Math.min(ax, bx)
      let high = Math.max(ax, bx)
      if (by !== ay) {
        // the segment's range of x between the row's borders, each moved outwards by the reach
        const p = ax + (this.#top + r * cell - reach - ay) * slope
        const q = ax + (this.#top + (r + 1) * cell + reach - ay) * slope
        low = Math.max(low, Math.min(p, q))
        high = Math.min(high, Math.max(p, q))
      }
      const last = Math.floor((high + reach - this.#left) / cell)
      for (let c = Math.floor((low - reach - this.#left) / cell); c <= last; c++)
        if (visit(r * this.#columns + c)) return true
    }
    return false
  }
}

function eachSegment(starts: Uint32Array, visit: (v: number) => void): void {
  for (let i = 0; i + 1 < starts.length; i++) {
    const last = (starts[i + 1] as number) - 1
    for (let v = starts[i] as number; v < last; v++) visit(v)
  }
}

/**
 * The direction of a segment, 0 … π; NO_DIRECTION for a short segment. A segment and its reverse have one direction, so
 * 0 and π are the same.
 */
function directionOf(dx: number, dy: number, length: number): number {
  if (length < SHORT) return NO_DIRECTION
  const angle = Math.atan2(dy, dx)
  // + 0 turns −0 into 0: a sorted Float32Array has −0 before 0
  return angle < 0 ? angle + Math.PI : angle + 0
}
