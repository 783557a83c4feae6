import type { MotionLimits } from '../profiles/profile.ts'
import type { Blocks } from './blocks.ts'
import type { Machine } from './limits.ts'
import { PathWindow } from './path-window.ts'
import { addSegment, MAX_BLOCKS, reachable } from './ramp.ts'

/**
 * Speeds along one path, from rest to rest, with exact look-ahead. The pen passes each vertex at the highest speed that
 * its corner, its curve, the motors and the stopping distance allow.
 *
 * Look-ahead needs no more of the path than the stopping distance: on a straight line, 6 mm at 50 mm/s and 200 mm/s².
 * So a window of the path is enough, and memory does not grow with the path. A backward pass over the vertices limits
 * their speeds so that the pen can brake. A forward pass limits the speeds to those that the pen can reach. The
 * backward pass starts at rest at the last vertex of the window whose limits are final. Vertices farther from that
 * vertex than the stopping distance get exact speeds: the same as from a pass over the whole path.
 */
export class PathPlanner {
  readonly #window: PathWindow
  #limits: MotionLimits = { speed: 1, acceleration: 1, junctionDeviation: 0 }
  /** Vertices below `#exact` have their final speed. The next segment to emit starts at vertex `#at`. */
  #exact = 0
  #at = 0

  constructor(machine: Machine) {
    this.#window = new PathWindow(machine)
  }

  /** Begins a path: x, y interleaved, mm. The planner reads the array as blocks are requested. */
  start(points: Float64Array, limits: MotionLimits): void {
    this.#limits = limits
    this.#exact = 0
    this.#at = 0
    this.#window.start(points, limits)
  }

  /** Replaces `blocks` by the next blocks of the path. @returns false when none are left; `blocks.length` is then 0 */
  fill(blocks: Blocks): boolean {
    blocks.length = 0
    while (blocks.length + MAX_BLOCKS <= blocks.seconds.length) {
      if (this.#at + 1 >= this.#exact && !this.#lookAhead()) break
      addSegment(blocks, this.#window, this.#at++, this.#limits.acceleration)
    }
    return blocks.length > 0
  }

  /** Makes more vertices exact. @returns false at the end of the path */
  #lookAhead(): boolean {
    const window = this.#window
    if (window.isExhausted && this.#at + 1 >= window.count) return false
    if (this.#at > 0) {
      const start = window.slide(this.#at)
      this.#exact -= this.#at - start
      this.#at = start
    }
    for (;;) {
      window.load()
      if (this.#at + 1 >= window.count && window.isExhausted) return false
      this.#passes()
      if (window.isExhausted || this.#exact - this.#at > window.capacity / 4) return true
      window.grow()
    }
  }

  /** Backward pass from rest at the end of the known part, then forward pass from the last exact speed. */
  #passes(): void {
    const window = this.#window
    const { s, u, allowed, known, count, isExhausted } = window
    const a = this.#limits.acceleration
    const from = Math.max(this.#at, this.#exact - 1)
    const last = known - 1
    u[last] = 0
    for (let i = last - 1; i > from; i--) {
      const most = allowed[i] as number
      const after = u[i + 1] as number
      // a speed up to `after` is always reachable; on most curves this saves the sine and arcsine of `reachable`
      u[i] = most <= after ? most : Math.min(most, reachable(after, window.lengthOf(i), window.radiusOf(i), a))
    }
    // braking on a curve takes up to π/2 times the distance of a straight line
    const stopping = (Math.PI / 2) * (this.#limits.speed ** 2 / (2 * a))
    let exact = from + 1
    if (isExhausted && known === count) exact = known
    else while (exact < last && (s[last] as number) - (s[exact] as number) >= stopping) exact++
    for (let i = from + 1; i < exact; i++) {
      const most = u[i] as number
      const before = u[i - 1] as number
      if (most > before) u[i] = Math.min(most, reachable(before, window.lengthOf(i - 1), window.radiusOf(i - 1), a))
    }
    this.#exact = exact
  }
}
