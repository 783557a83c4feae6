/** The strokes of a plan as the page draws them, in flat arrays. */
export interface SheetPlan {
  /** Width of the sheet, mm. */
  readonly width: number
  /** Height of the sheet, mm. */
  readonly height: number
  /** x, y interleaved, mm. */
  readonly points: Float64Array
  /** The index of each stroke's first vertex. The last item is the number of all vertices. */
  readonly starts: Uint32Array
  /** Runs of strokes with one pen, in order. Together the runs cover all strokes. */
  readonly layers: readonly PlanLayer[]
}

export interface PlanLayer {
  readonly first: number
  readonly count: number
  /** CSS colour of the pen; absent when the drawing gives no colour. */
  readonly color?: string
}

export const strokesOf = (plan: SheetPlan): number => plan.starts.length - 1

/** The place at which the pen comes down for a stroke, mm; undefined after the last stroke. */
export function startOf({ points, starts }: SheetPlan, stroke: number): { x: number; y: number } | undefined {
  const first = starts[stroke]
  if (first === undefined || 2 * first + 1 >= points.length) return undefined
  return { x: points[2 * first] ?? 0, y: points[2 * first + 1] ?? 0 }
}

/** The bounding box of each stroke: left, top, right, bottom, mm; 4 numbers a stroke. */
export function boxesOf(plan: SheetPlan): Float32Array {
  const { points, starts } = plan
  const boxes = new Float32Array(4 * strokesOf(plan))
  for (let s = 0; s + 1 < starts.length; s++) {
    let left = Infinity
    let top = Infinity
    let right = -Infinity
    let bottom = -Infinity
    for (let i = starts[s] as number; i < (starts[s + 1] as number); i++) {
      const x = points[2 * i] as number
      const y = points[2 * i + 1] as number
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
    }
    boxes.set([left, top, right, bottom], 4 * s)
  }
  return boxes
}

/** Strokes `from` … `to - 1` in one colour. */
export interface InkRun {
  readonly from: number
  readonly to: number
  /** CSS colour; absent is the page's ink colour. */
  readonly color?: string
}

const BLACK = /^(black|#000(000)?(ff)?|rgb\(0, ?0, ?0\))$/i

/**
 * Strokes `from` … `to - 1` in runs of one colour. Black runs, runs without a colour, and all runs of a plan with one
 * colour get the page's ink colour.
 */
export function inkRuns({ layers }: Pick<SheetPlan, 'layers'>, from: number, to: number): InkRun[] {
  const colors = new Set(layers.filter(({ count }) => count > 0).map(({ color }) => color))
  return layers.flatMap(({ first, count, color }): InkRun[] => {
    const start = Math.max(from, first)
    const end = Math.min(to, first + count)
    const hasOwnColor = colors.size > 1 && color !== undefined && !BLACK.test(color)
    return start < end ? [{ from: start, to: end, ...(hasOwnColor ? { color } : {}) }] : []
  })
}
