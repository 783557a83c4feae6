/**
 * The room `prepare/order`: `neighbours` and `greedy` make a first tour. `local-search`, `perturb` and `search` improve
 * the tour. `crossover` crosses tours of few strokes. `seams` and `seam-chain` move the starts of closed strokes.
 * `together` changes order and seams at once: `rebuild` takes strokes out of a `route` and puts them back beside their
 * `near-strokes`. For few strokes, `many-starts` runs a round of `together` from many first routes. `directions`
 * reverses closed strokes in the order that was found. Import from this file and `sequence.ts`; `bound` also imports
 * `link-cost`, `tour`, `vertex-blocks` and others.
 *
 * Words of all files:
 *
 * - node: an end of a stroke, or the end or the start of the route. Stroke i has nodes 2i and 2i + 1
 * - item: a stroke, or home. Home is the last item, and its nodes are the end and then the start of the route
 * - link: the pen's way between two nodes of different items: a lift with travel, or a drawn line over a small gap
 * - tour: a cyclic order of all strokes and home, with the direction of each stroke (`Tour`). A route is the same,
 *   read from home to home
 * - entry node: the node by which a tour enters a stroke
 * - stretch, or segment: strokes that follow one another in a tour or route
 * - seam: the vertex at which a closed stroke begins and ends. Both nodes of the stroke lie there
 * - stop: the pen must stop at a seam, which costs time
 * - kick: a small random change of a tour, which local search then repairs (`perturb`)
 */
