import {
  booleanOpD,
  FillRule as ClipperRule,
  ClipType,
  EndType,
  inflatePathsD,
  JoinType,
  type PathsD,
  simplifyPathsD,
} from 'clipper2-ts'
import { PlotdError } from '../../errors.ts'
import type { PieceSink } from '../../geometry/cut.ts'
import { at, type Strokes } from '../../geometry/drawing.ts'
import type { FillRule } from '../../geometry/region.ts'
import type { Work } from '../../geometry/work.ts'

/** Maximum number of insets of one shape. Only a mistaken spacing needs more. */
const MAX_RINGS = 20_000
/** Number of decimals of mm that Clipper keeps. So Clipper computes in whole numbers of 0.0001 mm. */
const DECIMALS = 4
/** Steps of work that Clipper does for a vertex (measured). */
const VERTEX = 300
/** Steps of work that Clipper does for a pair of edges that may cross (measured). */
const PAIR = 200

/**
 * Fills polygons (mm) with rings. The first ring lies `spacing` mm inside the edge, and each later ring `spacing` mm
 * inside the ring before it. Rings are simplified, because insets with round corners multiply vertices.
 *
 * @throws PlotdError ERR_SVG_LIMIT for more than 20,000 insets; the errors of `work`
 */
export function contours(polygons: Strokes, rule: FillRule, spacing: number, into: PieceSink, work: Work): void {
  let paths = pathsOf(polygons)
  spendCrossings(paths, work)
  const clipperRule = rule === 'evenodd' ? ClipperRule.EvenOdd : ClipperRule.NonZero
  paths = booleanOpD(ClipType.Union, paths, null, clipperRule, DECIMALS)
  for (let ring = 1; ; ring++) {
    work.spend(VERTEX * paths.reduce((sum, { length }) => sum + length, 1))
    paths = inflatePathsD(paths, -spacing, JoinType.Round, EndType.Polygon, 2, DECIMALS)
    paths = simplifyPathsD(paths, spacing / 20)
    if (paths.length === 0) return
    if (ring > MAX_RINGS) {
      throw new PlotdError('ERR_SVG_LIMIT', `a fill spacing of ${spacing} mm makes more than ${MAX_RINGS} rings`)
    }
    for (const path of paths) drawRing(path, into)
  }
}

/** An edge of a polygon, as its bounding box in mm. */
interface Edge {
  readonly minX: number
  readonly maxX: number
  readonly minY: number
  readonly maxY: number
}

/**
 * Counts the work of Clipper in advance, because its loops cannot be bounded from outside. A sweep from top to bottom
 * counts the pairs of edges whose boxes meet. There are never more crossings than such pairs.
 */
function spendCrossings(paths: PathsD, work: Work): void {
  work.spend(VERTEX * paths.reduce((sum, { length }) => sum + length, 0))
  const edges = paths.flatMap((path) => path.map((from, i): Edge => edgeBetween(from, path[i + 1] ?? path[0] ?? from)))
  edges.sort((a, b) => a.minY - b.minY)
  let open: Edge[] = []
  for (const edge of edges) {
    work.spend(open.length)
    open = open.filter(({ maxY }) => maxY >= edge.minY)
    work.spend(PAIR * open.filter(({ minX, maxX }) => minX <= edge.maxX && maxX >= edge.minX).length)
    open.push(edge)
  }
}

const edgeBetween = (a: PathsD[number][number], b: PathsD[number][number]): Edge => ({
  minX: Math.min(a.x, b.x),
  maxX: Math.max(a.x, b.x),
  minY: Math.min(a.y, b.y),
  maxY: Math.max(a.y, b.y),
})

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
