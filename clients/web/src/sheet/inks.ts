import type { SheetPlan } from './plan.ts'

/** A run of strokes in one colour. */
export interface InkRun {
  readonly from: number
  readonly to: number
  /** CSS colour; the page's own ink when absent. */
  readonly color?: string
}

const BLACK = /^(black|#000(000)?(ff)?|rgb\(0, ?0, ?0\))$/i

/** Strokes `from` … `to - 1` by colour. A drawing in one colour is drawn in the page's ink, whatever that colour is. */
export function inkRuns({ layers }: Pick<SheetPlan, 'layers'>, from: number, to: number): InkRun[] {
  const colors = new Set(layers.filter(({ count }) => count > 0).map(({ color }) => color))
  const runs = layers.flatMap(({ first, count, color }): InkRun[] => {
    const [start, end] = [Math.max(from, first), Math.min(to, first + count)]
    const own = colors.size > 1 && color !== undefined && !BLACK.test(color)
    return start < end ? [{ from: start, to: end, ...(own ? { color } : {}) }] : []
  })
  return runs
}
