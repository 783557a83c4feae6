import type { Drawing } from '../../geometry/drawing.ts'

/** What the planner expects of a plan on one profile. */
export interface Estimate {
  readonly seconds: number
  readonly penDownMm: number
  readonly travelMm: number
  readonly lifts: number
}

/**
 * Strokes in drawing order, dialect-free, with their layers and estimate. Frozen (a file named by its hash) before
 * the first stroke; the stroke index is the resume point.
 */
export interface Plan extends Drawing {
  /** sha256 of points, starts and layers. */
  readonly hash: string
  readonly estimate: Estimate
}
