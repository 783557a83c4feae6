import { at, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { KdTree } from '../../../geometry/kd-tree.ts'
import { isClosed } from '../order/sequence.ts'
import type { Work } from '../work.ts'

/**
 * Where ends are dense (see DENSE), a search around a place visits only the nearest ends: this many and two more. The
 * two more are for a search around an end, which may find both ends of the same stroke, too. If a layer has very many
 * ends, the number is smaller (see MAX_PAIRS).
 */
const MAX_NEAR = 24
const MIN_NEAR = 8
/**
 * For more ends than MAX_PAIRS / MAX_NEAR, the number MAX_PAIRS / (number of ends), but at least MIN_NEAR, replaces
 * MAX_NEAR. This smaller number limits the memory for the neighbours of all ends.
 */
const MAX_PAIRS = 8_000_000
/**
 * A grid sorts the ends into square cells (`EndGrid`). Ends are dense where a cell and the eight cells around it have
 * more than DENSE · MAX_NEAR ends, or DENSE · (the number that replaces MAX_NEAR). There a tree finds the nearest ends.
 * Elsewhere the search compares all ends of these nine cells.
 */
const DENSE = 8 / 3
/**
 * Minimum width of a cell, mm: the rounding of three decimals in a file. With far narrower cells, column and
 * row numbers would exceed 2⁵³, where adding 1 changes nothing.
 */
const LEAST_CELL = 0.001
/** In a layer with more vertices than this, closed strokes are not searched for a vertex near an open stroke's end. */
const MAX_VERTICES = 4_000_000
/**
 * A stroke with at least three segments is nearly closed if its ends are at most this far apart, mm. A trail that
 * `trails` makes of closed strokes may end this far from its beginning.
 */
const SAME = 0.002
/** A closed stroke. */
const CLOSED = 1
/** A nearly closed stroke. It cannot begin at another vertex, because its ends differ by a rounding error. */
const NEARLY = 2

/**
 * The ends of strokes, and for each end the ends of other strokes within the join distance. Stroke `i` has ends `2i`
 * and `2i + 1`. The seam of a closed stroke is the vertex at which the stroke begins and ends.
 *
 * Two closed strokes never count as near. If most strokes are closed, the closed ones have no neighbours at all.
 * Without neighbours their seams stay free. So the search for an order may move these seams, and joins more strokes
 * than this room would.
 */
export interface NearEnds {
  /**
   * x, y of every end. Both ends of a closed stroke lie at its `seam`. The ends of a nearly closed stroke stay apart.
   */
  readonly xy: Float64Array<ArrayBuffer>
  /** For each closed stroke, the vertex at which it would be joined, counted from 0; 0 for other strokes. */
  readonly seam: Uint32Array<ArrayBuffer>
  /** Ends of other strokes near end `a`: `near[offset[a] … offset[a + 1] − 1]`. The relation is symmetric. */
  readonly offset: Uint32Array<ArrayBuffer>
  readonly near: Int32Array<ArrayBuffer>
}

/** Finds the ends within `join` mm of each other. Moves seams of closed strokes to vertices near ends of open ones. */
export function nearEnds(strokes: Strokes, join: number, work: Work): NearEnds {
  const count = strokeCount(strokes)
  const { points, starts } = strokes
  const xy = new Float64Array(4 * count)
  const closed = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const first = starts[i] as number
    const last = (starts[i + 1] as number) - 1
    xy.set([x(points, first), y(points, first), x(points, last), y(points, last)], 4 * i)
    const gap = Math.hypot(x(points, first) - x(points, last), y(points, first) - y(points, last))
    closed[i] = isClosed(strokes, i) ? CLOSED : last - first >= 3 && gap <= SAME ? NEARLY : 0
  }
  const seam = new Uint32Array(count)
  const ends = new EndGrid(xy, join)
  const areMostOpen = 2 * closed.reduce((sum, flag) => sum + (flag > 0 ? 1 : 0), 0) <= count
  if (areMostOpen && points.length / 2 <= MAX_VERTICES) moveSeams(strokes, closed, ends, seam, work)
  const from = new Uint32Array(2 * count + 1)
  const to = new IntList()
  const pairs = seam.some((v) => v > 0) ? new EndGrid(xy, join) : ends
  for (let a = 0; a < 2 * count; a++) {
    if (a % 4096 === 0) work.check()
    pairs.forEachNear(xy[2 * a] as number, xy[2 * a + 1] as number, (b) => {
      const closedStrokes = Math.min(1, closed[a >> 1] as number) + Math.min(1, closed[b >> 1] as number)
      if (b >> 1 === a >> 1 || closedStrokes > (areMostOpen ? 1 : 0)) return
      to.push(b)
    })
    from[a + 1] = to.length
  }
  return { xy, seam, ...symmetric(from, to.take()) }
}

