import { boundsOf } from './bounds.ts'
import { type Strokes, x, y } from './drawing.ts'
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
  /** The class of each segment. */
  readonly #classes: Uint8Array<ArrayBuffer>
  /** Segments of cell c are `#entries[#offset[c] … #offset[c + 1] − 1]`, by class, the short ones last. */
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
    this.#classes = new Uint8Array(vertices)
    const segments = this.#byClass(strokes)
    const offset = new Uint32Array(this.#columns * rows + 1)
    for (const v of segments) {
      this.#cells(v, (c) => {
        offset[c + 1] = (offset[c + 1] as number) + 1
      })
    }
    for (let c = 0; c + 1 < offset.length; c++) offset[c + 1] = (offset[c + 1] as number) + (offset[c] as number)
    const entries = new Uint32Array(offset.at(-1) ?? 0)
    for (const v of segments) {
      this.#cells(v, (c) => {
        const next = offset[c] as number
        entries[next] = v
        offset[c] = next + 1
      })
    }
    // Filling moved each cell's offset to its end, which is where the next one begins.
    offset.copyWithin(1, 0, offset.length - 1)
    offset[0] = 0
    this.#offset = offset
    this.#entries = entries
  }

  /** Every segment within reach of the one from vertex v that may run along it, itself included; some more than once. */
  along(v: number, visit: (w: number) => void): void {
    const own = this.#classes[v] as number
    this.#cells(v, (c) => {
      if (own === CLASSES) this.#ofClasses(c, 0, CLASSES, visit)
      else {
        this.#ofClasses(c, Math.max(0, own - 1), Math.min(CLASSES - 1, own + 1), visit)
        if (own === 0) this.#ofClasses(c, CLASSES - 1, CLASSES, visit)
        else if (own === CLASSES - 1) this.#ofClasses(c, 0, 0, visit)
        if (own > 0) this.#ofClasses(c, CLASSES, CLASSES, visit)
      }
    })
  }

  #ofClasses(cell: number, from: number, to: number, visit: (w: number) => void): void {
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
      if ((classes[w] as number) > to) return
      visit(w)
    }
  }

  /** All segments, those of one class together, so that they come into their cells in this order. */
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

function eachSegment(starts: Uint32Array, visit: (v: number) => void): void {
  for (let i = 0; i + 1 < starts.length; i++) {
    const last = (starts[i + 1] as number) - 1
    for (let v = starts[i] as number; v < last; v++) visit(v)
  }
}
