import type { Adjustments, DeviceInfo } from '../../plotter/drivers/driver.ts'
import type { PartialStroke } from '../../plotter/motion/index.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { ThreadPools } from '../render/index.ts'

/**
 * The times of a plan of N strokes, s: N + 2 entries. Entry n ≤ N: n strokes are drawn, and the pen is up. Entry N + 1:
 * the carriage is back at home.
 */
export type StrokeTimes = ArrayLike<number>

/**
 * The times of a plan's strokes as the plotter draws them now. A partly drawn stroke takes only the time of its rest.
 */
export interface TimesOf {
  timesOf(plan: Plan, begun?: PartialStroke): Promise<StrokeTimes>
  /** Sets the function to call when the times have changed. */
  follow(changed: () => void): void
}

interface ConnectedMachine {
  readonly profile: Profile
  readonly device: DeviceInfo | undefined
}

/** The adjustments that a user made on one plotter since it connected, and the times of strokes with them. */
export class PlotTimes implements TimesOf {
  adjusted: Adjustments = {}
  #changed: () => void = () => {}
  readonly #threads: Pick<ThreadPools, 'times'>
  readonly #machine: () => ConnectedMachine

  constructor(threads: Pick<ThreadPools, 'times'>, machine: () => ConnectedMachine) {
    this.#threads = threads
    this.#machine = machine
  }

  adjust(changes: Adjustments): void {
    this.adjusted = changes
    this.#changed()
  }

  follow(changed: () => void): void {
    this.#changed = changed
  }

  timesOf({ hash }: Plan, begun?: PartialStroke): Promise<StrokeTimes> {
    const { profile, device } = this.#machine()
    const { speedPercent } = this.adjusted
    return this.#threads.times(hash, device?.profileWith?.(this.adjusted) ?? profile, { speedPercent, begun })
  }
}
