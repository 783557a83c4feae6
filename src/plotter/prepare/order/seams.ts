import { indices, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { distanceTo } from '../../../geometry/measure.ts'
import { cornerSpeed2 } from '../../motion/limits.ts'
import type { Links } from './link-cost.ts'
import { SeamChain } from './seam-chain.ts'
import { isClosed } from './sequence.ts'
import type { Tour } from './tour.ts'

/**
 * Maximum number of sweeps over the tour. The first sweep moves every seam to its best place between the neighbouring
 * strokes. Each later sweep moves only seams beside a seam that has moved.
 */
const SWEEPS = 6

/**
 * The seams of closed strokes: where each closed stroke begins and ends. Another seam may shorten the travel to and
 * from a stroke. But the pen must stop at a seam. A stop costs most where the pen would be fast. Travel and stops are
 * both counted in seconds. A seam that moves also moves both nodes of its stroke in the `links`.
 */
export class Seams {
  /** The seam of each stroke, counted from the stroke's first vertex. */
  readonly shift: Uint32Array<ArrayBuffer>
  readonly #strokes: Strokes
  readonly #links: Links
  readonly #closed: Uint8Array<ArrayBuffer>
  /** Cost of a stop at each vertex of a closed stroke, s. */
  readonly #stop: Float32Array<ArrayBuffer>
  /** The strokes whose seams may move. */
  readonly closed: Uint32Array
  #chain: SeamChain | undefined

  constructor(strokes: Strokes, links: Links) {
    const count = strokeCount(strokes)
    this.#strokes = strokes
    this.#links = links
    this.shift = new Uint32Array(count)
    this.#closed = new Uint8Array(count)
    for (let i = 0; i < count; i++) this.#closed[i] = isClosed(strokes, i) ? 1 : 0
    this.closed = indices(count).filter((i) => this.#closed[i] === 1)
    this.#stop = new Float32Array(this.any ? strokes.points.length / 2 : 0)
    for (let i = 0; i < count; i++) if (this.#closed[i] === 1) this.#measure(i)
  }

  /** Whether any seam may move. */
  get any(): boolean {
    return this.closed.length > 0
  }

  /** Whether the seam of stroke i may move. */
  isFree(i: number): boolean {
    return this.#closed[i] === 1
  }

  /** Cost of a stop at a vertex of a closed stroke, s. */
  stopAt(vertex: number): number {
    return this.#stop[vertex] as number
  }

  /** Total cost of stops at the present seams, s. */
  cost(): number {
    let sum = 0
    for (let i = 0; i < this.shift.length; i++) {
      if (this.#closed[i] === 1)
        sum += this.#stop[(this.#strokes.starts[i] as number) + (this.shift[i] as number)] as number
    }
    return sum
  }

  /** Moves all seams together to their best places in the tour. @returns whether any moved */
  settle(tour: Tour, links: Links): boolean {
    let moved = this.sweep(tour, links)
    this.#chain ??= new SeamChain({
      strokes: this.#strokes,
      closed: this.#closed,
      stop: this.#stop,
      shift: this.shift,
    })
    this.#chain.settle(tour, links, (stroke, shift) => {
      this.#move(stroke, shift)
      moved = true
    })
    return moved
  }

  /** Moves each seam by itself to its best place in the tour, in up to SWEEPS sweeps. @returns whether any moved */
  sweep(tour: Tour, links: Links): boolean {
    const { size } = tour
    // 1 at each position of the tour whose seam must be placed, at first and after a neighbouring seam has moved
    const stale = new Uint8Array(size).fill(1)
    let moved = false
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let changes = 0
      for (let p = 0; p < size; p++) {
        const i = (tour.entry[p] as number) >> 1
        if (stale[p] === 0 || this.#closed[i] !== 1) continue
        stale[p] = 0
        if (!this.#place(tour, links, i, p)) continue
        stale[p === 0 ? size - 1 : p - 1] = 1
        stale[p + 1 === size ? 0 : p + 1] = 1
        changes++
      }
      moved ||= changes > 0
      if (changes === 0) break
    }
    return moved
  }

  /** Moves all seams to these vertices. */
  moveTo(shift: Uint32Array): void {
    for (let i = 0; i < shift.length; i++) {
      if (this.isFree(i) && this.shift[i] !== shift[i]) this.#move(i, shift[i] as number)
    }
  }

  /** Moves each seam to its stroke's first vertex. */
  reset(): void {
    for (let i = 0; i < this.shift.length; i++) if (this.shift[i] !== 0) this.#move(i, 0)
  }

  /** Moves the seam of stroke i, at position p of the tour, to its best vertex. @returns whether it moved */
  #place(tour: Tour, links: Links, i: number, p: number): boolean {
    const before = (tour.entry[p === 0 ? tour.size - 1 : p - 1] as number) ^ 1
    const after = tour.entry[p + 1 === tour.size ? 0 : p + 1] as number
    const first = this.#strokes.starts[i] as number
    const segmentCount = (this.#strokes.starts[i + 1] as number) - first - 1
    const { points } = this.#strokes
    const now = this.shift[i] as number
    let best = now
    let least = Infinity
    for (let k = 0; k < segmentCount; k++) {
      const vx = x(points, first + k)
      const vy = y(points, first + k)
      let cost = (this.#stop[first + k] as number) + links.toPoint(before, vx, vy)
      if (cost >= least) continue
      cost += links.toPoint(after, vx, vy)
      if (cost < least - 1e-9) {
        least = cost
        best = k
      }
    }
    if (best === now) return false
    this.#move(i, best)
    return true
  }

  #move(i: number, shift: number): void {
    this.shift[i] = shift
    const v = (this.#strokes.starts[i] as number) + shift
    const [vx, vy] = [x(this.#strokes.points, v), y(this.#strokes.points, v)]
    this.#links.xy.set([vx, vy, vx, vy], 4 * i)
  }

  /**
   * Computes the cost of a stop at each vertex of a stroke. A stop from speed v costs v / a, with the acceleration a.
   * On a short stroke, v is low.
   */
  #measure(i: number): void {
    const { points, starts } = this.#strokes
    const { down } = this.#links.costs
    const [first, last] = [starts[i] as number, (starts[i + 1] as number) - 1]
    let perimeter = 0
    for (let v = first; v < last; v++) perimeter += distanceTo(points, v + 1)
    const most = Math.min(down.speed, Math.sqrt((down.acceleration * perimeter) / 2))
    for (let v = first; v < last; v++) {
      const before = v === first ? last - 1 : v - 1
      const ax = x(points, v) - x(points, before)
      const ay = y(points, v) - y(points, before)
      const bx = x(points, v + 1) - x(points, v)
      const by = y(points, v + 1) - y(points, v)
      const lengths = Math.sqrt((ax * ax + ay * ay) * (bx * bx + by * by))
      const corner = lengths === 0 ? Infinity : cornerSpeed2((ax * bx + ay * by) / lengths, down)
      this.#stop[v] = Math.min(most, Math.sqrt(corner)) / down.acceleration
    }
  }
}