/**
 * If a vertex of a closed stroke is near an open stroke's end, moves the seam to the vertex with the least distance to
 * such an end. A seam that is near such an end stays.
 */
function moveSeams(
  { points, starts }: Strokes,
  closed: Uint8Array,
  ends: EndGrid,
  seam: Uint32Array,
  work: Work,
): void {
  const { xy } = ends
  for (let i = 0; i < closed.length; i++) {
    if (closed[i] !== CLOSED) continue
    const first = starts[i] as number
    const last = (starts[i + 1] as number) - 1
    let least = Infinity
    let best = 0
    ends.forEachNear(x(points, first), y(points, first), (b) => {
      if (closed[b >> 1] === 0) least = 0
    })
    for (let v = first; v < last && least > 0; v++) {
      if (v % 4096 === 0) work.check()
      const px = x(points, v)
      const py = y(points, v)
      ends.forEachNear(px, py, (b) => {
        if ((closed[b >> 1] as number) > 0) return
        const d = (xy[2 * b] as number) - px
        const e = (xy[2 * b + 1] as number) - py
        if (d * d + e * e >= least) return
        least = d * d + e * e
        best = v - first
      })
    }
    if (best === 0) continue
    seam[i] = best
    const px = x(points, first + best)
    const py = y(points, first + best)
    xy.set([px, py, px, py], 4 * i)
  }
}

/**
 * Lists the neighbours of each end. If `b` is a neighbour of `a`, then `a` is a neighbour of `b`. When two ends found
 * each other, each is listed once at the other, not twice.
 *
 * @param from  end `a` found the ends `found[from[a] … from[a + 1] − 1]`
 * @param found changed: when two ends found each other, the entry at the end with the lower number stays; the entry at
 *   the end with the higher number becomes −1
 */
function symmetric(from: Uint32Array, found: Int32Array): Pick<NearEnds, 'offset' | 'near'> {
  const ends = from.length - 1
  const hasFound = (a: number, b: number): boolean => {
    for (let k = at(from, a); k < at(from, a + 1); k++) if (found[k] === b) return true
    return false
  }
  const offset = new Uint32Array(ends + 1)
  for (let a = 0; a < ends; a++) {
    for (let k = at(from, a); k < at(from, a + 1); k++) {
      const b = at(found, k)
      if (b < a && hasFound(b, a)) {
        found[k] = -1
        continue
      }
      offset[a + 1] = at(offset, a + 1) + 1
      offset[b + 1] = at(offset, b + 1) + 1
    }
  }
  for (let a = 0; a < ends; a++) offset[a + 1] = at(offset, a + 1) + at(offset, a)
  const near = new Int32Array(at(offset, ends))
  const next = offset.slice()
  const add = (a: number, b: number): void => {
    near[at(next, a)] = b
    next[a] = at(next, a) + 1
  }
  for (let a = 0; a < ends; a++) {
    for (let k = at(from, a); k < at(from, a + 1); k++) {
      const b = at(found, k)
      if (b < 0) continue
      add(a, b)
      add(b, a)
    }
  }
  return { offset, near }
}

/** A list of whole numbers that grows. A plain list of so many numbers would take twice the memory. */
class IntList {
  length = 0
  #all = new Int32Array(1024)

