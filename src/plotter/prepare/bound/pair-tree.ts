import { ascending } from '../../../geometry/radix-sort.ts'
import { rootOf } from '../../../geometry/root-of.ts'
import type { Stars } from './stars.ts'

/**
 * Maximum error of a link's weight in the sort of the links, as a fraction of the range of weights. The sort uses
 * 32-bit floats, so a tree may cost slightly more than the cheapest.
 */
const ROUNDING = 2 ** -22

/**
 * The lightest spanning tree of all strokes, and the lightest link of each end of home. `index.ts` and `stars.ts`
 * explain entry, twin, price and weight.
 */
export class PairTree {
  /** Indices of the prices that the last tree uses: two for each link. */
  readonly used: number[] = []
  readonly #stars: Stars
  /** The lower index of each pair of an entry and its twin. */
  readonly #pair: Int32Array
  readonly #weight: Float64Array<ArrayBuffer>
  readonly #keys: Float32Array<ArrayBuffer>
  readonly #parent: Uint32Array<ArrayBuffer>

  constructor(stars: Stars) {
    const { twin, items } = stars.graph
    this.#stars = stars
    this.#pair = Int32Array.from([...twin.keys()].filter((e) => e < (twin[e] as number)))
    this.#weight = new Float64Array(this.#pair.length + items)
    this.#keys = new Float32Array(this.#weight.length)
    this.#parent = new Uint32Array(items)
  }

  /**
   * A lower bound of the weight of the tree and of home's two links, s. No route costs less than `Stars.cost` + this
   * bound.
   */
  cost(): number {
    const { items, to, twin } = this.#stars.graph
    const [pair, weight, home] = [this.#pair, this.#weight, items - 1]
    this.used.length = 0
    const hub = this.#hub()
    weight.fill(Infinity)
    const ofHome: [[number, number], [number, number]] = [
      [Infinity, -1],
      [Infinity, -1],
    ]
    for (let i = 0; i < pair.length; i++) {
      const e = pair[i] as number
      const [p, q] = [to[twin[e] as number] as number, to[e] as number]
      const w = this.#stars.weight(e)
      if (p >> 1 !== home && q >> 1 !== home) weight[i] = w
      else {
        const way = ofHome[((p >> 1 === home ? p : q) & 1) as 0 | 1]
        if (w < way[0]) way.splice(0, 2, w, e)
      }
    }
    // If no entry joins nodes p and q, a link between them weighs at least `#far(p) + #far(q)`. The cheapest tree of
    // such links joins all strokes to one node, the hub.
    for (let i = 0; i < home; i++)
      if (hub >= 0 && hub >> 1 !== i) weight[pair.length + i] = this.#far(this.#spoke(i)) + this.#far(hub)
    let sum = this.#span(hub)
    ofHome.forEach(([least, e], end) => {
      const n = 2 * home + end
      const far = hub < 0 ? Infinity : this.#far(n) + this.#far(hub)
      sum += Math.min(least, far)
      if (far < least) this.used.push(to.length + n, to.length + hub)
      else this.used.push(e, twin[e] as number)
    })
    return sum
  }

  /**
   * Makes a spanning tree, cheapest links first (J. B. Kruskal, 1956).
   *
   * @returns a lower bound of the weight of every spanning tree, s
   */
  #span(hub: number): number {
    const { items, to, twin } = this.#stars.graph
    const [pair, weight, keys, parent] = [this.#pair, this.#weight, this.#keys, this.#parent]
    let lightest = Infinity
    for (const w of weight) lightest = Math.min(lightest, w)
    for (let i = 0; i < weight.length; i++) keys[i] = (weight[i] as number) - lightest
    for (let i = 0; i < items; i++) parent[i] = i
    let [sum, range, left] = [0, 0, items - 2]
    for (const i of ascending(keys)) {
      if (left === 0) break
      const e = pair[i]
      const p = e === undefined ? this.#spoke(i - pair.length) : (to[twin[e] as number] as number)
      const q = e === undefined ? hub : (to[e] as number)
      const [a, b] = [rootOf(parent, p >> 1), rootOf(parent, q >> 1)]
      if (a === b) continue
      parent[b] = a
      left--
      sum += weight[i] as number
      range = (weight[i] as number) - lightest
      if (e === undefined) this.used.push(to.length + p, to.length + q)
      else this.used.push(e, twin[e] as number)
    }
    return sum - ROUNDING * range * items
  }

  /**
   * A link between two nodes that no entry joins weighs at least the sum of their `#far`, s. `#far` is Infinity if the
   * node has no places or its `farBase` is Infinity.
   */
  #far(n: number): number {
    const { graph, farBase, price } = this.#stars
    return graph.placesOf(n) === 0 ? Infinity : (farBase[n] as number) - (price[graph.to.length + n] as number)
  }

  /** Of the two nodes of an item, the one with the lesser `#far`. */
  #spoke(item: number): number {
    return this.#far(2 * item) <= this.#far(2 * item + 1) ? 2 * item : 2 * item + 1
  }

  /** The node with the least `#far` of all strokes; −1 when `#far` is Infinity at each node. */
  #hub(): number {
    let [hub, least] = [-1, Infinity]
    for (let n = 0; n < 2 * (this.#stars.graph.items - 1); n++) {
      const far = this.#far(n)
      if (far >= least) continue
      least = far
      hub = n
    }
    return hub
  }
}
