import {
  FillRule as ClipperRule,
  EndType,
  inflatePathsD,
  JoinType,
  type PathsD,
  simplifyPathsD,
  unionD,
} from 'clipper2-ts'
import { PlotdError } from '../../errors.ts'
import type { PieceSink } from '../../geometry/cut.ts'
import { at, type Strokes } from '../../geometry/drawing.ts'
import type { FillRule } from '../../geometry/region.ts'

/** Rings in one shape: beyond it the spacing is a mistake. */
const MOST_RINGS = 20_000
/** Clipper works on whole numbers: mm with this many decimals. */
const DECIMALS = 4

/**
 * Rings inside polygons, each `spacing` further in than the one before, until nothing is left. Each ring is simplified,
 * because insets with round corners multiply vertices.
 *
 * @throws PlotdError ERR_SVG_LIMIT for a spacing so small that the rings would have no end
 */
export function contours(polygons: Strokes, rule: FillRule, spacing: number, into: PieceSink): void {
  let paths = unionD(pathsOf(polygons), rule === 'evenodd' ? ClipperRule.EvenOdd : ClipperRule.NonZero)
  for (let ring = 1; ; ring++) {
    paths = inflatePathsD(paths, -spacing, JoinType.Round, EndType.Polygon, 2, DECIMALS)
    paths = simplifyPathsD(paths, spacing / 20)
    if (paths.length === 0) return
    if (ring > MOST_RINGS) {
      throw new PlotdError('ERR_SVG_LIMIT', `a fill spacing of ${spacing} mm makes more than ${MOST_RINGS} rings`)
    }
    for (const path of paths) drawRing(path, into)
  }
}

function drawRing(path: PathsD[number], into: PieceSink): void {
  path.forEach(({ x, y }, i) => {
    if (i === 0) into.moveTo(x, y)
    else into.lineTo(x, y)
  })
  const [first] = path
  if (first !== undefined) into.lineTo(first.x, first.y)
}

function pathsOf({ points, starts }: Strokes): PathsD {
  return Array.from({ length: starts.length - 1 }, (_, s) =>
    Array.from({ length: at(starts, s + 1) - at(starts, s) }, (_unused, k) => {
      const i = 2 * (at(starts, s) + k)
      return { x: at(points, i), y: at(points, i + 1) }
    }),
  )
}
