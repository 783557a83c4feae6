import type { Driver, Place } from '../drivers/driver.ts'
import { type Clock, sleep } from '../link/clock.ts'
import { noteMoving, type PlotterMemory } from './memory.ts'
import { walk } from './walk.ts'

/** A place on the machine where a pen is dipped, cleaned or put down, mm from home. */
export interface PenPlace extends Place {
  /** Time for which the pen stays down at the place, s. */
  readonly seconds: number
}

interface Visitor {
  readonly clock: Clock
  readonly memory: PlotterMemory
  readonly signal: AbortSignal
  /** The number of the pen. */
  readonly slot: number | undefined
}

/**
 * Moves to a place with the pen up, lowers the pen, waits, and lifts the pen. The driver returns to the place of the
 * plot when the plot continues. An abort of `signal` ends the travel with the pen up, or ends the wait.
 *
 * @throws the signal's reason when an abort has cut the travel
 */
export async function visit(
  driver: Driver,
  { x, y, seconds }: PenPlace,
  { clock, memory, signal, slot }: Visitor,
): Promise<void> {
  await noteMoving(memory, 'away')
  await walk(driver, [{ x, y }], signal)
  if (signal.aborted) return
  try {
    await driver.pen('down', slot)
    await Promise.race([sleep(clock, seconds * 1000), whenAborted(signal)])
  } finally {
    await driver.pen('up')
  }
  if (!signal.aborted) await noteMoving(memory, 'back', { x, y })
}

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
