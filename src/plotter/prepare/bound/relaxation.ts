import { indices } from '../../../geometry/drawing.ts'
import { rootOf } from '../../../geometry/root-of.ts'
import type { Links } from '../order/link-cost.ts'
import type { Neighbours } from '../order/neighbours.ts'
import { firstLinks } from './first-links.ts'
import { cheapestLinks, type LinkGraph, sortByWeight } from './link-graph.ts'
import { OddSets } from './odd-sets.ts'
import { replacedWeight } from './tree-maximum.ts'
import { violatedSets } from './violated-sets.ts'

/** A relaxation begins with at least this number of links of each node: the cheapest ones. */
const NEAR = 6
/** Weight of the latest tree in the average of trees. */
const LATEST = 0.05
/** Fraction of the gap to `enough` that the first step of prices would close if the bound were linear in the prices. */
const STEP = 0.1
/** Rounds without a better bound before the steps of prices become shorter. Each round changes all prices once. */
const PATIENCE = 10
/** Weight of a link that is fixed out of every route. A link that is fixed in has the negative weight. */
const OUT = 1e9
/** Indexing this many pairs of a link and a set takes as long as one comparison of links. */
const INDEXED = 2

/** −1 means out of every route, 1 means in every route, and 0 means free. */
export type Fixed = -1 | 0 | 1

/** Links of the whole graph that the relaxation does not have, by their index in the whole graph. */
export interface Missing {
  /** Links with which the tree costs less; the link that saves most comes first. */
  readonly cheaper: readonly number[]
  /** Other links that may belong to a good route. The list is complete when `cheaper` is empty. */
  readonly possible: readonly number[]
}

/** The prices of nodes and odd sets, s, and the shares of links (`average`) and of sets in the average tree. */
export interface Prices {
  readonly nodes: Float64Array<ArrayBuffer>
  readonly average: Float64Array<ArrayBuffer>
  readonly sets: Float64Array<ArrayBuffer>
  readonly shares: Float64Array<ArrayBuffer>
}

/**
 * The 1-tree bound of a small graph, raised by prices of the nodes and of odd sets of nodes (see `index.ts`).
 *
 * The tree spans all items but home, and home has the cheapest link of each of its ends. The price of a node rises if
 * the average of the trees has too few links at the node, and falls if it has too many. This average approaches a
 * fractional route (the volume algorithm: F. Barahona and R. Anbil, 2000). An odd set gets a price if less than one
 * link of this route leaves the set.
 *
 * The relaxation begins with the links of `cheapestLinks`, because few other links belong to a short route. `missing`
 * finds the other links that may belong to a short route.
 */
export class Relaxation {
  readonly items: number
  readonly capacity: Uint8Array<ArrayBuffer>
  a: Int32Array<ArrayBuffer> = new Int32Array(0)
  b: Int32Array<ArrayBuffer> = new Int32Array(0)
  /** The cost of each link, s. */
  cost: Float64Array<ArrayBuffer> = new Float64Array(0)
  /** `Fixed` for each link. */
  fixed: Int8Array<ArrayBuffer> = new Int8Array(0)
  /** The share of each link in the average of the trees. */
  average: Float64Array<ArrayBuffer> = new Float64Array(0)
  /** The number of links that were compared so far, as a measure of time that is the same on every machine. */
  work = 0
  /** The work at which the search ends. */
  readonly most: number
  /** The whole graph. */
  readonly #all: LinkGraph
  /** For each link of the whole graph: 1 when it was added here. */
  readonly #isHere: Uint8Array<ArrayBuffer>
  readonly #price: Float64Array<ArrayBuffer>
  readonly #degree: Int32Array<ArrayBuffer>
  readonly #lack: Float64Array<ArrayBuffer>
  readonly #parent: Uint32Array<ArrayBuffer>
  /** The links of the last tree. The last two are the links of home. */
  readonly #tree: number[] = []
  readonly #oddSets = new OddSets()
  #weight: Float64Array<ArrayBuffer> = new Float64Array(0)
  /** The links by weight. They are nearly in order before each tree, since prices change little. */
  #order: Int32Array<ArrayBuffer> = new Int32Array(0)

