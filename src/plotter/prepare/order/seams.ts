import { type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { cornerSpeed2 } from '../../motion/limits.ts'
import type { Links } from './link-cost.ts'
import { SeamChain } from './seam-chain.ts'
import { isClosed } from './sequence.ts'
import type { Tour } from './tour.ts'

/** Sweeps over the tour before the next search; each moves every seam to where its neighbours' seams now want it. */
const SWEEPS = 6

/**
 * Where closed strokes start. Starting somewhere else makes the ways to and from a stroke shorter, but at the seam
 * the pen must stop, and stopping costs most where it would have passed fastest: so both are counted in seconds.
 */
export class Seams {
  /** How many vertices after its first each stroke starts. */
  readonly shift: Uint32Array<ArrayBuffer>
  readonly #strokes: Strokes
  readonly #links: Links
  readonly #closed: Uint8Array<ArrayBuffer>
  /** Seconds that a stop at each vertex of a closed stroke costs. */
  readonly #stop: Float32Array<ArrayBuffer>
  /** Whether there is any closed stroke. */
  readonly any: boolean
  #chain: SeamChain | undefined

  constructor(strokes: Strokes, links: Links) {
    const count = strokeCount(strokes)
    this.#strokes = strokes
    this.#links = links
    this.shift = new Uint32Array(count)
    this.#closed = new Uint8Array(count)
    for (let i = 0; i < count; i++) this.#closed[i] = isClosed(strokes, i) ? 1 : 0
    this.any = this.#closed.includes(1)
    this.#stop = new Float32Array(this.any ? strokes.points.length / 2 : 0)
    for (let i = 0; i < count; i++) if (this.#closed[i] === 1) this.#measure(i)
  }

  /** Seconds of stopping at all the seams as they are. */
  cost(): number {
    let sum = 0
    for (let i = 0; i < this.shift.length; i++) {
      if (this.#closed[i] === 1)
        sum += this.#stop[(this.#strokes.starts[i] as number) + (this.shift[i] as number)] as number
    }
    return sum
  }

  /** Move seams to where the tour wants them, all together. @returns whether any moved */
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

  /** Move seams to where the tour wants them, each by itself, until they stay. @returns whether any moved */
  sweep(tour: Tour, links: Links): boolean {
    const { size } = tour
    // By position in the tour: 1 where a seam beside it moved since it was last looked at.
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

  /** All seams where the file has them. */
  reset(): void {
    for (let i = 0; i < this.shift.length; i++) if (this.shift[i] !== 0) this.#move(i, 0)
  }

  #place(tour: Tour, links: Links, i: number, p: number): boolean {
    const before = (tour.entry[p === 0 ? tour.size - 1 : p - 1] as number) ^ 1
    const after = tour.entry[p + 1 === tour.size ? 0 : p + 1] as number
    const first = this.#strokes.starts[i] as number
    const ways = (this.#strokes.starts[i + 1] as number) - first - 1
    const { points } = this.#strokes
    const now = this.shift[i] as number
    let best = now
    let least = Infinity
    for (let k = 0; k < ways; k++) {
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

  /** A stop from speed v and back to it loses v / a; on a short stroke v stays low. */
  #measure(i: number): void {
    const { points, starts } = this.#strokes
    const { down } = this.#links.costs
    const [first, last] = [starts[i] as number, (starts[i + 1] as number) - 1]
    let round = 0
    for (let v = first; v < last; v++) round += distance(points, v, v + 1)
    const most = Math.min(down.speed, Math.sqrt((down.acceleration * round) / 2))
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

/** Several times as fast as Math.hypot. */
function distance(points: Float64Array, a: number, b: number): number {
  const dx = x(points, b) - x(points, a)
  const dy = y(points, b) - y(points, a)
  return Math.sqrt(dx * dx + dy * dy)
}
