import type { Drawing } from '../../geometry/drawing.ts'
import type { Estimate } from '../motion/estimate.ts'

/**
 * Strokes in drawing order, dialect-free, with their layers and estimate. Frozen (a file named by its hash) before
 * the first stroke; the stroke index is the resume point.
 */
export interface Plan extends Drawing {
  /** sha256 of points, starts and layers. */
  readonly hash: string
  readonly estimate: Estimate
}
