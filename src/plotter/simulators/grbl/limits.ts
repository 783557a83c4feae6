import type { Operation } from './modal.ts'
import { type GrblSettings, triple } from './settings.ts'
import { eachAxis, type Vector } from './vector.ts'

/** With soft limits on ($20): does any of these moves lead out of the machine? */
export const leaves = (operations: readonly Operation[], settings: GrblSettings): boolean =>
  settings[20] === 1 && operations.some((each) => each.is === 'move' && !reaches(each.to, settings))

/** Whether a target lies in the machine: from 0 down to −$130, −$131, −$132 (grbl's machine space is negative). */
const reaches = (to: Vector, settings: GrblSettings): boolean =>
  triple(settings, 130).every((travel, k) => (to[k] ?? 0) <= 1e-6 && (to[k] ?? 0) >= -travel - 1e-6)

/** Where homing ends: pulled off by $27 from the corner that $23 chooses, machine coordinates. */
export function homedAt(settings: GrblSettings): Vector {
  const [mask, pulled] = [settings[23] ?? 0, settings[27] ?? 1]
  const travel = triple(settings, 130)
  return eachAxis((k) => (mask & (1 << k) ? pulled - travel[k] : -pulled))
}