  /**
   * @param price  the price of each node at the start, s
   * @param most   the limit on `work`
   */
  constructor(all: LinkGraph, price: Float64Array, most: number) {
    this.items = all.items
    this.capacity = all.capacity
    this.#all = all
    this.most = most
    this.#isHere = new Uint8Array(all.a.length)
    this.#price = price.slice() as Float64Array<ArrayBuffer>
    this.#degree = new Int32Array(all.capacity.length)
    this.#lack = new Float64Array(all.capacity.length)
    this.#parent = indices(all.items)
    this.add(cheapestLinks(all, NEAR))
  }

  /** Whether the work has reached its limit. */
  get isSpent(): boolean {
    return this.work > this.most
  }

  get prices(): Prices {
    const { price, share } = this.#oddSets
    return { nodes: this.#price.slice(), average: this.average.slice(), sets: price.slice(), shares: share.slice() }
  }

  set prices({ nodes, average, sets, shares }: Prices) {
    this.#price.set(nodes)
    this.average.set(average)
    this.#oddSets.restore(sets, shares)
  }

  /**
   * Raises the bound for at most `rounds` rounds. Ends early when the bound exceeds `enough` or stops rising, or when
   * the work is spent.
   *
   * @param latest  the weight of the latest tree in the average of trees. A small weight brings the bound nearer to
   *                its greatest value, but takes more rounds
   * @returns the bound, s; Infinity when the fixed links allow no tree
   */
  raise(rounds: number, enough: number, latest = LATEST): number {
    let best = this.bound()
    let nodes = this.#price.slice()
    let prices = this.#oddSets.price.slice()
    const setLack = new Float64Array(prices.length)
    this.#averageTree(this.average.some((share) => share > 0) ? latest : 1)
    let step = STEP
    let since = 0
    for (let round = 0; round < rounds && best <= enough && !this.isSpent; round++) {
      const norm = this.#measureLack() + this.#measureSetLack(prices, setLack)
      if (norm < 1e-9) break
      const length = (step * Math.max(enough - best, 1e-6)) / norm
      const lack = this.#lack
      for (let n = 0; n < lack.length; n++) this.#price[n] = (nodes[n] as number) + length * (lack[n] as number)
      for (let i = 0; i < setLack.length; i++)
        this.#oddSets.price[i] = Math.max(0, (prices[i] as number) + length * (setLack[i] as number))
      const bound = this.bound()
      if (bound === Infinity) return bound
      let agreement = 0
      for (let n = 0; n < lack.length; n++) agreement += (lack[n] as number) * this.#lackOf(n)
      this.#averageTree(latest)
      if (bound > best) {
        best = bound
        nodes = this.#price.slice()
        prices = this.#oddSets.price.slice()
        since = 0
        if (agreement > 0) step = Math.min(2, 1.1 * step)
      } else if (++since >= PATIENCE) {
        step *= 0.7
        since = 0
        if (step < 0.01) break
      }
    }
    this.#price.set(nodes)
    this.#oddSets.price.set(prices)
    return best
  }

  /** Leaves out the links that are fixed out of every route. @returns the earlier links, for `widen` */
  narrow(): Int32Array<ArrayBuffer> {
    const before = this.#order
    this.#order = before.filter((e) => this.fixed[e] !== -1)
    return before
  }

  /** Returns to the links before a call of `narrow`. */
  widen(links: Int32Array<ArrayBuffer>): void {
    this.#order = links
  }

  /**
   * Drops the odd sets that have no price. Then adds the new odd sets that `violatedSets` finds: in the average tree,
   * less than one link leaves each of them.
   *
   * @returns the number of added sets
   */
  addOddSets(): number {
    const { a, b, capacity, average } = this
    const fresh = this.#oddSets.replace(violatedSets({ nodes: capacity.length, a, b, share: average }, capacity))
    this.#index()
    return fresh
  }

  /** A lower bound, by the prices, of the cost of every route that obeys `fixed`, s; Infinity if no tree obeys it. */
  bound(): number {
    const { a, b, items, fixed } = this
    this.#weigh()
    this.#degree.fill(0)
    this.#tree.length = 0
    for (let i = 0; i < items; i++) this.#parent[i] = i
    const home = items - 1
    const ofHome = [-1, -1]
    let left = items - 2
    for (const e of this.#order) {
      if (left === 0 && ofHome[0] !== -1 && ofHome[1] !== -1) break
      if (fixed[e] === -1) return Infinity
      const p = a[e] as number
      const q = b[e] as number
      if (p >> 1 === home || q >> 1 === home) {
        const end = (p >> 1 === home ? p : q) & 1
        if (ofHome[end] === -1) ofHome[end] = e
        continue
      }
      const i = rootOf(this.#parent, p >> 1)
      const j = rootOf(this.#parent, q >> 1)
      if (i === j) {
        if (fixed[e] === 1) return Infinity
        continue
      }
      this.#parent[j] = i
      left--
      this.#tree.push(e)
    }
    const [first = -1, second = -1] = ofHome
    if (left > 0 || first < 0 || second < 0) return Infinity
    this.#tree.push(first, second)
    let sum = 0
    for (const e of this.#tree) {
      const p = a[e] as number
      const q = b[e] as number
      this.#degree[p] = (this.#degree[p] as number) + 1
      this.#degree[q] = (this.#degree[q] as number) + 1
      sum += this.#reduced(e)
    }
    for (let n = 0; n < this.#price.length; n++) sum += (this.capacity[n] as number) * (this.#price[n] as number)
    return sum + this.#oddSets.total
  }

  /** The links of the last tree if the tree is a route; undefined otherwise. */
  route(): readonly number[] | undefined {
    for (let n = 0; n < this.#degree.length; n++) if (this.#lackOf(n) !== 0) return undefined
    return this.#tree.slice()
  }

  /** Free links proven to be in no route with a cost up to `most`, s; all links when every route costs more. */
  linksAbove(most: number): number[] {
    const { a, b } = this
    const least = this.bound()
    if (least > most) return [...indices(a.length)]
    const replaced = this.#replaced()
    const above: number[] = []
    for (let e = 0; e < a.length; e++) {
      if (this.fixed[e] !== 0) continue
      if (least + (this.#weight[e] as number) - replaced(a[e] as number, b[e] as number) > most) above.push(e)
    }
    return above
  }

  /** The missing links. `possible` has the links that may belong to a route with a cost of at most `most`, s. */
  missing(most: number): Missing {
    const { a, b, cost } = this.#all
    const least = this.bound()
    const replaced = this.#replaced()
    const cheaper: { readonly link: number; readonly more: number }[] = []
    const possible: number[] = []
    const around = this.#oddSets.around(this.capacity.length)
    for (let e = 0; e < a.length; e++) {
      if (this.#isHere[e] === 1) continue
      const p = a[e] as number
      const q = b[e] as number
      let more = (cost[e] as number) - (this.#price[p] as number) - (this.#price[q] as number) - replaced(p, q)
      const ofSets = (around[p] as number) + (around[q] as number)
      if (more > ofSets && least + more - ofSets > most) continue
      more -= this.#oddSets.between(p, q)
      this.work += this.#oddSets.count
      if (more < 0) cheaper.push({ link: e, more })
      else if (least + more <= most) possible.push(e)
    }
    this.work += a.length
    return { cheaper: cheaper.sort((p, q) => p.more - q.more).map(({ link }) => link), possible }
  }

  /** For each node its `k` links with the least weight, cheapest first. */
  lightest(k: number, links: Links): Neighbours {
    this.bound()
    return firstLinks(this, k, this.#order, (p, q) => links.between(p, q))
  }

  /** For each node its `k` links with the greatest shares in the average, at costs of 1 − share. */
  likeliest(k: number): Neighbours {
    const { average } = this
    const order = [...indices(average.length)].sort((e, f) => (average[f] as number) - (average[e] as number))
    return firstLinks(this, k, order, (_p, _q, e) => 1 - (average[e] as number))
  }

  drop(links: readonly number[]): void {
    const isDropped = new Uint8Array(this.a.length)
    for (const e of links) isDropped[e] = 1
    const newIndex = new Int32Array(this.a.length).fill(-1)
    let count = 0
    for (let e = 0; e < newIndex.length; e++) if (isDropped[e] === 0) newIndex[e] = count++
    const stays = (_: number, e: number): boolean => isDropped[e] === 0
    this.a = this.a.filter(stays)
    this.b = this.b.filter(stays)
    this.cost = this.cost.filter(stays)
    this.fixed = this.fixed.filter(stays)
    this.average = this.average.filter(stays)
    this.#weight = new Float64Array(count)
    this.#order = this.#order.filter((e) => isDropped[e] === 0).map((e) => newIndex[e] as number)
    this.#index()
  }

  /** Adds links of the whole graph. */
  add(links: readonly number[]): void {
    for (const e of links) this.#isHere[e] = 1
    const { a, b, cost } = this.#all
    this.a = Int32Array.from([...this.a, ...links.map((e) => a[e] as number)])
    this.b = Int32Array.from([...this.b, ...links.map((e) => b[e] as number)])
    this.cost = Float64Array.from([...this.cost, ...links.map((e) => cost[e] as number)])
    const size = this.a.length
    this.fixed = copyInto(new Int8Array(size), this.fixed)
    this.average = copyInto(new Float64Array(size), this.average)
    this.#weight = new Float64Array(size)
    this.#index()
    this.#order = Int32Array.from(indices(size))
  }

  #index(): void {
    this.#oddSets.index(this.a, this.b, this.average)
    this.work += Math.ceil((this.a.length * this.#oddSets.count) / INDEXED)
  }

  #replaced(): (p: number, q: number) => number {
    return replacedWeight(this, this.#tree, this.#weight)
  }

  /** How many links node n lacks in the last tree; negative when it has too many. */
  #lackOf(n: number): number {
    return (this.capacity[n] as number) - (this.#degree[n] as number)
  }

  #reduced(e: number): number {
    const p = this.a[e] as number
    const q = this.b[e] as number
    return (this.cost[e] as number) - (this.#price[p] as number) - (this.#price[q] as number) - this.#oddSets.of(e)
  }

  /** Weighs and sorts the links. */
  #weigh(): void {
    const weight = this.#weight
    const order = this.#order
    for (const e of order) {
      const way = this.fixed[e] as number
      weight[e] = way === 0 ? this.#reduced(e) : -way * OUT
    }
    const listed = (this.#oddSets.listed * order.length) / Math.max(1, this.a.length)
    this.work += sortByWeight(order, weight) + order.length + Math.ceil(listed)
  }

  /** Measures how many links each node lacks in the average. @returns the sum of the squares of these numbers */
  #measureLack(): number {
    const lack = this.#lack
    lack.set(this.capacity)
    for (const e of this.#order) {
      const share = this.average[e] as number
      if (share === 0) continue
      const p = this.a[e] as number
      const q = this.b[e] as number
      lack[p] = (lack[p] as number) - share
      lack[q] = (lack[q] as number) - share
    }
    let norm = 0
    for (const d of lack) norm += d * d
    return norm
  }

  /** Like `#measureLack`, for odd sets. The lack of a set counts as 0 if it is negative and the set's price is 0. */
  #measureSetLack(prices: Float64Array, lack: Float64Array): number {
    let norm = 0
    for (let i = 0; i < lack.length; i++) {
      const lacking = 1 - (this.#oddSets.share[i] as number)
      lack[i] = (prices[i] as number) <= 0 && lacking < 0 ? 0 : lacking
      norm += (lack[i] as number) ** 2
    }
    return norm
  }

  /** Adds the last tree to the average. */
  #averageTree(weight: number): void {
    for (const e of this.#order) this.average[e] = (1 - weight) * (this.average[e] as number)
    for (const e of this.#tree) this.average[e] = (this.average[e] as number) + weight
    this.#oddSets.add(this.#tree, weight)
  }
}

function copyInto<T extends Int8Array | Float64Array>(larger: T, values: T): T {
  larger.set(values)
  return larger
}
