/** The accumulator's width: running over it makes one step. */
export const WRAP = 2 ** 31
export const TICKS_PER_SECOND = 25_000

/** How far short of a step an aim may be, steps: more than the rounding of a rate adds up to. */
const SHORT = 2 ** -16

/** Rate and acceleration of one motor during a command, and what they add to the accumulator in all. */
export interface Axis {
  readonly rate: number
  readonly accel: number
  readonly sum: number
}

/**
 * A motor that goes `distance` (WRAP a step) in `ticks`, never backwards.
 *
 * After T ticks the accumulator has gathered rate·T + accel·T²/2 (the board takes half of accel off the rate first;
 * accel is even here, so that there is nothing to round). Numbers stay below 2^53, so the sum is exact.
 *
 * @param share  of the sum of entry and exit speed: 0 starts from rest, 0.5 is constant speed, 1 ends at rest
 */
export function ramp(distance: number, ticks: number, share: number): Axis {
  if (distance === 0) return { rate: 0, accel: 0, sum: 0 }
  const accel = 2 * Math.trunc((distance * (1 - 2 * share)) / ticks / ticks)
  const least = Math.max(1, -accel / 2, accel / 2 - accel * ticks) // a rate's sign is a direction to firmware 2
  const rate = Math.max(least, Math.round(distance / ticks - (accel * ticks) / 2))
  return { rate, accel, sum: rate * ticks + (accel * ticks * ticks) / 2 }
}

/**
 * Where a motor had better end that turns round there, when what is left in its accumulator will count the other way:
 * at half a step, where that is the same, or just short of a step, where the accumulator may as well be cleared.
 * Whichever is nearest to `phase` and not behind `from`, all in steps.
 */
export function turned(phase: number, from: number): number {
  const step = Math.floor(phase)
  let best = step + 1 - SHORT
  for (const aim of [step + 0.5, step - SHORT]) {
    if (aim >= from && Math.abs(aim - phase) < Math.abs(best - phase)) best = aim
  }
  return best
}
