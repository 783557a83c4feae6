import { PlotdError } from '../../errors.ts'
import { type Bounds, boundsOf, EMPTY_BOUNDS, isEmpty, unionOfBounds } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import type { Place } from '../drivers/driver.ts'
import { inEventTurns } from '../plan/event-turns.ts'
import type { Profile } from '../profiles/profile.ts'

/** Excess over the machine's reach that counts as rounding, mm. */
const SLACK_MM = 0.05

/**
 * Checks that a machine reaches all strokes.
 *
 * @returns the box around the ink, mm
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS naming the side and the excess
 */
export async function requireReach({ points }: Strokes, profile: Profile): Promise<Bounds> {
  let box = EMPTY_BOUNDS
  await inEventTurns(points.length / 2, (from, to) => {
    box = unionOfBounds(box, boundsOf({ points: points.subarray(2 * from, 2 * to) }))
  })
  const error = reachError(box, profile)
  if (error) throw error
  return box
}

/**
 * Checks a place to which a user moves the carriage. Home may be any place of the machine. So the place may be on any
 * side of home, but no farther from home than the machine is long. A carriage that is farther away may come nearer.
 *
 * @param place  mm from home
 * @param from   the carriage's place, mm from home
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS
 */
export function requireOnMachine({ x, y }: Place, from: Place, { width, height, name }: Profile): void {
  const isWithin = (to: number, at: number, size: number): boolean =>
    to >= Math.min(-size - SLACK_MM, at) && to <= Math.max(size + SLACK_MM, at)
  if (isWithin(x, from.x, width) && isWithin(y, from.y, height)) return
  const message = `the carriage would be at ${x.toFixed(1)}, ${y.toFixed(1)} mm from home, beyond the ends of ${name} (${width} × ${height} mm)`
  throw new PlotdError('ERR_PLAN_OUT_OF_BOUNDS', message, { x, y, width, height })
}

/** The error for a box that a machine cannot reach; undefined when the machine can. @param box  mm from home */
export function reachError(box: Bounds, { width, height, name }: Profile): PlotdError | undefined {
  if (isEmpty(box)) return undefined
  const excesses: readonly (readonly [string, number])[] = [
    ['left', -box.minX],
    ['top', -box.minY],
    ['right', box.maxX - width],
    ['bottom', box.maxY - height],
  ]
  const [side, by] = excesses.reduce((worst, side) => (side[1] > worst[1] ? side : worst))
  if (by <= SLACK_MM) return undefined
  const reach = `${width} × ${height} mm`
  return new PlotdError(
    'ERR_PLAN_OUT_OF_BOUNDS',
    `the plan leaves the reach of ${name} (${reach}) at the ${side} by ${by.toFixed(1)} mm`,
    { side, by, width, height },
  )
}
