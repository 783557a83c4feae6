import { boundsOf } from './bounds.ts'
import { type Strokes, x, y } from './drawing.ts'
import { inkLength } from './measure.ts'

const MOST_CELLS = 500_000
/** Cells of all segments together, four bytes each: many long segments get larger cells. */
const MOST_ENTRIES = 20_000_000
/** Number of direction classes from 0 to 180°: 12° each. */
const CLASSES = 15
/** mm: the direction of a shorter segment is unreliable. Its class is a neighbour of every other. */
const SHORT = 0.06

/**
 * Indexes segments by the grid cells on their way and by direction, so that a search along a long line skips the many
 * segments that only cross it. A segment is named by the index of its first vertex.
 */
export class SegmentGrid {
  readonly #points: Float64Array
  readonly #reach: number
  readonly #left: number
  readonly #top: number
  #cell: number
  #columns = 0
  /** The class of each segment. */
  readonly #classes: Uint8Array<ArrayBuffer>
  /** Segments of cell c are `#entries[#offset[c] … #offset[c + 1] − 1]`, by class, the short ones last. */
  readonly #offset: Uint32Array<ArrayBuffer>
  readonly #entries: Uint32Array<ArrayBuffer>

  /** @param reach  distance at which a segment is still found, mm */
  constructor(strokes: Strokes, reach: number) {
    const box = boundsOf(strokes)
    const vertices = strokes.points.length / 2
    const [width, height] = [box.maxX - box.minX, box.maxY - box.minY]
    this.#points = strokes.points
    this.#reach = reach
    // Two segments per cell for an even distribution, and no larger than the mean segment, since short ones may cluster.
    // MOST_CELLS bounds the number of cells.
    const even = Math.sqrt((2 * width * height) / vertices)
    const mean = inkLength(strokes) / vertices
    this.#cell = Math.max(
      Math.min(even, mean),
      Math.sqrt((width * height) / MOST_CELLS),
      (width + height) / MOST_CELLS,
      4 * reach,
    )
    this.#left = box.minX - 2 * reach
    this.#top = box.minY - 2 * reach
    this.#classes = new Uint8Array(vertices)
    const segments = this.#byClass(strokes)
    let offset = this.#counts(segments, width, height)
    while (offset === undefined) {
      this.#cell *= 2
      offset = this.#counts(segments, width, height)
    }
    for (let c = 0; c + 1 < offset.length; c++) offset[c + 1] = (offset[c + 1] as number) + (offset[c] as number)
    const entries = new Uint32Array(offset.at(-1) ?? 0)
    const next = offset
    for (const v of segments) {
      this.#cells(v, (c) => {
        entries[next[c] as number] = v
        next[c] = (next[c] as number) + 1
        return false
      })
    }
    // Filling moved each offset to the end of its cell, which is the start of the next.
    offset.copyWithin(1, 0, offset.length - 1)
    offset[0] = 0
    this.#offset = offset
    this.#entries = entries
  }

  /** Segments of each cell, in the entry after its own; undefined when all together are too many. */
  #counts(segments: Uint32Array, width: number, height: number): Uint32Array<ArrayBuffer> | undefined {
    this.#columns = Math.ceil((width + 4 * this.#reach) / this.#cell) + 1
    const rows = Math.ceil((height + 4 * this.#reach) / this.#cell) + 1
    const counts = new Uint32Array(this.#columns * rows + 1)
    let entries = 0
    const count = (c: number): boolean => {
      counts[c + 1] = (counts[c + 1] as number) + 1
      return ++entries > Math.max(MOST_ENTRIES, 9 * segments.length)
    }
    return segments.some((v) => this.#cells(v, count)) ? undefined : counts
  }

  /**
   * Visits every segment in reach of the one from vertex v with a similar direction, itself included, possibly twice.
   *
   * @param visit  returns true to end the search
   */
  along(v: number, visit: (w: number) => boolean): void {
    const own = this.#classes[v] as number
    this.#cells(v, (c) => {
      if (own === CLASSES) return this.#ofClasses(c, 0, CLASSES, visit)
      if (this.#ofClasses(c, Math.max(0, own - 1), Math.min(CLASSES - 1, own + 1), visit)) return true
      if (own === 0) return this.#ofClasses(c, CLASSES - 1, CLASSES, visit)
      if (own === CLASSES - 1 && this.#ofClasses(c, 0, 0, visit)) return true
      return this.#ofClasses(c, CLASSES, CLASSES, visit)
    })
  }

  /** @returns whether a visit ended the search */
  #ofClasses(cell: number, from: number, to: number, visit: (w: number) => boolean): boolean {
    const [classes, entries] = [this.#classes, this.#entries]
    let low = this.#offset[cell] as number
    const end = this.#offset[cell + 1] as number
    for (let high = end; low < high; ) {
      const middle = (low + high) >>> 1
      if ((classes[entries[middle] as number] as number) < from) low = middle + 1
      else high = middle
    }
    for (; low < end; low++) {
      const w = entries[low] as number
      if ((classes[w] as number) > to) return false
      if (visit(w)) return true
    }
    return false
  }

  /** All segments sorted by class: they enter their cells in this order. */
  #byClass({ starts }: Strokes): Uint32Array<ArrayBuffer> {
    const place = new Uint32Array(CLASSES + 2)
    eachSegment(starts, (v) => {
      const own = this.#classOf(v)
      this.#classes[v] = own
      place[own + 1] = (place[own + 1] as number) + 1
    })
    for (let k = 0; k <= CLASSES; k++) place[k + 1] = (place[k + 1] as number) + (place[k] as number)
    const segments = new Uint32Array(place[CLASSES + 1] as number)
    eachSegment(starts, (v) => {
      const own = this.#classes[v] as number
      const next = place[own] as number
      segments[next] = v
      place[own] = next + 1
    })
    return segments
  }

  #classOf(v: number): number {
    const dx = x(this.#points, v + 1) - x(this.#points, v)
    const dy = y(this.#points, v + 1) - y(this.#points, v)
    if (dx * dx + dy * dy < SHORT * SHORT) return CLASSES
    const turns = Math.atan2(dy, dx) / Math.PI // −1 … 1, and a line has two directions
    return Math.floor((turns < 0 ? turns + 1 : turns) * CLASSES) % CLASSES
  }

  /**
   * Visits every cell within reach of the segment from vertex v to the next, row by row, until a visit returns true.
   *
   * @returns whether one did
   */
  #cells(v: number, visit: (cell: number) => boolean): boolean {
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
        // The part of the segment between the row's borders, a little widened, spans these x.
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
