import type { SheetPlan } from './plan.ts'

/** Where the pen comes down for a stroke, mm; undefined past the last. */
export function beginningOf({ points, starts }: SheetPlan, stroke: number): { x: number; y: number } | undefined {
  const first = starts[stroke]
  if (first === undefined || 2 * first + 1 >= points.length) return undefined
  return { x: points[2 * first] ?? 0, y: points[2 * first + 1] ?? 0 }
}
