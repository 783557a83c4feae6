import { x, y } from '../../src/geometry/drawing.ts'

/** A grid of the ends of strokes that are not drawn yet, with about two ends in a cell. */
export class EndGrid {
  readonly #ends: Float64Array
  readonly #cells: number[][]
  readonly #columns: number
  readonly #rows: number
  readonly #side: number
  readonly #left: number
  readonly #top: number
  readonly #live: Uint8Array

  /** @param ends  x, y of both ends of every stroke */
  constructor(ends: Float64Array) {
    this.#ends = ends
    const count = ends.length / 2
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let a = 0; a < count; a++) {
      left = Math.min(left, x(ends, a))
      right = Math.max(right, x(ends, a))
      top = Math.min(top, y(ends, a))
      bottom = Math.max(bottom, y(ends, a))
    }
    this.#left = left
    this.#top = top
    const [width, height] = [Math.max(right - left, 1e-3), Math.max(bottom - top, 1e-3)]
    this.#side = Math.max(Math.sqrt((2 * width * height) / count), Math.max(width, height) / 2000)
    this.#columns = Math.floor(width / this.#side) + 1
    this.#rows = Math.floor(height / this.#side) + 1
    this.#cells = Array.from({ length: this.#columns * this.#rows }, () => [])
    this.#live = new Uint8Array(count).fill(1)
    for (let a = 0; a < count; a++) this.#cellOf(a).push(a)
  }

  has(node: number): boolean {
    return this.#live[node] === 1
  }

  /** Removes both ends of stroke i. */
  take(i: number): void {
    for (const node of [2 * i, 2 * i + 1]) {
      this.#live[node] = 0
      const cell = this.#cellOf(node)
      cell.splice(cell.indexOf(node), 1)
    }
  }

  /** The index of the nearest end within `most` mm; −1 when there is none. */
  nearest(px: number, py: number, most = Infinity): number {
    const [column, row] = [this.#column(px), this.#row(py)]
    let [best, least] = [-1, most]
    const rings = Math.max(this.#columns, this.#rows)
    for (let ring = 0; ring <= rings; ring++) {
      // A cell of ring n is at least n − 1 cell widths away from the point, even if the point is outside the grid, as
      // home may be.
      if (best >= 0 && (ring - 1) * this.#side > least) break
      if ((ring - 1) * this.#side > most) break
      for (let r = Math.max(0, row - ring); r <= Math.min(this.#rows - 1, row + ring); r++) {
        const isWholeRow = Math.abs(r - row) === ring
        for (let c = column - ring; c <= column + ring; c += isWholeRow || ring === 0 ? 1 : 2 * ring) {
          for (const node of this.#cells[c >= 0 && c < this.#columns ? r * this.#columns + c : -1] ?? []) {
            const d = Math.hypot(x(this.#ends, node) - px, y(this.#ends, node) - py)
            if (d < least || (best < 0 && d <= least)) [best, least] = [node, d]
          }
        }
      }
    }
    return best
  }

  #cellOf(node: number): number[] {
    return this.#cells[this.#row(y(this.#ends, node)) * this.#columns + this.#column(x(this.#ends, node))] ?? []
  }

  #column(px: number): number {
    return Math.max(0, Math.min(this.#columns - 1, Math.floor((px - this.#left) / this.#side)))
  }

  #row(py: number): number {
    return Math.max(0, Math.min(this.#rows - 1, Math.floor((py - this.#top) / this.#side)))
  }
}
