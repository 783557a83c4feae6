import { restToRest } from '../../motion/limits.ts'
import type { MotionLimits } from '../../profiles/profile.ts'

/** Relative tolerance of a distance that is computed from its cost. */
const ROUNDING = 1e-9

/** The parameters of the cost of a link from the end of one stroke to the start of the next. */
export interface LinkCosts {
  /** Largest distance between ends that are joined without a lift, mm. */
  readonly join: number
  /** Time to raise and lower the pen, s. */
  readonly lift: number
  readonly up: MotionLimits
  readonly down: MotionLimits
  /** Extra cost of travel, s/mm. */
  readonly perMm: number
}

/**
 * Costs of links between nodes, s. Stroke `i` has node `2i` at its first vertex and node `2i + 1` at its last. The
 * other end of the stroke is `node ^ 1`. The last two nodes are the end of the route, then its start.
 */
export class Links {
  /** x, y of every node. */
  readonly xy: Float64Array<ArrayBuffer>
  readonly nodes: number
  readonly costs: LinkCosts
  /** If the route may end anywhere (before a pen change), the node whose links cost only a lift; −1 otherwise. */
  readonly #free: number
  readonly #join2: number
  readonly #fullSpeed: number
  // Copies of the costs. Without them, reading the costs from their objects would take a third of the search's time.
  readonly #lift: number
  readonly #perMm: number
  readonly #up: number
  readonly #speed: number
  readonly #down: number

  constructor(xy: Float64Array<ArrayBuffer>, costs: LinkCosts, endsAnywhere = false) {
    this.xy = xy
    this.nodes = xy.length / 2
    this.costs = costs
    this.#free = endsAnywhere ? this.nodes - 2 : -1
    this.#join2 = costs.join * costs.join
    this.#fullSpeed = costs.up.speed ** 2 / costs.up.acceleration
    this.#lift = costs.lift
    this.#perMm = costs.perMm
    this.#up = costs.up.acceleration
    this.#speed = costs.up.speed
    this.#down = costs.down.acceleration
  }

  /** Whether the route may end anywhere. */
  get endsAnywhere(): boolean {
    return this.#free >= 0
  }

  /** The same links without the extra cost of travel. */
  byTime(): Links {
    return new Links(this.xy, { ...this.costs, perMm: 0 }, this.endsAnywhere)
  }

  /** Cost of a link between two nodes, s. */
  between(a: number, b: number): number {
    if (a === this.#free || b === this.#free) return this.costs.lift
    const xy = this.xy
    const dx = (xy[2 * a] as number) - (xy[2 * b] as number)
    const dy = (xy[2 * a + 1] as number) - (xy[2 * b + 1] as number)
    return this.ofDistance2(dx * dx + dy * dy)
  }

  /** Cost of a link between a node and another place, s. */
  toPoint(a: number, px: number, py: number): number {
    if (a === this.#free) return this.costs.lift
    const dx = (this.xy[2 * a] as number) - px
    const dy = (this.xy[2 * a + 1] as number) - py
    return this.ofDistance2(dx * dx + dy * dy)
  }

  /**
   * A cheap test without a square root: false when a link with the squared distance `d2`, mm², certainly costs at least
   * `than`, s.
   */
  mayCostLess(d2: number, than: number): boolean {
    if (d2 <= this.#join2) return than > 0
    const half = (than - this.costs.lift) / 2
    const most = half * half * this.costs.up.acceleration
    return half > 0 && d2 < most * most
  }

  /** Cost of a link, s, by the square of its distance, mm². The cost grows with the distance. */
  ofDistance2(d2: number): number {
    const d = Math.sqrt(d2)
    if (d2 <= this.#join2) return d === 0 ? 0 : 2 * Math.sqrt(d / this.#down)
    const seconds = d < this.#fullSpeed ? 2 * Math.sqrt(d / this.#up) : restToRest(d, this.#up, this.#speed)
    return this.#lift + seconds + this.#perMm * d
  }

  /** A distance, mm, beyond which no link costs less than `seconds`. Negative if no link at all costs less. */
  reach(seconds: number): number {
    if (seconds <= this.#lift) {
      const half = seconds / 2
      return half > 0 ? Math.min(this.costs.join, half * half * this.#down * (1 + ROUNDING)) : -1
    }
    const half = (seconds - this.#lift) / 2
    const d = half * half * this.#up
    const slow = d < this.#fullSpeed ? d : (seconds - this.#lift - this.#speed / this.#up) * this.#speed
    return Math.max(this.costs.join, slow * (1 + ROUNDING))
  }
}
