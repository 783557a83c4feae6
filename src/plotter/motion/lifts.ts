import type { PenLift, Profile } from '../profiles/profile.ts'

/** A shorter travel is one command from rest to rest, s. */
const SHORTEST = 0.025

/** How long a machine waits after it has begun to raise the pen, before it travels, ms. */
export const clearMs = ({ clearMs: clear, raiseMs }: PenLift): number => clear ?? raiseMs

/** How long after the pen has begun to fall it surely touches, ms: drawing begins then. */
export const touchMs = ({ touchMs: touch, lowerMs }: PenLift): number => touch ?? lowerMs

/**
 * How long before the end of a travel the pen begins to fall, ms. A short travel leaves it no time to rise completely, and from
 * a lower height it touches earlier: then it begins later. Only a board that queues the pen's commands among its motion (EBB)
 * can lower in a travel, and only in the last ramp, which is one command.
 *
 * @param travelSeconds  from rest to rest
 */
export function leadMs({ pen, dialect, up }: Profile, travelSeconds: number): number {
  const { leadMs: lead = 0, raiseMs } = pen
  if (lead === 0 || travelSeconds < SHORTEST || dialect !== 'ebb' || up.jerk !== undefined) return 0
  const most = Math.min(lead, travelSeconds * 500)
  const risen = (travelSeconds * 1000 - most) / Math.max(1, raiseMs - clearMs(pen))
  return most * Math.min(1, Math.max(0, risen))
}
