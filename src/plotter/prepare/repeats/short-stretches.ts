import { at, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { SAME_INK, type Stretch } from './overlap.ts'

/**
 * Minimum length of repeated ink that is removed from the middle of a stroke, mm. Drawing a shorter stretch takes less
 * time than a lift.
 */
const MIN_MM = 1

/**
 * Returns the stretches to remove: all but the short ones that have other ink of their stroke on both sides. A stretch
 * that continues over several segments counts as one stretch.
 */
export function withoutShortStretches(
  strokes: Strokes,
  stretches: ReadonlyMap<number, readonly Stretch[]>,
): ReadonlyMap<number, readonly Stretch[]> {
  const remaining = new Map<number, Stretch[]>()
  if (stretches.size === 0) return remaining
  for (let i = 0; i < strokeCount(strokes); i++) {
    const first = at(strokes.starts, i)
    const last = at(strokes.starts, i + 1) - 1
    // stretches that continue one another, and their length
    let run: { readonly v: number; readonly stretch: Stretch }[] = []
    let mm = 0
    let startsInside = false
    let continues = false
    const close = (endsInside: boolean) => {
      if (!(startsInside && endsInside && mm < MIN_MM)) {
        for (const { v, stretch } of run) remaining.set(v, [...(remaining.get(v) ?? []), stretch])
      }
      run = []
      mm = 0
    }
    for (let v = first; v < last; v++) {
      const dx = x(strokes.points, v + 1) - x(strokes.points, v)
      const dy = y(strokes.points, v + 1) - y(strokes.points, v)
      const length = Math.sqrt(dx * dx + dy * dy)
      if (length === 0) continue
      const rounding = (2 * SAME_INK) / length
      for (const stretch of stretches.get(v) ?? NONE) {
        if (!(continues && stretch.from <= rounding)) {
          close(true)
          startsInside = v > first || stretch.from > rounding
        }
        run.push({ v, stretch })
        mm += (stretch.to - stretch.from) * length
        continues = stretch.to >= 1 - rounding
      }
      if (!stretches.has(v)) continues = false
    }
    close(!continues)
  }
  return remaining
}

const NONE: readonly Stretch[] = []
