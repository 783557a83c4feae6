import { indices } from '../../../geometry/drawing.ts'
import { type LinkGraph, linksAt } from './link-graph.ts'

/** Places, and links between them (words of `index.ts`). */
export interface PlaceLinks {
  /** Number of strokes, plus one for home. */
  readonly items: number
  /** The number of links that each node has in a route. */
  readonly capacity: Uint8Array
  /** The node of each place. */
  readonly node: ArrayLike<number>
  /** The two places of each link, and its cost, which includes half the cost of a stop at each of them, s. */
  readonly a: Int32Array
  readonly b: Int32Array
  readonly cost: Float64Array
  /** The links with which a linear program begins. When absent, it begins with all links. */
  readonly first?: readonly number[] | undefined
}

/**
 * The links that the best route may use, as a linear program needs them.
 *
 * The program has a variable from 0 to 1 for each link, its share: how much of the link the route uses. A pair is all
 * links between the same two nodes. The share of a pair is the sum of the shares of its links.
 */
export class ProgramLinks implements PlaceLinks {
  readonly items: number
  readonly capacity: Uint8Array
  readonly node: ArrayLike<number>
  readonly a: Int32Array
  readonly b: Int32Array
  readonly cost: Float64Array
  readonly first: readonly number[] | undefined
  /** Whether any stroke is closed. */
  readonly hasClosed: boolean
  /**
   * The point of each place. A place of a closed stroke is its own point. The places of an open stroke or of home share
   * one point: the first of these places.
   */
  readonly point: Int32Array
  /** The point of home. */
  readonly home: number
  /** The links at each place. */
  readonly at: readonly (readonly number[])[]
  /** The links of each pair, and the pair's two nodes. */
  readonly pairs: readonly (readonly number[])[]
  readonly pairA: Int32Array
  readonly pairB: Int32Array
  /** The pair of each link. */
  readonly pairOf: Int32Array

  /** @param pairs  the pairs of a set of links that contains all given links; each pair keeps its number */
  constructor(links: PlaceLinks, pairs?: Pick<ProgramLinks, 'pairA' | 'pairB'>) {
    const { items, capacity, node, a, b, cost } = links
    this.items = items
    this.capacity = capacity
    this.node = node
    this.a = a
    this.b = b
    this.cost = cost
    this.first = links.first
    this.hasClosed = capacity.includes(2)
    const first = new Int32Array(items).fill(-1)
    this.point = Int32Array.from(node, (n, v) => {
      if (capacity[n] === 2) return v
      if (first[n >> 1] === -1) first[n >> 1] = v
      return first[n >> 1] as number
    })
    this.home = first[items - 1] as number
    this.at = linksAt(node.length, { a, b })
    const ofNodes = new Map<number, number[]>()
    const keyOf = (p: number, q: number): number => Math.min(p, q) * capacity.length + Math.max(p, q)
    pairs?.pairA.forEach((p, k) => {
      ofNodes.set(keyOf(p, pairs.pairB[k] as number), [])
    })
    for (let e = 0; e < a.length; e++) {
      const key = keyOf(this.nodeA(e), this.nodeB(e))
      const pair = ofNodes.get(key)
      if (pair) pair.push(e)
      else ofNodes.set(key, [e])
    }
    this.pairs = [...ofNodes.values()]
    this.pairOf = new Int32Array(a.length)
    this.pairs.forEach((links, k) => {
      for (const e of links) this.pairOf[e] = k
    })
    this.pairA = pairs?.pairA ?? Int32Array.from(this.pairs, ([e]) => this.nodeA(e as number))
    this.pairB = pairs?.pairB ?? Int32Array.from(this.pairs, ([e]) => this.nodeB(e as number))
  }

  nodeA(e: number): number {
    return this.node[this.a[e] as number] as number
  }

  nodeB(e: number): number {
    return this.node[this.b[e] as number] as number
  }

  /** The links with the indices `kept`. Each pair keeps its number. */
  only(kept: readonly number[]): ProgramLinks {
    const { items, capacity, node, a, b, cost } = this
    return new ProgramLinks(
      {
        items,
        capacity,
        node,
        a: Int32Array.from(kept, (e) => a[e] as number),
        b: Int32Array.from(kept, (e) => b[e] as number),
        cost: Float64Array.from(kept, (e) => cost[e] as number),
      },
      this,
    )
  }
}

/** The links of open strokes: each node is a place. */
export function linksOfEnds({ items, capacity, a, b, cost }: Omit<LinkGraph, 'far'>): ProgramLinks {
  const nodes = capacity.length
  return new ProgramLinks({ items, capacity, node: indices(nodes), a, b, cost })
}
