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

/** The times at which 0, 1 … all strokes of a frozen plan are drawn, s, then its end. @throws PlotdError ERR_FILE */
export async function planTimes({ plans, hash, profile, now }: TimesInput): Promise<Float64Array> {
  return strokeTimes(await loadPlan(plans, hash), profile, now)
}
