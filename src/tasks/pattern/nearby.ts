import type { Bounds } from '../../geometry/bounds.ts'

export const contains = (box: Bounds, px: number, py: number): boolean =>
  px >= box.minX && px <= box.maxX && py >= box.minY && py <= box.maxY

/** Points in square cells. A query for near points looks only at nine cells. */
export class Nearby {
  readonly #cells = new Map<number, number[]>()
  readonly #box: Bounds
  readonly #cell: number

  /** @param cell  side of a cell, mm, and largest distance of a query */
  constructor(box: Bounds, cell: number) {
    this.#box = box
    this.#cell = cell
  }

  add(px: number, py: number): void {
    const key = this.#key(this.#column(px), this.#row(py))
    const cell = this.#cells.get(key)
    if (cell) cell.push(px, py)
    else this.#cells.set(key, [px, py])
  }

  /** Whether a point lies closer than `distance` (at most one cell) to px, py. */
  hasWithin(px: number, py: number, distance: number): boolean {
    const column = this.#column(px)
    const row = this.#row(py)
    for (let j = row - 1; j <= row + 1; j++) {
      for (let i = column - 1; i <= column + 1; i++) {
        const points = this.#cells.get(this.#key(i, j)) ?? []
        for (let k = 0; k < points.length; k += 2) {
          const dx = (points[k] ?? 0) - px
          const dy = (points[k + 1] ?? 0) - py
          if (dx * dx + dy * dy < distance * distance) return true
        }
      }
    }
    return false
  }

  #column(px: number): number {
    return Math.floor((px - this.#box.minX) / this.#cell) + 2
  }

  #row(py: number): number {
    return Math.floor((py - this.#box.minY) / this.#cell) + 2
  }

  #key(column: number, row: number): number {
    return row * 1_000_000 + column
  }
}
