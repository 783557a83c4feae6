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

  /** The segments in a cell, as a view. */
  inCell(cell: number): Uint32Array<ArrayBuffer> {
    return this.#entries.subarray(at(this.#offset, cell), at(this.#offset, cell + 1))
  }

  /** Every cell within reach of the segment from vertex v to the next, row by row. */
  cells(v: number, reach: number, visit: (cell: number) => void): void {
    const [ax, ay, bx, by] = [x(this.#points, v), y(this.#points, v), x(this.#points, v + 1), y(this.#points, v + 1)]
    const row = (py: number) => Math.floor((py - this.#top) / this.#cell)
    const column = (px: number) => Math.floor((px - this.#left) / this.#cell)
    const [from, to] = [row(Math.min(ay, by) - reach), row(Math.max(ay, by) + reach)]
    const slope = by === ay ? 0 : (bx - ax) / (by - ay)
    for (let r = from; r <= to; r++) {
      let [low, high] = [Math.min(ax, bx), Math.max(ax, bx)]
      if (by !== ay) {
        // The part of the segment between the row's borders, a little widened, spans these x.
        const [above, below] = [this.#top + r * this.#cell - reach, this.#top + (r + 1) * this.#cell + reach]
        const [p, q] = [ax + (above - ay) * slope, ax + (below - ay) * slope]
        low = Math.max(low, Math.min(p, q))
        high = Math.min(high, Math.max(p, q))
      }
      for (let c = column(low - reach); c <= column(high + reach); c++) visit(r * this.#columns + c)
    }
  }
}

function eachSegment(strokes: Strokes, visit: (v: number) => void): void {
  for (let i = 0; i < strokeCount(strokes); i++) {
    for (let v = at(strokes.starts, i); v + 1 < at(strokes.starts, i + 1); v++) visit(v)
  }
}
