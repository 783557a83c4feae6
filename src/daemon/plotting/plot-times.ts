import type { Adjustments, DeviceInfo } from '../../plotter/drivers/driver.ts'
import type { PartialStroke } from '../../plotter/motion/index.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { ThreadPools } from '../render/index.ts'

/**
 * Times in a plot of N strokes, s from its start: N + 2 entries. Entry n ≤ N is the time at which n strokes are drawn
 * and the pen is up again. Entry N + 1 is the time at which the carriage is back at home.
 */
export type StrokeTimes = ArrayLike<number>

/**
 * Computes the times of a plan with the present adjustments of the plotter. Of the partly drawn stroke `begun`, only
 * the rest counts.
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

/** The adjustments that a user made since a plotter connected, and the times of strokes with these adjustments. */
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
    const { speedPercent, penDownPercent } = this.adjusted
    const now = { speedPercent, penDownPercent, begun }
    return this.#threads.times(hash, device?.profileWith?.(this.adjusted) ?? profile, now)
  }
}
