import type { MotionLimits } from '../profiles/profile.ts'
import type { Blocks } from './blocks.ts'
import { GentlePlanner } from './gentle-planner.ts'
import type { Machine } from './limits.ts'
import { PathPlanner } from './path-planner.ts'

/** Plans one path after another: with `GentlePlanner` when `limits.jerk` is set, otherwise with `PathPlanner`. */
export class Planner {
  readonly #quick: PathPlanner
  readonly #machine: Machine
  /** Created for the first path with a jerk limit, because the window of a `GentlePlanner` takes 0.3 MB. */
  #gentle: GentlePlanner | undefined
  #current: PathPlanner | GentlePlanner

  constructor(machine: Machine) {
    this.#quick = new PathPlanner(machine)
    this.#machine = machine
    this.#current = this.#quick
  }

  /** Begins a path: x, y interleaved, mm. Leave the array unchanged until `fill` returns false. */
  start(points: Float64Array, limits: MotionLimits): void {
    const { jerk } = limits
    if (jerk === undefined) {
      this.#current = this.#quick
      this.#quick.start(points, limits)
      return
    }
    this.#gentle ??= new GentlePlanner(this.#machine)
    this.#current = this.#gentle
    this.#gentle.start(points, limits, jerk)
  }

  /** Replaces `blocks` by the next blocks of the path. @returns false when none are left; `blocks.length` is then 0 */
  fill(blocks: Blocks): boolean {
    return this.#current.fill(blocks)
  }
}
