import type { Affine } from '../../geometry/affine.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import type { Estimate } from '../motion/estimate.ts'

/**
 * Strokes in drawing order with their layers and estimate, for any dialect. It is frozen in a file named by its hash before the
 * first stroke. The index of a stroke is the resume point.
 */
export interface Plan extends Drawing {
  /** sha256 of points, starts and layers. */
  readonly hash: string
  readonly estimate: Estimate
  /** The registrations by marks, in the order of strokes. Each entry is valid up to the next. */
  readonly registered?: readonly PlanRegistration[]
}

/** A registration by marks. It applies to the strokes from `first` on. */
export interface PlanRegistration {
  readonly first: number
  /** From the drawing to the sheet as it lies, mm. */
  readonly matrix: Affine
}
