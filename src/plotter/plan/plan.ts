import type { Affine } from '../../geometry/affine.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import type { Estimate } from '../motion/estimate.ts'

/**
 * Strokes in drawing order with their layers and estimate, for any dialect. Before the first stroke, plotd freezes the
 * plan in a file that is named by the plan's hash. The index of a stroke is the resume point.
 */
export interface Plan extends Drawing {
  /** SHA-256 of the size, the layers, the starts and the points, in hexadecimal. */
  readonly hash: string
  readonly estimate: Estimate
  /** The registrations by marks, in the order of strokes. Each entry applies up to the next one. */
  readonly registered?: readonly PlanRegistration[]
}

/** A registration by marks, for the strokes from `first` on. */
export interface PlanRegistration {
  readonly first: number
  /** Maps the drawing to the sheet as it lies on the machine, mm. */
  readonly matrix: Affine
}
