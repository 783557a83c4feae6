import { ascending } from '../../../geometry/radix-sort.ts'
import type { Links } from './link-cost.ts'
import { type Neighbours, neighbours } from './neighbours.ts'

/**
 * Makes a tour by greedy matching. At first each item is a part of the tour. The function makes the cheapest link that
 * joins two parts, then the next cheapest, until one part is left. `index.ts` explains node, link and tour. The tour is
 * about 16 % longer than the shortest tour; a tour by nearest neighbours is about 25 % longer than the shortest. The
 * greedy tour has few long links, so local search has less to reverse (Johnson and McGeoch, 1997).
 *
 * @returns the entry node of each item, in order of the tour
 */
export function greedyTour(links: Links, near: Neighbours): Int32Array<ArrayBuffer> {
  const link = new Int32Array(links.nodes).fill(-1)
  const tail = new Int32Array(links.nodes)
  for (let a = 0; a < links.nodes; a++) tail[a] = a ^ 1
  let open = links.nodes
  let [list, among]: [Neighbours, Int32Array<ArrayBuffer> | undefined] = [near, undefined]
  for (;;) {
    open -= 2 * match(list, among, link, tail)
    if (open <= 2) break
    among = openEnds(link, open)
    list = neighbours(links, Math.min(6, open), among)
  }
  return walk(link)
}

/**
 * Makes links from the lists of neighbours, cheapest first.
 *
 * @param among  the nodes to which the lists belong; undefined if there is a list for each node
 * @param link   the node to which each node is linked; −1 if none
 * @param tail   for each end of a part, the other end of the part
 * @returns the number of links
 */
function match(near: Neighbours, among: Int32Array | undefined, link: Int32Array, tail: Int32Array): number {
  const { k, nodes } = near
  const count = nodes.length / k
  const node = (i: number) => (among === undefined ? i : (among[i] as number))
  const from = new Int32Array(nodes.length)
  let candidates = 0
  for (let i = 0; i < count; i++) {
    for (let j = i * k; j < (i + 1) * k; j++) {
      const b = nodes[j] as number
      if (b >= 0 && (node(i) < b || !lists(near, among, b, node(i)))) from[candidates++] = j
    }
  }
  const costs = new Float32Array(candidates)
  for (let c = 0; c < candidates; c++) costs[c] = near.costs[from[c] as number] as number
  let matched = 0
  for (const c of ascending(costs)) {
    const j = from[c] as number
    const a = node((j / k) | 0)
    const b = nodes[j] as number
    if ((link[a] as number) >= 0 || (link[b] as number) >= 0 || tail[a] === b) continue
    connect(link, tail, a, b)
    matched++
  }
  return matched
}

/**
 * Whether `a` is among the neighbours of node `b`. If so, `match` takes the pair `a`, `b` only once. When `among` is
 * given, `nodes` is not indexed by node, and the answer is always false.
 */
function lists({ k, nodes }: Neighbours, among: Int32Array | undefined, b: number, a: number): boolean {
  if (among !== undefined) return false
  for (let j = b * k; j < (b + 1) * k; j++) if (nodes[j] === a) return true
  return false
}

function connect(link: Int32Array, tail: Int32Array, a: number, b: number): void {
  link[a] = b
  link[b] = a
  const [endA, endB] = [tail[a] as number, tail[b] as number]
  tail[endA] = endB
  tail[endB] = endA
}

/** The nodes that have no link. */
function openEnds(link: Int32Array, count: number): Int32Array<ArrayBuffer> {
  const ends = new Int32Array(count)
  let n = 0
  for (let a = 0; a < link.length; a++) if ((link[a] as number) < 0) ends[n++] = a
  return ends
}

/** Links the last two ends, then reads the tour from home along the links. */
function walk(link: Int32Array): Int32Array<ArrayBuffer> {
  const tour = new Int32Array(link.length / 2)
  const ends = openEnds(
    link,
    link.reduce((open, to) => open + (to < 0 ? 1 : 0), 0),
  )
  const [first, last] = ends
  if (first !== undefined && last !== undefined) {
    link[first] = last
    link[last] = first
  }
  let entry = link.length - 2
  for (let i = 0; i < tour.length; i++) {
    tour[i] = entry
    entry = link[entry ^ 1] as number
  }
  return tour
}
