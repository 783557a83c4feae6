import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits, without a time limit, until a condition holds. The checks become less frequent with time.
 *
 * @param mostMs  longest time between two checks, ms
 */
export async function until(holds: () => boolean | Promise<boolean>, mostMs = 50): Promise<void> {
  for (let wait = 2; !(await holds()); wait = Math.min(mostMs, 1.3 * wait)) await sleep(wait)
}
