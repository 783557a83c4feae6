import { boundsOf } from './bounds.ts'
import { at, type Strokes, strokeCount, x, y } from './drawing.ts'
import { inkLength } from './measure.ts'

const MOST_CELLS = 4_000_000

/** Segments by the square cells that they pass through. A segment is named by the index of its first vertex. */
export class SegmentGrid {
  readonly #points: Float64Array
  readonly #left: number
  readonly #top: number
  readonly #cell: number
  readonly #columns: number
  readonly #rows: number
  /** Entries of cell c are `#entries[#offset[c] … #offset[c + 1] − 1]`. */
  readonly #offset: Uint32Array<ArrayBuffer>
  readonly #entries: Uint32Array<ArrayBuffer>

  /** @param reach  how far beside a segment it is still found, mm */
  constructor(strokes: Strokes, reach: number) {
    const box = boundsOf(strokes)
    const vertices = strokes.points.length / 2
    const [width, height] = [box.maxX - box.minX, box.maxY - box.minY]
    this.#points = strokes.points
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
    this.#rows = Math.ceil((height + 4 * reach) / this.#cell) + 1
    this.#offset = new Uint32Array(this.#columns * this.#rows + 1)
    eachSegment(strokes, (v) =>
      this.cells(v, reach, (c) => {
        this.#offset[c + 1] = at(this.#offset, c + 1) + 1
      }),
    )
    for (let c = 0; c + 1 < this.#offset.length; c++) {
      this.#offset[c + 1] = at(this.#offset, c + 1) + at(this.#offset, c)
    }
    const next = this.#offset.slice()
    this.#entries = new Uint32Array(at(this.#offset, this.#offset.length - 1))
    eachSegment(strokes, (v) =>
      this.cells(v, reach, (c) => {
        this.#entries[at(next, c)] = v
        next[c] = at(next, c) + 1
      }),
    )
  }

  /** Every segment in a cell. */
  inCell(cell: number, visit: (v: number) => void): void {
    const end = at(this.#offset, cell + 1)
    for (let i = at(this.#offset, cell); i < end; i++) visit(at(this.#entries, i))
  }

  /** Every cell within reach of the segment from vertex v to the next, row by row. */
  cells(v: number, reach: number, visit: (cell: number) => void): void {
    const ax = x(this.#points, v)
    const ay = y(this.#points, v)
    const bx = x(this.#points, v + 1)
    const by = y(this.#points, v + 1)
    const cell = this.#cell
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
