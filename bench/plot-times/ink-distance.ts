import { deviation } from '../../src/geometry/deviation.ts'
import type { Strokes } from '../../src/geometry/drawing.ts'

/** The greatest distance of ink from its plan, or of the plan from the ink, mm. */
export const inkDistance = (ink: Strokes, plan: Strokes): number =>
  Math.max(deviation(ink, plan).mm, deviation(plan, ink).mm)
