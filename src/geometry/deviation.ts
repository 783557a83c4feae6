import { type Strokes, strokeCount, x, y } from './drawing.ts'

/** The sample point of one set of strokes that lies farthest from the ink of another set. */
export interface Deviation {
  /** Distance from the sample point to the nearest ink of the other set, mm. */
  readonly mm: number
  /** The sample point; 0, 0 when the distance is 0. */
  readonly x: number
  readonly y: number
}

/** Largest distance between neighbouring sample points on a segment, mm: less than the width of a pen. */
const SAMPLE_MM = 0.1
/** Side of a grid cell, mm. */
const CELL_MM = 0.5

/**
 * The greatest distance from a sample point of `strokes` to the nearest ink of `others` (the directed Hausdorff
 * distance). Sample points are at most 0.1 mm apart. When the distances in both directions are small, no ink is
 * misplaced and none is missing. Pen-up moves do not count.
 *
 * @returns `mm` is Infinity when only `others` is empty, and 0 when `strokes` is empty
 */
export function deviation(strokes: Strokes, others: Strokes): Deviation {
  const near = new DistanceGrid(others)
  let worst = { mm: 0, x: 0, y: 0 }
  eachSample(strokes, (px, py) => {
    const mm = near.distance(px, py)
    if (mm > worst.mm) worst = { mm, x: px, y: py }
  })
  return worst
}

function eachSample({ points, starts }: Strokes, visit: (px: number, py: number) => void): void {
  for (let s = 0; s + 1 < starts.length; s++) {
    const first = starts[s] as number
    const end = starts[s + 1] as number
    if (end > first) visit(x(points, first), y(points, first))
    for (let i = first + 1; i < end; i++) {
      const ax = x(points, i - 1)
      const ay = y(points, i - 1)
      const dx = x(points, i) - ax
      const dy = y(points, i) - ay
      const parts = Math.max(1, Math.ceil(Math.hypot(dx, dy) / SAMPLE_MM))
      for (let k = 1; k <= parts; k++) visit(ax + (dx * k) / parts, ay + (dy * k) / parts)
    }
  }
}

/** Finds segments by the grid cells that their bounding boxes touch. A dot is a segment of no length. */
class DistanceGrid {
  readonly #cells = new Map<number, number[]>()
  readonly #ends: Float64Array
  /** The largest number of a row or column with a segment, without its sign. */
  #reach = 0

  constructor(strokes: Strokes) {
    this.#ends = segments(strokes)
    for (let s = 0; 4 * s < this.#ends.length; s++) this.#place(s)
  }

  /** Distance to the nearest segment, searched in rings of cells around the point. */
  distance(px: number, py: number): number {
    if (this.#ends.length === 0) return Number.POSITIVE_INFINITY
    const cx = Math.floor(px / CELL_MM)
    const cy = Math.floor(py / CELL_MM)
    let best = Number.POSITIVE_INFINITY
    const farthest = this.#reach + Math.max(Math.abs(cx), Math.abs(cy)) + 1
    // a segment first found in ring r is no nearer than the outer edge of ring r - 1
    const inside = Math.min(px - cx * CELL_MM, (cx + 1) * CELL_MM - px, py - cy * CELL_MM, (cy + 1) * CELL_MM - py)
    for (let ring = 0; ring <= farthest && (ring === 0 || inside + (ring - 1) * CELL_MM < best); ring++) {
      for (let dy = -ring; dy <= ring; dy++) {
        const across = Math.abs(dy) === ring ? 1 : 2 * ring || 1
        for (let dx = -ring; dx <= ring; dx += across) {
          best = this.#inCell(cx + dx, cy + dy, px, py, best)
        }
      }
    }
    return best
  }

  #inCell(cx: number, cy: number, px: number, py: number, soFar: number): number {
    let best = soFar
    for (const s of this.#cells.get(key(cx, cy)) ?? []) best = this.#toSegment(s, px, py, best)
    return best
  }

  /** @returns the distance to this segment, or `soFar` if that is less, mm */
  #toSegment(s: number, px: number, py: number, soFar: number): number {
    const ax = this.#ends[4 * s] as number
    const ay = this.#ends[4 * s + 1] as number
    const dx = (this.#ends[4 * s + 2] as number) - ax
    const dy = (this.#ends[4 * s + 3] as number) - ay
    const length2 = dx * dx + dy * dy
    const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length2))
    const ox = ax + t * dx - px
    const oy = ay + t * dy - py
    const mm = Math.sqrt(ox * ox + oy * oy)
    return Math.min(mm, soFar)
  }

  #place(s: number): void {
    const xs = [this.#ends[4 * s] as number, this.#ends[4 * s + 2] as number].map((value) =>
      Math.floor(value / CELL_MM),
    )
    const ys = [this.#ends[4 * s + 1] as number, this.#ends[4 * s + 3] as number].map((value) =>
      Math.floor(value / CELL_MM),
    )
    for (let cy = Math.min(...ys); cy <= Math.max(...ys); cy++) {
      for (let cx = Math.min(...xs); cx <= Math.max(...xs); cx++) {
        const cell = this.#cells.get(key(cx, cy))
        if (cell) cell.push(s)
        else this.#cells.set(key(cx, cy), [s])
        this.#reach = Math.max(this.#reach, Math.abs(cx), Math.abs(cy))
      }
    }
  }
}

/** One number for a cell; the sides of a sheet are far shorter than 2^20 cells. */
const key = (cx: number, cy: number): number => (cx + 2 ** 20) * 2 ** 21 + (cy + 2 ** 20)

/** Both ends of every segment, and every dot. */
function segments(strokes: Strokes): Float64Array {
  const { points, starts } = strokes
  const ends: number[] = []
  for (let s = 0; s < strokeCount(strokes); s++) {
    const first = starts[s] as number
    const end = starts[s + 1] as number
    if (end - first === 1) ends.push(x(points, first), y(points, first), x(points, first), y(points, first))
    for (let i = first + 1; i < end; i++) ends.push(x(points, i - 1), y(points, i - 1), x(points, i), y(points, i))
  }
  return Float64Array.from(ends)
}
