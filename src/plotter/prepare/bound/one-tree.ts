import { indices } from '../../../geometry/drawing.ts'
import { ascending } from '../../../geometry/radix-sort.ts'
import { rootOf } from '../../../geometry/root-of.ts'
import type { LinkGraph } from './link-graph.ts'

/**
 * Relative error of a link's weight in a tree. Links are sorted by 32-bit floats, so a tree may cost slightly more than
 * the cheapest.
 */
const ROUNDING = 2 ** -22

/**
 * The cheapest 1-tree for given prices of the nodes (M. Held and R. M. Karp, 1970): a spanning tree of strokes and
 * home, with one more link at a leaf. Every route is a 1-tree, so no route costs less. `index.ts` explains price and
 * weight.
 */
export class OneTree {
  /** Number of links of each node in the last 1-tree. */
  readonly degree: Int32Array<ArrayBuffer>
  readonly #graph: LinkGraph
  readonly #keys: Float32Array<ArrayBuffer>
  readonly #weight: Float64Array<ArrayBuffer>
  readonly #parent: Uint32Array<ArrayBuffer>
  readonly #treeDegree: Uint8Array<ArrayBuffer>
  /** The weights of the two cheapest links of each node, and the node at the other end of each. */
  readonly #first: Float64Array<ArrayBuffer>
  readonly #firstTo: Int32Array<ArrayBuffer>
  readonly #second: Float64Array<ArrayBuffer>
  readonly #secondTo: Int32Array<ArrayBuffer>
  /**
   * For each item, the node with the item's cheapest link to `#hub` among the links that are not in the graph. `#hub`
   * is the node with the cheapest of these links, or −1 if there are none.
   */
  readonly #spoke: Int32Array<ArrayBuffer>
  #hub = -1

  constructor(graph: LinkGraph) {
    const nodes = graph.capacity.length
    this.#graph = graph
    this.degree = new Int32Array(nodes)
    this.#keys = new Float32Array(graph.a.length + graph.items)
    this.#weight = new Float64Array(graph.a.length + graph.items)
    this.#parent = indices(graph.items)
    this.#treeDegree = new Uint8Array(graph.items)
    this.#first = new Float64Array(nodes)
    this.#firstTo = new Int32Array(nodes)
    this.#second = new Float64Array(nodes)
    this.#secondTo = new Int32Array(nodes)
    this.#spoke = new Int32Array(graph.items)
  }

  /** @returns a lower bound of the cost of all routes, s */
  cost(price: Float64Array): number {
    const { capacity } = this.#graph
    this.#weigh(price)
    const tree = this.#span()
    const { extra, magnitude } = this.#extra()
    let sum = tree.cost + extra - ROUNDING * (magnitude + tree.range) * this.#graph.items
    for (let n = 0; n < capacity.length; n++) sum += (capacity[n] as number) * (price[n] as number)
    return sum
  }

  #weigh(price: Float64Array): void {
    const { a, b, cost, capacity, far, items } = this.#graph
    this.#first.fill(Infinity)
    this.#second.fill(Infinity)
    for (let e = 0; e < a.length; e++) {
      const p = a[e] as number
      const q = b[e] as number
      const weight = (cost[e] as number) - (price[p] as number) - (price[q] as number)
      this.#weight[e] = weight
      this.#rank(p, q, weight)
      this.#rank(q, p, weight)
    }
    // A link that is not in the graph costs at least far[p] + far[q], and the tree counts it at that cost. The cheapest
    // tree of such links joins every item to one node.
    this.#hub = -1
    let least = Infinity
    for (let n = 0; n < capacity.length; n++) {
      const reach = (far[n] as number) - (price[n] as number)
      if (capacity[n] === 0 || reach >= least) continue
      least = reach
      this.#hub = n
    }
    for (let i = 0; i < items; i++) {
      const p = 2 * i
      const q = 2 * i + 1
      const reach = (n: number) => (capacity[n] === 0 ? Infinity : (far[n] as number) - (price[n] as number))
      this.#spoke[i] = reach(p) <= reach(q) ? p : q
      const isLinked = this.#hub >= 0 && this.#hub >> 1 !== i
      this.#weight[a.length + i] = isLinked ? Math.min(reach(p), reach(q)) + least : Infinity
      if (!isLinked) continue
      this.#rank(p, this.#hub, reach(p) + least)
      this.#rank(q, this.#hub, reach(q) + least)
    }
  }

  #rank(node: number, to: number, weight: number): void {
    if (weight < (this.#first[node] as number)) {
      this.#second[node] = this.#first[node] as number
      this.#secondTo[node] = this.#firstTo[node] as number
      this.#first[node] = weight
      this.#firstTo[node] = to
    } else if (weight < (this.#second[node] as number)) {
      this.#second[node] = weight
      this.#secondTo[node] = to
    }
  }

  /** The spanning tree, cheapest links first (J. B. Kruskal, 1956). */
  #span(): { cost: number; range: number } {
    const { a, b, items } = this.#graph
    const weight = this.#weight
    let least = Infinity
    let most = 0
    for (const w of weight) if (w < least) least = w
    for (let e = 0; e < weight.length; e++) this.#keys[e] = (weight[e] as number) - least
    this.degree.fill(0)
    this.#treeDegree.fill(0)
    for (let i = 0; i < items; i++) this.#parent[i] = i
    let cost = 0
    let left = items - 1
    for (const e of ascending(this.#keys)) {
      if (left === 0) break
      const p = e < a.length ? (a[e] as number) : (this.#spoke[e - a.length] as number)
      const q = e < a.length ? (b[e] as number) : this.#hub
      const i = rootOf(this.#parent, p >> 1)
      const j = rootOf(this.#parent, q >> 1)
      if (i === j) continue
      this.#parent[j] = i
      cost += weight[e] as number
      most = (weight[e] as number) - least
      left--
      this.#count(p)
      this.#count(q)
    }
    return { cost, range: most }
  }

  #count(node: number): void {
    this.degree[node] = (this.degree[node] as number) + 1
    this.#treeDegree[node >> 1] = Math.min(3, (this.#treeDegree[node >> 1] as number) + 1)
  }

  /**
   * A leaf needs a second link: at its other end, or at the same node of a closed stroke. The leaf whose second link
   * costs most gives the highest bound.
   */
  #extra(): { extra: number; magnitude: number } {
    let extra = -Infinity
    let at = -1
    let to = -1
    for (let i = 0; i < this.#graph.items; i++) {
      if (this.#treeDegree[i] !== 1) continue
      const isClosed = this.#graph.capacity[2 * i] === 2
      const node = isClosed || this.degree[2 * i] === 0 ? 2 * i : 2 * i + 1
      const weight = (isClosed ? this.#second : this.#first)[node] as number
      if (weight <= extra || weight === Infinity) continue
      extra = weight
      at = node
      to = (isClosed ? this.#secondTo : this.#firstTo)[node] as number
    }
    if (at < 0) return { extra: 0, magnitude: 0 }
    this.#count(at)
    this.#count(to)
    return { extra, magnitude: Math.abs(extra) }
  }
}
