import { PlotdError } from '../../errors.ts'
import { boundsOf, isEmpty } from '../../geometry/bounds.ts'
import { at, type Drawing } from '../../geometry/drawing.ts'
import { toolOf } from '../motion/index.ts'
import type { Profile } from '../profiles/profile.ts'

/** Tolerance at the edges of the reach, mm. */
const SAME_MM = 1e-6

/**
 * Moves the strokes of each pen against the pen's offset, so that the tip meets the points of the drawing.
 *
 * @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS when a moved stroke lies beyond the reach of the carriage
 */
export function withPenOffsets<D extends Drawing>(drawing: D, profile: Profile): D {
  if (!profile.pens?.some(({ dx, dy }) => dx || dy)) return drawing
  const points = drawing.points.slice()
  for (const { pen, first, count } of drawing.layers) {
    const { dx = 0, dy = 0 } = toolOf(profile, pen) ?? {}
    if ((dx === 0 && dy === 0) || count === 0) continue
    const from = 2 * at(drawing.starts, first)
    const to = 2 * at(drawing.starts, first + count)
    for (let i = from; i < to; i += 2) {
      points[i] = at(points, i) - dx
      points[i + 1] = at(points, i + 1) - dy
    }
    requireOffsetReach(pen, points.subarray(from, to), profile)
  }
  return { ...drawing, points }
}

function requireOffsetReach(pen: number, points: Float64Array<ArrayBuffer>, { width, height }: Profile): void {
  const bounds = boundsOf({ points })
  if (isEmpty(bounds)) return
  const { minX, minY, maxX, maxY } = bounds
  if (minX >= -SAME_MM && minY >= -SAME_MM && maxX <= width + SAME_MM && maxY <= height + SAME_MM) return
  const corner = (mmX: number, mmY: number): string => `${mmX.toFixed(1)}, ${mmY.toFixed(1)}`
  throw new PlotdError(
    'ERR_PLAN_OUT_OF_BOUNDS',
    `with the offset of pen ${pen} the carriage would go to ${corner(minX, minY)} … ${corner(maxX, maxY)} mm; ` +
      `its reach is 0, 0 … ${width}, ${height} mm`,
    { pen, minX, minY, maxX, maxY, width, height },
  )
}
