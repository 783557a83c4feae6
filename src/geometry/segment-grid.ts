import { boundsOf } from './bounds.ts'
import { at, type Strokes, strokeCount, x, y } from './drawing.ts'
import { inkLength } from './measure.ts'

const MOST_CELLS = 500_000
/** Directions are told apart in this many classes of 12°, from 0 to 180°. */
const CLASSES = 15
/** Shorter segments than this, mm, have no direction to speak of: their class is a neighbour of every other. */
const SHORT = 0.06

/**
 * Segments by the square cells that they pass through and by their direction, so that of the many which cross a long
 * line only those are looked at that run along it. A segment is named by the index of its first vertex.
 */
export class SegmentGrid {
  readonly #points: Float64Array
  readonly #reach: number
  readonly #left: number
  readonly #top: number
  readonly #cell: number
  readonly #columns: number
  /** For each cell its classes, the one of short segments last: entries of bin b are `#entries[#offset[b] … #offset[b + 1] − 1]`. */
  readonly #offset: Uint32Array<ArrayBuffer>
  readonly #entries: Uint32Array<ArrayBuffer>

  /** @param reach  how far beside a segment it is still found, mm */
  constructor(strokes: Strokes, reach: number) {
    const box = boundsOf(strokes)
    const vertices = strokes.points.length / 2
    const [width, height] = [box.maxX - box.minX, box.maxY - box.minY]
    this.#points = strokes.points
    this.#reach = reach
    // Two segments a cell when they are spread evenly; as small as the segments where short ones may crowd; but never
    // so small that there are millions of cells.
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
    this.#columns = Math.ceil((width + 4 * reach) / this.#cell) + 1
    const rows = Math.ceil((height + 4 * reach) / this.#cell) + 1
    const offset = new Uint32Array(this.#columns * rows * (CLASSES + 1) + 1)
    eachSegment(strokes, (v) => {
      const own = this.#classOf(v)
      this.#cells(v, (c) => {
        const next = c * (CLASSES + 1) + own + 1
        offset[next] = at(offset, next) + 1
      })
    })
    for (let b = 0; b + 1 < offset.length; b++) offset[b + 1] = at(offset, b + 1) + at(offset, b)
    const entries = new Uint32Array(at(offset, offset.length - 1))
    eachSegment(strokes, (v) => {
      const own = this.#classOf(v)
      this.#cells(v, (c) => {
        const bin = c * (CLASSES + 1) + own
        entries[at(offset, bin)] = v
        offset[bin] = at(offset, bin) + 1
      })
    })
    // Filling moved each bin's offset to its end, which is where the next one begins.
    offset.copyWithin(1, 0, offset.length - 1)
    offset[0] = 0
    this.#offset = offset
    this.#entries = entries
  }

  /** Every segment within reach of the one from vertex v that may run along it, itself included; some more than once. */
  along(v: number, visit: (w: number) => void): void {
    const own = this.#classOf(v)
    this.#cells(v, (c) => {
      const first = c * (CLASSES + 1)
      if (own === CLASSES) this.#bins(first, first + CLASSES, visit)
      else {
        this.#bins(first + Math.max(0, own - 1), first + Math.min(CLASSES - 1, own + 1), visit)
        if (own === 0) this.#bins(first + CLASSES - 1, first + CLASSES, visit)
        else if (own === CLASSES - 1) this.#bins(first, first, visit)
        if (own > 0) this.#bins(first + CLASSES, first + CLASSES, visit)
      }
    })
  }

  #bins(from: number, to: number, visit: (w: number) => void): void {
    const end = at(this.#offset, to + 1)
    for (let e = at(this.#offset, from); e < end; e++) visit(at(this.#entries, e))
  }

  #classOf(v: number): number {
    const dx = x(this.#points, v + 1) - x(this.#points, v)
    const dy = y(this.#points, v + 1) - y(this.#points, v)
    if (dx * dx + dy * dy < SHORT * SHORT) return CLASSES
    const turns = Math.atan2(dy, dx) / Math.PI // −1 … 1, and a line has two directions
    return Math.floor((turns < 0 ? turns + 1 : turns) * CLASSES) % CLASSES
  }

  /** Every cell within reach of the segment from vertex v to the next, row by row. */
  #cells(v: number, visit: (cell: number) => void): void {
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
      for (let c = Math.floor((low - reach - this.#left) / cell); c <= last; c++) visit(r * this.#columns + c)
    }
  }
}

function eachSegment(strokes: Strokes, visit: (v: number) => void): void {
  for (let i = 0; i < strokeCount(strokes); i++) {
    for (let v = at(strokes.starts, i); v + 1 < at(strokes.starts, i + 1); v++) visit(v)
  }
}
