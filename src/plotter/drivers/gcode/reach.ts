import { PlotdError } from '../../../errors.ts'
import { boundsOf } from '../../../geometry/bounds.ts'
import type { Plan } from '../../plan/plan.ts'
import type { GcodeFrame, Place } from './program.ts'

/** The rectangle that a machine's carriage can reach, machine mm. */
export interface Reach {
  readonly min: Place
  readonly max: Place
}

/** Tolerance of the reach, mm, because boards round positions to whole steps. */
const STEP_MM = 0.05

/** @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS when one of these places (machine mm) lies beyond an end of the machine */
export function requireInReach(places: readonly Place[], reach: Reach | undefined): void {
  if (!reach) return
  const { min, max } = reach
  const isInside = ({ x, y }: Place) =>
    x >= min.x - STEP_MM && x <= max.x + STEP_MM && y >= min.y - STEP_MM && y <= max.y + STEP_MM
  if (places.every(isInside)) return
  const text = ({ x, y }: Place) => `${x.toFixed(1)}, ${y.toFixed(1)}`
  throw new PlotdError(
    'ERR_PLAN_OUT_OF_BOUNDS',
    `the carriage would reach ${places.map(text).join(' and ')} mm in the machine’s coordinates; the machine’s ends are at ${text(min)} and ${text(max)}. Check the board’s limits, and homeAt in the profile`,
    { places, ...reach },
  )
}

/** Two opposite corners of a plan's bounding box, machine mm; none for a plan without strokes. */
export function cornersOf(plan: Plan, frame: GcodeFrame): Place[] {
  if (plan.points.length === 0) return []
  const { minX, minY, maxX, maxY } = boundsOf(plan)
  return [frame.toBoard({ x: minX, y: minY }), frame.toBoard({ x: maxX, y: maxY })]
}
