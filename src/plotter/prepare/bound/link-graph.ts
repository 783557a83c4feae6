import { indices, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { KdTree } from '../../../geometry/kd-tree.ts'
import { ascending } from '../../../geometry/radix-sort.ts'
import { rootOf } from '../../../geometry/root-of.ts'
import type { Links } from '../order/link-cost.ts'
import type { Seams } from '../order/seams.ts'
import type { Work } from '../work.ts'

/**
 * Number of nearest places that are compared with each place: NEAR_VERTICES with closed strokes, else at least NEAR.
 */
const NEAR = 14
const NEAR_VERTICES = 40

/**
 * The links that a short route may use, with their costs, and a lower bound of the cost of all other links.
 *
 * The items are all strokes, and then home. Stroke i has nodes 2i and 2i + 1. A closed stroke has only 2i, with two
 * links. The nodes of home are the end and the start of the route. A stop at a closed stroke costs time, and the cost
 * of each of the stroke's two links contains half of this time.
 */
export interface LinkGraph {
  readonly items: number
  /**
   * The number of links that each node has in a route: 1, or 2 for a closed stroke, or 0 for a node that does not
   * exist.
   */
  readonly capacity: Uint8Array<ArrayBuffer>
  /** Link e joins nodes `a[e]` and `b[e]` and costs `cost[e]`, s. */
  readonly a: Int32Array<ArrayBuffer>
  readonly b: Int32Array<ArrayBuffer>
  readonly cost: Float64Array<ArrayBuffer>
  /** Any other link between nodes p and q costs at least `far[p] + far[q]`, s. */
  readonly far: Float64Array<ArrayBuffer>
}

/** Which ends of the route may lie anywhere. */
export interface Freedom {
  /** The route may start anywhere. */
  readonly start: boolean
  /** The route may end anywhere. */
  readonly end: boolean
}

/**
 * The places: both ends of open strokes, all vertices of closed strokes, and the ends of the route that are not free.
 */
interface Places {
  readonly xy: Float64Array<ArrayBuffer>
  readonly node: Int32Array<ArrayBuffer>
  readonly item: Int32Array<ArrayBuffer>
  /** Half the cost of a stop at each place, s. */
  readonly stop: Float64Array<ArrayBuffer>
}

/** @param near  number of nearest places that are compared with each place; Infinity for all */
export function linkGraph(
  strokes: Strokes,
  links: Links,
  seams: Seams,
  free: Freedom,
  work: Work,
  near?: number,
): LinkGraph {
  const items = strokeCount(strokes) + 1
  const { places, capacity } = placesOf(strokes, links, seams, free)
  const { xy, node, item, stop } = places
  const tree = new KdTree(xy)
  const k = near ?? (seams.any ? NEAR_VERTICES : Math.max(NEAR, Math.min(60, Math.floor(8000 / items))))
  const ids = new Int32Array(Math.min(k, node.length))
  const distances = new Float64Array(ids.length)
  const far = new Float64Array(2 * items).fill(Infinity)
  const costs = new Map<number, number>()
  const offer = (p: number, q: number, cost: number): void => {
    const key = Math.min(p, q) * 2 * items + Math.max(p, q)
    if (cost < (costs.get(key) ?? Infinity)) costs.set(key, cost)
  }
  for (let v = 0; v < node.length; v++) {
    if (v % 1024 === 0) work.check()
    const at = { x: xy[2 * v] as number, y: xy[2 * v + 1] as number, skip: item[v] as number }
    const neighbours = tree.nearestOfOthers(at, k, item, ids, distances)
    const own = stop[v] as number
    const end = node[v] as number
    for (let f = 0; f < neighbours; f++) {
      const w = ids[f] as number
      offer(end, node[w] as number, links.ofDistance2(distances[f] as number) + own + (stop[w] as number))
    }
    if (neighbours < k) continue
    far[end] = Math.min(far[end] as number, links.ofDistance2(distances[k - 1] as number) / 2 + own)
  }
  chargeHome(far)
  addFree(capacity, places, free, links.costs.lift, offer)
  const size = costs.size
  const graph = { a: new Int32Array(size), b: new Int32Array(size), cost: new Float64Array(size) }
  let e = 0
  for (const [key, cost] of costs) {
    graph.a[e] = Math.floor(key / (2 * items))
    graph.b[e] = key % (2 * items)
    graph.cost[e++] = cost
  }
  return { items, capacity, far, ...graph }
}

/**
 * Charges home with more than half the cost of its links that are not compared. A stroke is charged at most `most` for
 * such a link, so home may be charged the rest. This raises the bound where home lies far from all strokes.
 *
 * @param far  for each node or place, half the least cost of such a link, s; the two ends of home come last
 */
export function chargeHome(far: Float64Array): void {
  const home = far.length - 2
  let most = 0
  for (const each of far.subarray(0, home)) if (each !== Infinity) most = Math.max(most, each)
  for (let n = home; n < far.length; n++) far[n] = Math.max(far[n] as number, 2 * (far[n] as number) - most)
}

/** Links each free node of home with every node of every stroke. The cost is a lift and half the stop. */
function addFree(
  capacity: Uint8Array,
  { node, stop }: Places,
  free: Freedom,
  lift: number,
  offer: (p: number, q: number, cost: number) => void,
): void {
  const home = capacity.length - 2
  node.forEach((end, v) => {
    if (end >= home) return
    if (free.end) offer(home, end, lift + (stop[v] as number))
    if (free.start) offer(home + 1, end, lift + (stop[v] as number))
  })
}

function placesOf(strokes: Strokes, links: Links, seams: Seams, free: Freedom) {
  const { points, starts } = strokes
  const count = strokeCount(strokes)
  const capacity = new Uint8Array(2 * count + 2).fill(1)
  const xy: number[] = []
  const nodes: number[] = []
  const stops: number[] = []
  const add = (node: number, px: number, py: number, stop: number): void => {
    xy.push(px, py)
    nodes.push(node)
    stops.push(stop)
  }
  for (let i = 0; i < count; i++) {
    const first = starts[i] as number
    const last = (starts[i + 1] as number) - 1
    if (!seams.isFree(i)) {
      add(2 * i, x(points, first), y(points, first), 0)
      add(2 * i + 1, x(points, last), y(points, last), 0)
      continue
    }
    capacity[2 * i] = 2
    capacity[2 * i + 1] = 0
    for (let v = first; v < last; v++) add(2 * i, x(points, v), y(points, v), seams.stopAt(v) / 2)
  }
  const home = 2 * count
  if (!free.end) add(home, links.xy[2 * home] as number, links.xy[2 * home + 1] as number, 0)
  if (!free.start) add(home + 1, links.xy[2 * home + 2] as number, links.xy[2 * home + 3] as number, 0)
  const node = Int32Array.from(nodes)
  const places: Places = {
    xy: Float64Array.from(xy),
    node,
    item: node.map((end) => end >> 1),
    stop: Float64Array.from(stops),
  }
  return { places, capacity }
}

/** The insertion sort gives up when links move by more than this many places on average. */
const FAR = 40

/**
 * Sorts links by weight (see `index.ts`), fast when they are nearly in order.
 *
 * @returns the number of moves, as a measure of work
 */
export function sortByWeight(order: Int32Array, weight: Float64Array): number {
  const most = FAR * order.length
  let moves = 0
  for (let i = 1; i < order.length && moves <= most; i++) {
    const e = order[i] as number
    const w = weight[e] as number
    let j = i - 1
    for (; j >= 0 && (weight[order[j] as number] as number) > w; j--) order[j + 1] = order[j] as number
    order[j + 1] = e
    moves += i - j
  }
  if (moves <= most) return moves
  order.sort((e, f) => (weight[e] as number) - (weight[f] as number))
  return moves + most
}

/**
 * At least the `k` cheapest links of each node, and the links of the cheapest tree. Also the links of the route that
 * draws stroke 0 first, then stroke 1 and so on, except its links that leave a closed stroke.
 */
export function cheapestLinks({ a, b, cost, capacity, items }: LinkGraph, k: number): number[] {
  const count = new Uint16Array(capacity.length)
  const parent = indices(items)
  const links: number[] = []
  for (const e of ascending(Float32Array.from(cost))) {
    const p = a[e] as number
    const q = b[e] as number
    const i = rootOf(parent, p >> 1)
    const j = rootOf(parent, q >> 1)
    const isNext = q === p + 1 && p % 2 === 1
    const isFirst = p === 0 && q === capacity.length - 1
    if (i === j && (count[p] as number) >= k && (count[q] as number) >= k && !isNext && !isFirst) continue
    parent[j] = i
    count[p] = (count[p] as number) + 1
    count[q] = (count[q] as number) + 1
    links.push(e)
  }
  return links
}

/** The links at each of `count` nodes or places. */
export function linksAt(count: number, { a, b }: { a: ArrayLike<number>; b: ArrayLike<number> }): number[][] {
  const at: number[][] = Array.from({ length: count }, () => [])
  for (let e = 0; e < a.length; e++) {
    at[a[e] as number]?.push(e)
    at[b[e] as number]?.push(e)
  }
  return at
}
