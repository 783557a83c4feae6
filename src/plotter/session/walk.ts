import type { Bounds } from '../../geometry/bounds.ts'
import type { Driver, Place } from '../drivers/driver.ts'

/**
 * Moves with the pen up from place to place. Places are in mm from home. An unknown position counts as home.
 *
 * @throws the errors of `Driver.jog`; the signal's reason
 */
export async function walk(driver: Driver, places: readonly Place[], signal: AbortSignal): Promise<void> {
  let position: Place = driver.position ?? { x: 0, y: 0 }
  for (const place of places) {
    signal.throwIfAborted()
    await driver.jog(place.x - position.x, place.y - position.y, signal)
    position = driver.position ?? place
  }
}

/** Moves the carriage round a box with the pen up, then back to its first place. @throws as `walk` does */
export async function walkRound(
  driver: Driver,
  { minX, minY, maxX, maxY }: Bounds,
  signal: AbortSignal,
): Promise<void> {
  const corners: Place[] = [
    { x: minX, y: minY },
    { x: maxX, y: minY },
    { x: maxX, y: maxY },
    { x: minX, y: maxY },
    { x: minX, y: minY },
  ]
  await walk(driver, [...corners, driver.position ?? { x: 0, y: 0 }], signal)
}
