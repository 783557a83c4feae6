import { join } from 'node:path'
import type { Affine } from '../../geometry/affine.ts'
import { encodePlan } from '../../plotter/plan/make-plan.ts'
import { registeredFrom } from '../../plotter/plan/register.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { writeDurably } from '../../spool/index.ts'
import { loadPlan } from './plans.ts'

export interface RegisterInput {
  /** Folder of the frozen plans. */
  readonly plans: string
  readonly hash: string
  readonly profile: Profile
  /** The first stroke that the new plan fits to the sheet. */
  readonly first: number
  /** The transform from the drawing to the sheet as it lies now; when absent, all strokes lose their registrations. */
  readonly matrix?: Affine
}

/**
 * Turns a frozen plan into a plan for the sheet as it lies now. Resolves when the new plan is on the disk.
 *
 * @throws PlotdError ERR_FILE
 */
export async function registerPlan({ plans, hash, profile, first, matrix }: RegisterInput): Promise<{ hash: string }> {
  const plan = registeredFrom(await loadPlan(plans, hash), first, matrix, profile)
  await writeDurably(join(plans, plan.hash), encodePlan(plan))
  return { hash: plan.hash }
}
