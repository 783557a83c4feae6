import { type PlotNow, strokeTimes } from '../../plotter/motion/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { loadPlan } from './plans.ts'

export interface TimesInput {
  /** Folder of the frozen plans. */
  readonly plans: string
  readonly hash: string
  /** The profile with which the plotter draws now. */
  readonly profile: Profile
  /** Changes since the plan was made. */
  readonly now: PlotNow
}

/**
 * For each number of strokes of a frozen plan, 0 … all, the time at which they are drawn, s, and then the end of the
 * plan. @throws PlotdError ERR_FILE
 */
export async function planTimes({ plans, hash, profile, now }: TimesInput): Promise<Float64Array> {
  return strokeTimes(await loadPlan(plans, hash), profile, now)
}
