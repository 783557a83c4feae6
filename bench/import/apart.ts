import { boundsOf } from '../../src/geometry/bounds.ts'
import { at, type Strokes, stroke, strokeCount } from '../../src/geometry/drawing.ts'

/** The distances between two sets of strokes, a and b. */
export interface Apart {
  /**
   * Greatest distance of a's vertices and segment midpoints from b, mm; infinite when b has nothing near one of these
   * points.
   */
  readonly aFromB: number
  /** The same with a and b exchanged. */
  readonly bFromA: number
  /** The point with the greater of the two distances, in the unit of the strokes. */
  readonly place: readonly [x: number, y: number]
}

const MIN_CELL_MM = 0.1

/** Compares two sets of strokes that have the same unit. `unit` is the size of this unit, mm. */
export function apart(a: Strokes, b: Strokes, unit: number): Apart {
  const cell = Math.max(MIN_CELL_MM / unit, sizeOf(a) / 200, sizeOf(b) / 200)
  const [ofA, ofB] = [farthest(a, new Segments(b, cell)), farthest(b, new Segments(a, cell))]
  const { place } = ofA.distance >= ofB.distance ? ofA : ofB
  return { aFromB: ofA.distance * unit, bFromA: ofB.distance * unit, place }
}

const sizeOf = (strokes: Strokes): number => {
  const { minX, minY, maxX, maxY } = boundsOf(strokes)
  return Math.max(maxX - minX, maxY - minY, 0)
}

interface Farthest {
  readonly distance: number
  readonly place: readonly [x: number, y: number]
}

function farthest(strokes: Strokes, segments: Segments): Farthest {
  let worst: Farthest = { distance: 0, place: [0, 0] }
  const probe = (x: number, y: number): void => {
    const distance = segments.distance(x, y)
    if (distance > worst.distance) worst = { distance, place: [x, y] }
  }
  for (let i = 0; i < strokeCount(strokes); i++) {
    const line = stroke(strokes, i)
    for (let v = 0; v < line.length; v += 2) {
      probe(at(line, v), at(line, v + 1))
      if (v + 2 < line.length) probe((at(line, v) + at(line, v + 2)) / 2, (at(line, v + 1) + at(line, v + 3)) / 2)
    }
  }
  return worst
}

/** The segments in each cell of a grid. */
class Segments {
  readonly #cells = new Map<string, number[]>()
  readonly #lines: number[] = []
  readonly #cell: number

  constructor(strokes: Strokes, cell: number) {
    this.#cell = cell
    for (let i = 0; i < strokeCount(strokes); i++) {
      const line = stroke(strokes, i)
      if (line.length === 2) this.#add(at(line, 0), at(line, 1), at(line, 0), at(line, 1))
      for (let v = 0; v + 2 < line.length; v += 2)
        this.#add(at(line, v), at(line, v + 1), at(line, v + 2), at(line, v + 3))
    }
  }

  /**
   * Distance from the nearest segment in the 3 × 3 cells around the point; infinite when these cells are empty. If a
   * segment is within ¾ of a cell, the distance is exact. Otherwise the distance may be too great.
   */
  distance(x: number, y: number): number {
    const [column, row] = [Math.floor(x / this.#cell), Math.floor(y / this.#cell)]
    let least = Number.POSITIVE_INFINITY
    for (let c = column - 1; c <= column + 1; c++)
      for (let r = row - 1; r <= row + 1; r++)
        for (const i of this.#cells.get(`${c} ${r}`) ?? []) least = Math.min(least, this.#from(i, x, y))
    return least
  }

  #add(x0: number, y0: number, x1: number, y1: number): void {
    const i = this.#lines.length
    this.#lines.push(x0, y0, x1, y1)
    const steps = Math.ceil((2 * Math.hypot(x1 - x0, y1 - y0)) / this.#cell) + 1
    let last = ''
    for (let s = 0; s <= steps; s++) {
      const [px, py] = [x0 + ((x1 - x0) * s) / steps, y0 + ((y1 - y0) * s) / steps]
      const key = `${Math.floor(px / this.#cell)} ${Math.floor(py / this.#cell)}`
      if (key === last) continue
      last = key
      const list = this.#cells.get(key)
      if (list === undefined) this.#cells.set(key, [i])
      else list.push(i)
    }
  }

  #from(i: number, x: number, y: number): number {
    const [x0, y0] = [at(this.#lines, i), at(this.#lines, i + 1)]
    const [dx, dy] = [at(this.#lines, i + 2) - x0, at(this.#lines, i + 3) - y0]
    const length = dx * dx + dy * dy
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length))
    return Math.hypot(x - x0 - share * dx, y - y0 - share * dy)
  }
}

/** The fraction of the length of `a` that is farther than `near` from `b`. `near` is in the unit of the strokes. */
export function lacking(a: Strokes, b: Strokes, near: number): number {
  const segments = new Segments(b, 2 * near)
  let [without, total] = [0, 0]
  for (let i = 0; i < strokeCount(a); i++) {
    const line = stroke(a, i)
    for (let v = 0; v + 2 < line.length; v += 2) {
      const [x, y] = [at(line, v), at(line, v + 1)]
      const [dx, dy] = [at(line, v + 2) - x, at(line, v + 3) - y]
      const length = Math.hypot(dx, dy)
      const parts = Math.max(1, Math.ceil(length / near))
      total += length
      for (let p = 0; p < parts; p++) {
        const share = (p + 0.5) / parts
        if (segments.distance(x + dx * share, y + dy * share) > near) without += length / parts
      }
    }
  }
  return total === 0 ? 0 : without / total
}
