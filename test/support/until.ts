import { setTimeout as sleep } from 'node:timers/promises'

/** Longest time between two checks, ms. */
const MOST_MS = 50

/** Waits until a condition holds. The checks become less frequent with time. The test's time limit ends the wait. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let wait = 2; !(await holds()); wait = Math.min(MOST_MS, 1.3 * wait)) await sleep(wait)
}
