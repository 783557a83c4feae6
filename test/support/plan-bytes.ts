import { readPlan } from '../../src/plotter/plan/make-plan.ts'
import type { Plan } from '../../src/plotter/plan/plan.ts'

/** The plan in a file's bytes. */
export const planOf = (file: Uint8Array): Promise<Plan> =>
  readPlan({
    bytes: file.length,
    read: async (into, from) => into.set(file.subarray(from, from + into.length)),
  })
