import { KdTree } from '../../../geometry/kd-tree.ts'
import type { Links } from './link-cost.ts'

/**
 * Lists of the nearest ends of other strokes, nearest first: `k` entries for each node, filled up with −1. `index.ts`
 * explains node, link and home. The costs of a list ascend. If the route may end anywhere, one node of home is an
 * exception: each link to it costs only a lift.
 */
export interface Neighbours {
  readonly k: number
  readonly nodes: Int32Array<ArrayBuffer>
  /** Exact cost of each link, s. With rounded costs a search may never end. */
  readonly costs: Float64Array<ArrayBuffer>
}

/** The neighbours of each node of `among` within `among`. List i belongs to `among[i]`. The default is all nodes. */
export function neighbours(links: Links, k: number, among?: Int32Array<ArrayBuffer>): Neighbours {
  const count = among?.length ?? links.nodes
  const xy = among === undefined ? links.xy : gathered(links.xy, among)
  const node = (i: number) => (among === undefined ? i : (among[i] as number))
  const nodes = new Int32Array(count * k).fill(-1)
  const costs = new Float64Array(count * k)
  const tree = new KdTree(xy)
  const wanted = k + 2
  const ids = new Int32Array(wanted)
  const distances = new Float64Array(wanted)
  for (let place = 0; place < count; place++) {
    const i = tree.pointAt[place] as number
    // not for home, because the links of its two nodes cost differently if the route may end anywhere
    if (among === undefined && i < count - 2 && copiesOtherEnd(links.xy, i, k, nodes, costs)) continue
    const results = tree.nearest(xy[2 * i] as number, xy[2 * i + 1] as number, wanted, ids, distances)
    const self = node(i) >> 1
    for (let f = 0, n = 0; f < results && n < k; f++) {
      const other = node(ids[f] as number)
      if (other >> 1 === self) continue
      nodes[i * k + n] = other
      costs[i * k + n++] = links.between(node(i), other)
    }
  }
  return { k, nodes, costs }
}

/** The same neighbours with the costs of `links`, which must grow with the distance. */
export function priced({ k, nodes }: Neighbours, links: Links): Neighbours {
  const costs = new Float64Array(nodes.length)
  for (let j = 0; j < nodes.length; j++) {
    const b = nodes[j] as number
    if (b >= 0) costs[j] = links.between(Math.floor(j / k), b)
  }
  return { k, nodes, costs }
}

/**
 * Copies the list of a closed stroke's other end, if that list is known, because both ends lie at one point.
 *
 * @returns whether the list was copied
 */
function copiesOtherEnd(xy: Float64Array, i: number, k: number, nodes: Int32Array, costs: Float64Array): boolean {
  const other = i ^ 1
  if ((nodes[other * k] as number) < 0) return false
  if (xy[2 * i] !== xy[2 * other] || xy[2 * i + 1] !== xy[2 * other + 1]) return false
  nodes.copyWithin(i * k, other * k, (other + 1) * k)
  costs.copyWithin(i * k, other * k, (other + 1) * k)
  return true
}

function gathered(xy: Float64Array, among: Int32Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(2 * among.length)
  for (let i = 0; i < among.length; i++) {
    out[2 * i] = xy[2 * (among[i] as number)] as number
    out[2 * i + 1] = xy[2 * (among[i] as number) + 1] as number
  }
  return out
}
