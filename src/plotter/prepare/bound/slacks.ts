import { rootOf } from '../../../geometry/root-of.ts'
import type { PlaceGraph } from './place-graph.ts'
import type { Stars } from './stars.ts'

/**
 * How much each star and link of a route raises the route's cost above the bound of `Stars` and `PairTree`, s.
 *
 * A route costs at least the bound and the slacks of its parts. No slack is negative:
 *
 * - of a star: its cost less that of the stroke's cheapest star;
 * - of a link: its cost less the parts that both stars pay, and less the most expensive link between both strokes in
 *   the cheapest tree. The links of a route between strokes form a tree. For every tree, these most expensive links
 *   together weigh at least as much as the cheapest tree.
 */
export class Slacks {
  readonly graph: PlaceGraph
  /** No route costs less, s. */
  readonly bound: number
  /** Whether a route backwards has the same slacks. */
  readonly isSymmetric: boolean
  /** Of each node: the cost of the cheapest star, s. */
  readonly star: Float64Array<ArrayBuffer>
  /** By the index of a value: the part of a link's cost that a star pays, s. */
  readonly #starShare: Float64Array<ArrayBuffer>
  /** Of each pair of strokes: the most expensive link between them in the cheapest tree, s. */
  readonly #mostExpensive: Float64Array<ArrayBuffer>
  /** The cheapest link of each end of home, s. */
  readonly #ofHome: [number, number] = [Infinity, Infinity]

  /** @param stars  of a graph in which all nodes are entries of each other */
  constructor(stars: Stars) {
    const { graph } = stars
    this.graph = graph
    const { nodes, items, to, firstEntry, firstValue, firstPlace } = graph
    this.#starShare = stars.value.slice()
    const weight = new Float64Array(to.length)
    for (let e = 0; e < to.length; e++) {
      weight[e] = stars.weight(e)
      const values = this.#starShare.subarray(firstValue[e], firstValue[e + 1])
      for (let k = 0; k < values.length; k++) values[k] = (values[k] as number) + (stars.price[e] as number)
    }
    const [end, start] = [nodes - 2, nodes - 1]
    this.isSymmetric = graph.isSamePlace(firstPlace[end] as number, firstPlace[start] as number)
    if (this.isSymmetric) {
      const entries = (firstEntry[start] as number) - (firstEntry[end] as number)
      for (let k = 0; k < entries; k++)
        this.#balance(weight, (firstEntry[end] as number) + k, (firstEntry[start] as number) + k)
    }
    this.star = Float64Array.from({ length: nodes }, (_, n) => this.#cheapestStar(n))
    this.#mostExpensive = new Float64Array(items * items)
    let bound = this.#span(weight)
    for (let n = 0; n < nodes; n++) if (graph.placesOf(n) > 0) bound += this.star[n] as number
    this.bound = bound
  }

  /** The part of the cost of an entry's link that the star at a place of the node pays, s. */
  starShare(e: number, place: number): number {
    return this.#starShare[(this.graph.firstValue[e] as number) + place] as number
  }

  /** The least part of the cost of a link between two nodes that the tree pays, s. */
  treeShare(p: number, q: number): number {
    const home = this.graph.items - 1
    if (p >> 1 === home) return this.#ofHome[(p & 1) as 0 | 1]
    if (q >> 1 === home) return this.#ofHome[(q & 1) as 0 | 1]
    return this.#mostExpensive[(p >> 1) * this.graph.items + (q >> 1)] as number
  }

  /**
   * Gives the links of home's two ends the mean of both. The bound is a concave function of the prices, so a mean does
   * not lower the bound.
   */
  #balance(weight: Float64Array, e: number, f: number): void {
    const { twin, firstValue } = this.graph
    for (const [g, h] of [
      [e, f],
      [twin[e] as number, twin[f] as number],
    ] as const) {
      const mean = ((weight[g] as number) + (weight[h] as number)) / 2
      weight[g] = mean
      weight[h] = mean
      const [from, other] = [firstValue[g] as number, firstValue[h] as number]
      for (let k = 0; k < (firstValue[g + 1] as number) - from; k++) {
        const half = ((this.#starShare[from + k] as number) + (this.#starShare[other + k] as number)) / 2
        this.#starShare[from + k] = half
        this.#starShare[other + k] = half
      }
    }
  }

  #cheapestStar(n: number): number {
    const { capacity, firstPlace, firstEntry, stop } = this.graph
    let least = Infinity
    for (let v = 0; v < this.graph.placesOf(n); v++) {
      let [first, second] = [Infinity, Infinity]
      for (let e = firstEntry[n] as number; e < (firstEntry[n + 1] as number); e++) {
        const cost = this.starShare(e, v)
        if (cost >= second) continue
        second = Math.max(first, cost)
        first = Math.min(first, cost)
      }
      const cost = capacity[n] === 2 ? first + second + (stop[(firstPlace[n] as number) + v] as number) : first
      least = Math.min(least, cost)
    }
    return least
  }

  /** The cheapest tree (J. B. Kruskal, 1956), with the cheapest link of each end of home. @returns its weight, s */
  #span(weight: Float64Array): number {
    const { items, to, twin } = this.graph
    const home = items - 1
    const order = [...to.keys()].filter((e) => e < (twin[e] as number))
    order.sort((e, f) => (weight[e] as number) - (weight[f] as number))
    const root = Uint32Array.from({ length: items }, (_, i) => i)
    const part = Array.from({ length: items }, (_, i) => [i])
    let sum = 0
    for (const e of order) {
      const [p, q, w] = [to[twin[e] as number] as number, to[e] as number, weight[e] as number]
      if (p >> 1 === home || q >> 1 === home) {
        const end = ((p >> 1 === home ? p : q) & 1) as 0 | 1
        this.#ofHome[end] = Math.min(this.#ofHome[end], w)
        continue
      }
      const [i, j] = [rootOf(root, p >> 1), rootOf(root, q >> 1)]
      if (i === j) continue
      root[j] = i
      sum += w
      const [left, right] = [part[i] as number[], part[j] as number[]]
      for (const a of left) {
        for (const b of right) {
          this.#mostExpensive[a * items + b] = w
          this.#mostExpensive[b * items + a] = w
        }
      }
      left.push(...right)
    }
    return sum + this.#ofHome[0] + this.#ofHome[1]
  }
}
