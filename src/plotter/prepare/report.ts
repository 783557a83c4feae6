import type { LayerEstimate } from '../motion/estimate.ts'
import type { Estimate } from '../plan/plan.ts'

/** What a drawing comes to. */
export interface Measures {
  /** The page, and the box that ink takes on it, mm; width and height 0 when there is no ink. */
  readonly page: { readonly width: number; readonly height: number }
  readonly ink: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly strokes: number
  readonly vertices: number
  /** As prepared. */
  readonly estimate: Estimate
  /** Ink outside the page or the margins, cut off. */
  readonly clippedMm: number
  /** Strokes too short to draw. */
  readonly dropped: { readonly strokes: number; readonly mm: number }
  readonly layers: readonly LayerEstimate[]
}

/** What a person should know of a prepared drawing before ink. */
export interface PrepareReport extends Measures {
  /** As the file had it, on the same profile. */
  readonly before: Estimate
  /** Ink that the file draws more than once: what it measures, the time it takes, and whether it was removed. */
  readonly repeats: { readonly mm: number; readonly seconds: number; readonly removed: boolean }
}
