import type { Neighbours } from '../order/neighbours.ts'
import type { LinkGraph } from './link-graph.ts'

/**
 * The neighbour lists of a local search (`order/neighbours.ts`): for each node, the other ends of the first `k` of its
 * links in `order`.
 *
 * @param order   numbers of links
 * @param costOf  the cost of link e from node p to node q. This cost sorts each list, but does not choose the links
 */
export function firstLinks(
  { a, b, capacity }: Pick<LinkGraph, 'a' | 'b'> & { readonly capacity: Uint8Array },
  k: number,
  order: Iterable<number>,
  costOf: (p: number, q: number, e: number) => number,
): Neighbours {
  const nodes = new Int32Array(capacity.length * k).fill(-1)
  const costs = new Float64Array(nodes.length)
  const count = new Uint8Array(capacity.length)
  const add = (p: number, q: number, e: number): void => {
    const first = p * k
    if (count[p] === k) return
    const cost = costOf(p, q, e)
    let j = first + (count[p] as number)
    for (; j > first && (costs[j - 1] as number) > cost; j--) {
      nodes[j] = nodes[j - 1] as number
      costs[j] = costs[j - 1] as number
    }
    nodes[j] = q
    costs[j] = cost
    count[p] = (count[p] as number) + 1
  }
  for (const e of order) {
    const p = a[e] as number
    const q = b[e] as number
    add(p, q, e)
    add(q, p, e)
  }
  return { k, nodes, costs }
}
