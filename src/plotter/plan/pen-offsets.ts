import { PlotdError } from '../../errors.ts'
import { boundsOf, isEmpty } from '../../geometry/bounds.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import { toolOf } from '../motion/index.ts'
import type { Profile } from '../profiles/profile.ts'

/** Tolerance at the edges of the reach, mm. */
const SAME_MM = 1e-6

/**
 * Moves the strokes of each pen so that its own tip comes to the points of the drawing.
 *
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS when the carriage would have to leave its reach for that
 */
export function withPenOffsets<D extends Drawing>(drawing: D, profile: Profile): D {
  if (!profile.pens?.some(({ dx, dy }) => dx || dy)) return drawing
  const points = drawing.points.slice()
  for (const { pen, first, count } of drawing.layers) {
    const { dx = 0, dy = 0 } = toolOf(profile, pen) ?? {}
    if ((dx === 0 && dy === 0) || count === 0) continue
    const [from, to] = [2 * (drawing.starts[first] ?? 0), 2 * (drawing.starts[first + count] ?? 0)]
    for (let i = from; i < to; i += 2) {
      points[i] = (points[i] ?? 0) - dx
      points[i + 1] = (points[i + 1] ?? 0) - dy
    }
    requireReach(pen, points.subarray(from, to), profile)
  }
  return { ...drawing, points }
}

function requireReach(pen: number, points: Float64Array<ArrayBuffer>, { width, height }: Profile): void {
  const bounds = boundsOf({ points })
  if (isEmpty(bounds)) return
  const { minX, minY, maxX, maxY } = bounds
  if (minX >= -SAME_MM && minY >= -SAME_MM && maxX <= width + SAME_MM && maxY <= height + SAME_MM) return
  const text = (mm: number): string => mm.toFixed(1)
  throw new PlotdError(
    'ERR_PLAN_OUT_OF_BOUNDS',
    `with the offset of pen ${pen} the carriage would go to ${text(minX)}, ${text(minY)} … ${text(maxX)}, ${text(maxY)} mm; its reach is 0, 0 … ${width}, ${height} mm`,
    { pen, minX, minY, maxX, maxY, width, height },
  )
}
