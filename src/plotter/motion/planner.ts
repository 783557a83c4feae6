import type { MotionLimits } from '../profiles/profile.ts'
import type { Blocks } from './blocks.ts'
import { GentlePlanner } from './gentle-planner.ts'
import type { Machine } from './limits.ts'
import { PathPlanner } from './path-planner.ts'

/** Plans one path after the other: gently where the limits name a jerk, else as fast as acceleration allows. */
export class Planner {
  readonly #quick: PathPlanner
  readonly #machine: Machine
  /** From the first path on that names a jerk: most never do, and its window is a quarter of a megabyte. */
  #gentle: GentlePlanner | undefined
  #now: PathPlanner | GentlePlanner

  constructor(machine: Machine) {
    this.#quick = new PathPlanner(machine)
    this.#machine = machine
    this.#now = this.#quick
  }

  /** Begin a path of interleaved x, y in mm. The array is read as blocks are asked for. */
  start(points: Float64Array, limits: MotionLimits): void {
    const { jerk } = limits
    if (jerk === undefined) {
      this.#now = this.#quick
      this.#quick.start(points, limits)
      return
    }
    this.#gentle ??= new GentlePlanner(this.#machine)
    this.#now = this.#gentle
    this.#gentle.start(points, limits, jerk)
  }

  /** Refill `blocks` from its beginning. @returns false when the path had no more to give: `blocks.length` is 0 */
  fill(blocks: Blocks): boolean {
    return this.#now.fill(blocks)
  }
}