import { boundsOf } from '../../../geometry/bounds.ts'
import { type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { ascending } from '../../../geometry/radix-sort.ts'
import type { Work } from '../work.ts'
import { type LinkCosts, Links } from './link-cost.ts'
import { searchManyStarts } from './many-starts.ts'
import { Seams } from './seams.ts'
import { FEW, kicksFor, roughTour, searchTour } from './search.ts'
import { inFileOrder, inSequence, type Sequence, sequenceOf } from './sequence.ts'
import { searchTogether } from './together.ts'

export { directed } from './directions.ts'
export type { LinkCosts } from './link-cost.ts'
export { inSequence, type Sequence, sequenceOf } from './sequence.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** Maximum number of vertices for the second search, of order and seams together. */
const MAX_REBUILT = 400_000

/** The places at which the route begins and ends. */
export interface RouteEnds {
  readonly from: Point
  /** When absent, the route may end anywhere. */
  readonly to?: Point
}

export interface OrderOptions {
  /** Effort of the search; 'rough' is for estimates only. */
  readonly effort: number | 'rough'
  /** Whether the seams of closed strokes may move. */
  readonly seams: boolean
  /**
   * The motion planner's time for strokes in the given order, s. The search's own times differ a little at seams.
   */
  readonly clock?: (strokes: Strokes) => number
}

/**
 * Searches for the order of the strokes with the least cost of travel, lifts and stops at seams. Returns the file's own
 * order if the search finds no better order.
 */
export function order(
  strokes: Strokes,
  route: RouteEnds,
  costs: LinkCosts,
  { effort, seams: areSeamsFree, clock }: OrderOptions,
  work: Work,
): Sequence {
  const count = strokeCount(strokes)
  const near = spatialOrder(strokes)
  const sorted = inSequence(strokes, { ...inFileOrder(count), stroke: near })
  const links = new Links(endsOf(sorted, route), costs, route.to === undefined)
  // without a stroke, `Seams` has no seam that may move
  const seams = new Seams(areSeamsFree ? sorted : { ...sorted, starts: new Uint32Array(1) }, links)
  const fileTour = new Int32Array(count + 1).fill(2 * count)
  near.forEach((stroke, i) => {
    fileTour[stroke] = 2 * i
  })
  const tour =
    effort === 'rough'
      ? roughTour(links, seams, fileTour)
      : searchTour(links, seams, fileTour, kicksFor(count, effort, seams), work)
  const first = sequenceOf(tour)
  first.seam.set(seams.shift)
  if (effort === 'rough' || !seams.any || strokes.points.length > 2 * MAX_REBUILT) return numbered(first, near)
  const second = together(sorted, first, links.byTime(), seams, effort, work)
  const seconds = (each: Sequence) => clock?.(inSequence(sorted, each)) ?? 0
  return numbered(first !== second && seconds(first) < seconds(second) ? first : second, near)
}

function together(strokes: Strokes, start: Sequence, links: Links, seams: Seams, effort: number, work: Work): Sequence {
  if (strokeCount(strokes) > FEW) return searchTogether(strokes, start, links, seams, effort, work)
  const [first, second] = [work.part(0, 0.5), work.part(0.5, 1)]
  const sequence = searchTogether(strokes, start, links, seams, effort, first)
  return searchManyStarts(strokes, sequence, links, seams, effort, second)
}

/** The sequence under other numbers of the strokes: stroke i becomes stroke `numbers[i]`. */
function numbered({ stroke, reversed, seam }: Sequence, numbers: Uint32Array): Sequence {
  const moved = new Uint32Array(seam.length)
  seam.forEach((vertex, i) => {
    moved[numbers[i] as number] = vertex
  })
  return { stroke: stroke.map((i) => numbers[i] as number), reversed, seam: moved }
}

/**
 * The cost of the strokes in this order, s: travel, lifts and drawn gaps. If `areSeamsFree`, stops at the seams of
 * closed strokes count, too.
 */
export function costInOrder(strokes: Strokes, route: RouteEnds, costs: LinkCosts, areSeamsFree: boolean): number {
  const home = 2 * strokeCount(strokes)
  const links = new Links(endsOf(strokes, route), { ...costs, perMm: 0 }, route.to === undefined)
  let sum = links.between(home + 1, 0) + links.between(home - 1, home)
  for (let a = 1; a + 1 < home; a += 2) sum += links.between(a, a + 1)
  return areSeamsFree ? sum + new Seams(strokes, links).cost() : sum
}

/** x, y of both ends of every stroke, then of the route's end and start. */
export function endsOf({ points, starts }: Strokes, { from, to }: RouteEnds): Float64Array<ArrayBuffer> {
  const count = starts.length - 1
  const xy = new Float64Array(4 * (count + 1))
  for (let i = 0; i < count; i++) {
    const [first, last] = [starts[i] as number, (starts[i + 1] as number) - 1]
    xy.set([x(points, first), y(points, first), x(points, last), y(points, last)], 4 * i)
  }
  const end = to ?? from
  xy.set([end.x, end.y, from.x, from.y], 4 * count)
  return xy
}

/** Bits of a cell's coordinate: the bits of two coordinates fit exactly into a 32-bit float. */
const BITS = 12

/**
 * Numbers the strokes along a space-filling curve (G. M. Morton, 1966), by the midpoint of their ends. Strokes that are
 * near on the paper then have near places in memory. At 100,000 strokes the search is twice as fast as with the file's
 * numbers.
 */
function spatialOrder(strokes: Strokes): Uint32Array<ArrayBuffer> {
  const { points, starts } = strokes
  const box = boundsOf(strokes)
  const cells = 2 ** BITS - 1
  const scale = cells / Math.max(1e-9, box.maxX - box.minX, box.maxY - box.minY)
  const keys = new Float32Array(strokeCount(strokes))
  for (let i = 0; i < keys.length; i++) {
    const [first, last] = [starts[i] as number, (starts[i + 1] as number) - 1]
    const cx = ((x(points, first) + x(points, last)) / 2 - box.minX) * scale
    const cy = ((y(points, first) + y(points, last)) / 2 - box.minY) * scale
    keys[i] = spread(cx) + 2 * spread(cy)
  }
  return ascending(keys)
}

/** Inserts a zero before each bit: abc becomes 0a0b0c. */
function spread(n: number): number {
  let b = n & 0xfff
  b = (b | (b << 8)) & 0x00ff00ff
  b = (b | (b << 4)) & 0x0f0f0f0f
  b = (b | (b << 2)) & 0x33333333
  return (b | (b << 1)) & 0x55555555
}
