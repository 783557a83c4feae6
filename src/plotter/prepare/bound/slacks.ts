import { rootOf } from '../../../geometry/root-of.ts'
import { linksAt } from './link-graph.ts'
import type { PlaceGraph } from './place-graph.ts'
import type { PlaceLinks } from './program-links.ts'
import type { Stars } from './stars.ts'

/** Number of links at each place with which a linear program begins. */
const FIRST = 4

/**
 * How far the stars and links of a route raise its cost above `bound`, s. `index.ts` explains entry, place, share, star
 * and weight.
 *
 * - `bound` = the cheapest star of each node + the weight of the cheapest tree + the cheapest link of each end of home.
 *   The tree joins the strokes.
 * - Slack of a star = cost of the star − cost of the node's cheapest star.
 * - Slack of a link = cost of the link − both shares − `treeShare`. Here `treeShare` is the weight of the heaviest link
 *   on the path in the cheapest tree between both strokes. Home is not in the tree. For a link of home, `treeShare` is
 *   the weight of the cheapest link of the same end of home.
 *
 * No slack is negative, because the weight of a link is at most its cost − both shares, and at least its `treeShare`.
 *
 * A route costs at least `bound` + its slacks. Reason: its cost is the sum of its stars, and of cost − both shares for
 * each link. So cost − slacks = the cheapest stars + each link's `treeShare`. The links of a route between strokes form
 * a tree. In every tree, the sum of the links' `treeShare` is at least the weight of the cheapest tree.
 */
export class Slacks {
  readonly graph: PlaceGraph
  /** No route costs less, s. */
  readonly bound: number
  /** Whether both ends of home are one place. A route then has the same slacks in both directions. */
  readonly isSymmetric: boolean
  /** For each node the cost of its cheapest star, s; Infinity for a node without places. */
  readonly star: Float64Array<ArrayBuffer>
  /** The shares, s. The share of entry e at place k of its node has the index `graph.firstValue[e] + k`. */
  readonly #starShare: Float64Array<ArrayBuffer>
  /** For strokes i and j, `i * items + j` has the weight of the heaviest link between them in the cheapest tree, s. */
  readonly #heaviest: Float64Array<ArrayBuffer>
  /** The weight of the cheapest link of each end of home, s. */
  readonly #ofHome: [number, number] = [Infinity, Infinity]

  /** @param stars  of a graph in which each node has an entry for every node of every other item */
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
    this.#heaviest = new Float64Array(items * items)
    let bound = this.#span(weight)
    for (let n = 0; n < nodes; n++) if (graph.placesOf(n) > 0) bound += this.star[n] as number
    this.bound = bound
  }

  /** The share of entry e at a place of its node, counted from the node's first place, s. */
  starShare(e: number, place: number): number {
    return this.#starShare[(this.graph.firstValue[e] as number) + place] as number
  }

  /** `treeShare` of a link between nodes p and q, s. */
  treeShare(p: number, q: number): number {
    const home = this.graph.items - 1
    if (p >> 1 === home) return this.#ofHome[(p & 1) as 0 | 1]
    if (q >> 1 === home) return this.#ofHome[(q & 1) as 0 | 1]
    return this.#heaviest[(p >> 1) * this.graph.items + (q >> 1)] as number
  }

  /**
   * Finds the links that a route may use if its slacks add up to at most `limit`, s. A link is left out if its slack
   * and the slacks of the cheapest stars with this link together exceed `limit`.
   *
   * @param most  maximum number of links
   * @returns the links that are not left out; undefined if there are more than `most`
   */
  linksWithin(limit: number, most: number): PlaceLinks | undefined {
    const { graph } = this
    const { items, capacity, to, twin, firstPlace, firstValue, stop } = graph
    const ofStar = this.#starSlacks()
    const [a, b, cost, slack]: [number[], number[], number[], number[]] = [[], [], [], []]
    for (let e = 0; e < to.length; e++) {
      const back = twin[e] as number
      if (e > back) continue
      const [p, q] = [to[back] as number, to[e] as number]
      const ofTree = this.treeShare(p, q)
      for (let v = 0; v < graph.placesOf(p); v++) {
        const here = ofStar[(firstValue[e] as number) + v] as number
        if (here > limit) continue
        const from = (firstPlace[p] as number) + v
        const halt = (stop[from] as number) / 2
        for (let w = 0; w < graph.placesOf(q); w++) {
          const there = ofStar[(firstValue[back] as number) + w] as number
          if (here + there > limit) continue
          const link = graph.cost(from, (firstPlace[q] as number) + w)
          const whole = here + there + link - this.starShare(e, v) - this.starShare(back, w) - ofTree
          if (whole > limit) continue
          if (a.length === most) return undefined
          a.push(from)
          b.push((firstPlace[q] as number) + w)
          cost.push(link + halt + (stop[(firstPlace[q] as number) + w] as number) / 2)
          slack.push(whole)
        }
      }
    }
    const node = Int32Array.from(stop, (_, v) => graph.nodeOf(v))
    return {
      items,
      capacity,
      node,
      a: Int32Array.from(a),
      b: Int32Array.from(b),
      cost: Float64Array.from(cost),
      first: leastAtPlaces(stop.length, { a, b }, slack),
    }
  }

  /**
   * For each entry and place of its node, the slack of the cheapest star there with the entry's link, s. The index is
   * that of the shares.
   */
  #starSlacks(): Float64Array {
    const { nodes, capacity, firstPlace, firstEntry, firstValue, stop } = this.graph
    const slacks = this.#starShare.slice()
    for (let n = 0; n < nodes; n++) {
      const [begin, end] = [firstEntry[n] as number, firstEntry[n + 1] as number]
      const least = this.star[n] as number
      for (let v = 0; v < this.graph.placesOf(n); v++) {
        let [first, second] = [Infinity, Infinity]
        for (let e = begin; e < end; e++) {
          const cost = this.starShare(e, v)
          second = Math.min(second, Math.max(first, cost))
          first = Math.min(first, cost)
        }
        const halt = capacity[n] === 2 ? (stop[(firstPlace[n] as number) + v] as number) : 0
        for (let e = begin; e < end; e++) {
          const i = (firstValue[e] as number) + v
          const share = slacks[i] as number
          const other = capacity[n] === 2 ? (share === first ? second : first) : 0
          slacks[i] = halt + share + other - least
        }
      }
    }
    return slacks
  }

  /**
   * Entries e and f lead from the two ends of home to the same node. Gives both the mean of their weights and shares.
   * The bound is a concave function of weights and shares, and exchanging e and f would not change the bound. So the
   * mean does not lower the bound.
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

  /**
   * Finds the cheapest tree of the strokes (J. B. Kruskal, 1956), and the cheapest link of each end of home.
   *
   * @returns the weight of both together, s
   */
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
          this.#heaviest[a * items + b] = w
          this.#heaviest[b * items + a] = w
        }
      }
      left.push(...right)
    }
    return sum + this.#ofHome[0] + this.#ofHome[1]
  }
}

/** The `FIRST` links with the least slack at each place. */
function leastAtPlaces(places: number, links: { a: number[]; b: number[] }, slack: readonly number[]): number[] {
  const bySlack = (e: number, f: number): number => (slack[e] as number) - (slack[f] as number)
  return [...new Set(linksAt(places, links).flatMap((at) => at.sort(bySlack).slice(0, FIRST)))]
}
