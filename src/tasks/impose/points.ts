import type { Drawing } from '../../geometry/drawing.ts'
import { DEFAULT_LIMITS, type ReadLimits, tooManyPoints } from '../../svg/index.ts'

/**
 * Checks that a sheet of several drawings stays within the limit on the vertices of one drawing. Each drawing alone is
 * within the limit, but copies of large drawings would fill the memory.
 *
 * @throws PlotdError ERR_SVG_LIMIT
 */
export function checkPoints(
  drawings: readonly Drawing[],
  { points = DEFAULT_LIMITS.points }: Partial<ReadLimits>,
): void {
  const vertices = drawings.reduce((sum, drawing) => sum + drawing.points.length / 2, 0)
  if (vertices > points) throw tooManyPoints(points)
}
