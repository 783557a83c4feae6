/** The strokes of a plan as the canvas draws them: flat arrays, as everywhere. */
export interface SheetPlan {
  readonly width: number
  readonly height: number
  /** x, y interleaved, mm. */
  readonly points: Float64Array
  /** First vertex of each stroke, then the number of vertices. */
  readonly starts: Uint32Array
  /** Runs of strokes with one pen, in order, all strokes covered. */
  readonly layers: readonly PlanLayer[]
}

export interface PlanLayer {
  readonly first: number
  readonly count: number
  /** CSS colour of the pen, where the drawing has one. */
  readonly color?: string
}

export const strokesOf = (plan: SheetPlan): number => plan.starts.length - 1
