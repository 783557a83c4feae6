import { strokeTimes } from '../../plotter/motion/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { loadPlan } from './plans.ts'

export interface TimesInput {
  /** Folder of the frozen plans. */
  readonly plans: string
  readonly hash: string
  /** The plotter as it draws now. */
  readonly profile: Profile
  /** The drawing speed that a user set, percent; as planned when absent. */
  readonly speedPercent?: number
}

/** When 0, 1 … all strokes of a frozen plan are drawn, s, and as last entry its end. @throws PlotdError ERR_FILE */
export async function planTimes({ plans, hash, profile, speedPercent }: TimesInput): Promise<Float64Array> {
  return strokeTimes(await loadPlan(plans, hash), profile, speedPercent)
}