  push(value: number): void {
    if (this.length === this.#all.length) {
      const longer = new Int32Array(2 * this.length)
      longer.set(this.#all)
      this.#all = longer
    }
    this.#all[this.length++] = value
  }

  /** The numbers, as a view. */
  take(): Int32Array<ArrayBuffer> {
    return this.#all.subarray(0, this.length)
  }
}

/**
 * The ends in square cells at least as wide as the join distance, in a hash table. Different cells may have the same
 * slot of the table. `#head` has the first end of each slot, and `#size` the number of its ends. `#next` has the end
 * after each end in its slot.
 */
class EndGrid {
  readonly xy: Float64Array<ArrayBuffer>
  readonly #join: number
  readonly #cell: number
  /** MAX_NEAR, or a smaller number when there are very many ends. */
  readonly #most: number
  readonly #mask: number
  readonly #head: Int32Array<ArrayBuffer>
  readonly #size: Uint32Array<ArrayBuffer>
  readonly #next: Int32Array<ArrayBuffer>
  readonly #column: Float64Array<ArrayBuffer>
  readonly #row: Float64Array<ArrayBuffer>
  #tree: KdTree | undefined
  readonly #ids: Int32Array<ArrayBuffer>
  readonly #distances: Float64Array<ArrayBuffer>

  constructor(xy: Float64Array<ArrayBuffer>, join: number) {
    const ends = xy.length / 2
    this.xy = xy
    this.#join = join
    this.#cell = Math.max(join, LEAST_CELL)
    this.#most = Math.max(MIN_NEAR, Math.min(MAX_NEAR, Math.floor(MAX_PAIRS / ends)))
    this.#ids = new Int32Array(this.#most + 2)
    this.#distances = new Float64Array(this.#most + 2)
    this.#mask = 2 ** Math.ceil(Math.log2(2 * ends + 2)) - 1
    this.#head = new Int32Array(this.#mask + 1).fill(-1)
    this.#size = new Uint32Array(this.#mask + 1)
    this.#next = new Int32Array(ends)
    this.#column = new Float64Array(ends)
    this.#row = new Float64Array(ends)
    for (let a = ends - 1; a >= 0; a--) {
      const column = Math.floor((xy[2 * a] as number) / this.#cell)
      const row = Math.floor((xy[2 * a + 1] as number) / this.#cell)
      const slot = this.#slot(column, row)
      this.#column[a] = column
      this.#row[a] = row
      this.#next[a] = this.#head[slot] as number
      this.#head[slot] = a
      this.#size[slot] = (this.#size[slot] as number) + 1
    }
  }

  /** Visits the ends within the join distance of a place. Where ends are dense, visits only the nearest ends. */
  forEachNear(px: number, py: number, visit: (end: number) => void): void {
    const column = Math.floor(px / this.#cell)
    const row = Math.floor(py / this.#cell)
    let all = 0
    for (let c = column - 1; c <= column + 1; c++)
      for (let r = row - 1; r <= row + 1; r++) all += this.#size[this.#slot(c, r)] as number
    if (all > DENSE * this.#most) this.#eachOfNearest(px, py, visit)
    else if (all > 0) this.#eachOfCells(column, row, px, py, visit)
  }

  #eachOfCells(column: number, row: number, px: number, py: number, visit: (end: number) => void): void {
    for (let c = column - 1; c <= column + 1; c++) {
      for (let r = row - 1; r <= row + 1; r++) {
        for (let a = this.#head[this.#slot(c, r)] as number; a >= 0; a = this.#next[a] as number) {
          if (this.#column[a] === c && this.#row[a] === r && this.#isNear(a, px, py)) visit(a)
        }
      }
    }
  }

  #eachOfNearest(px: number, py: number, visit: (end: number) => void): void {
    this.#tree ??= new KdTree(this.xy)
    const count = this.#tree.nearest(px, py, this.#most + 2, this.#ids, this.#distances)
    for (let f = 0; f < count; f++) {
      const a = this.#ids[f] as number
      if (this.#isNear(a, px, py)) visit(a)
    }
  }

  #isNear(a: number, px: number, py: number): boolean {
    // the same formula as in `joinConsecutive`, so that both agree at the limit
    return Math.hypot((this.xy[2 * a] as number) - px, (this.xy[2 * a + 1] as number) - py) <= this.#join
  }

  #slot(column: number, row: number): number {
    return (Math.imul(column | 0, 0x9e3779b1) ^ Math.imul(row | 0, 0x85ebca6b)) & this.#mask
  }
}
