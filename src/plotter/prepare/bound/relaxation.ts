import { indices } from '../../../geometry/drawing.ts'
import type { LinkGraph } from './link-graph.ts'
import { violatedSets } from './odd-cuts.ts'
import { rootOf } from './roots.ts'

/** The latest tree's weight in the average of trees. */
const LATEST = 0.1
/** Rounds without a better bound before the steps become shorter. */
const PATIENCE = 10
/** Weights of links that are fixed: out of every route, and in every route. */
const OUT = 1e9

export type Fixed = -1 | 0 | 1

/** A set of nodes that at least one link leaves, and the price of that. */
interface Cut {
  readonly inside: Uint8Array
  links: number[]
  price: number
}

/** Prices to which a search returns. */
export interface Prices {
  readonly nodes: Float64Array<ArrayBuffer>
  readonly cuts: readonly number[]
  readonly average: Float64Array<ArrayBuffer>
}

/**
 * The 1-tree bound of a small graph that holds every link, raised by prices of the nodes and of odd sets of nodes.
 *
 * The tree spans all items but home, and home has the cheapest link of each of its ends. The prices follow the average of the trees,
 * which approaches a fractional route (the volume algorithm: F. Barahona and R. Anbil, 2000). Odd sets that this route leaves by less
 * than a link become cuts.
 */
export class Relaxation {
  readonly items: number
  readonly capacity: Uint8Array
  a: Int32Array<ArrayBuffer>
  b: Int32Array<ArrayBuffer>
  /** Of each link: its cost, s, whether it is fixed, and its share in the average of the trees. */
  cost: Float64Array<ArrayBuffer>
  fixed: Int8Array<ArrayBuffer>
  average: Float64Array<ArrayBuffer>
  /** Links that were compared so far: the measure of work. */
  work = 0
  readonly #price: Float64Array<ArrayBuffer>
  readonly #degree: Int32Array<ArrayBuffer>
  readonly #parent: Uint32Array<ArrayBuffer>
  /** The links of the last tree; those of home are the last two. */
  readonly #tree: number[] = []
  #cuts: Cut[] = []
  #weight: Float64Array<ArrayBuffer>
  /** Prices of the cuts that each link crosses. */
  #crossing: Float64Array<ArrayBuffer>
  /** The links by weight. They are nearly in order before each tree, since prices change little. */
  #order: Int32Array<ArrayBuffer>

  constructor({ items, capacity, a, b, cost }: LinkGraph, price: Float64Array) {
    this.items = items
    this.capacity = capacity
    this.a = a
    this.b = b
    this.cost = cost
    this.fixed = new Int8Array(a.length)
    this.average = new Float64Array(a.length)
    this.#price = price.slice() as Float64Array<ArrayBuffer>
    this.#degree = new Int32Array(capacity.length)
    this.#parent = indices(items)
    this.#weight = new Float64Array(a.length)
    this.#crossing = new Float64Array(a.length)
    const weight = cost.map((c, e) => c - (price[a[e] as number] as number) - (price[b[e] as number] as number))
    this.#order = Int32Array.from(indices(a.length)).sort((e, f) => (weight[e] as number) - (weight[f] as number))
  }

  get prices(): Prices {
    return { nodes: this.#price.slice(), cuts: this.#cuts.map(({ price }) => price), average: this.average.slice() }
  }

  set prices({ nodes, cuts, average }: Prices) {
    this.#price.set(nodes)
    this.average.set(average)
    this.#cuts.forEach((cut, i) => {
      this.#setPrice(cut, cuts[i] ?? 0)
    })
  }

  /**
   * Raises the bound for a number of rounds, or until it exceeds `enough`. @returns the bound, s; Infinity when the fixed links allow
   * no route
   */
  raise(rounds: number, enough: number): number {
    let best = this.bound()
    let centre = this.prices
    this.#add(this.average.some((share) => share > 0) ? LATEST : 1)
    let [step, since] = [0.2, 0]
    for (let round = 0; round < rounds && best <= enough; round++) {
      const lack = this.#lack()
      const cutLack = this.#cuts.map((cut, i) => {
        const lacking = 1 - cut.links.reduce((sum, e) => sum + (this.average[e] as number), 0)
        return (centre.cuts[i] ?? 0) <= 0 && lacking < 0 ? 0 : lacking
      })
      const norm = [...lack, ...cutLack].reduce((sum, d) => sum + d * d, 0)
      if (norm < 1e-9) break
      const length = (step * Math.max(enough - best, 1e-6)) / norm
      for (let n = 0; n < lack.length; n++) this.#price[n] = (centre.nodes[n] as number) + length * (lack[n] as number)
      this.#cuts.forEach((cut, i) => {
        this.#setPrice(cut, Math.max(0, (centre.cuts[i] ?? 0) + length * (cutLack[i] as number)))
      })
      const bound = this.bound()
      if (bound === Infinity) return bound
      const isOnTheWay = lack.reduce((sum, d, n) => sum + d * this.#missing(n), 0) > 0
      this.#add(LATEST)
      if (bound > best) {
        best = bound
        centre = this.prices
        since = 0
        if (isOnTheWay) step = Math.min(2, 1.1 * step)
      } else if (++since >= PATIENCE) {
        step *= 0.7
        since = 0
        if (step < 0.01) break
      }
    }
    this.prices = { ...centre, average: this.average.slice() }
    return best
  }

  /** Adds the odd sets that the average leaves by less than a link. @returns how many are new */
  addCuts(): number {
    this.#cuts = this.#cuts.filter((cut) => cut.price > 0)
    const known = new Set(this.#cuts.map(({ inside }) => inside.join('')))
    const { a, b, capacity, average } = this
    const sets = violatedSets({ nodes: capacity.length, a, b, share: average, capacity })
    const fresh = sets.filter((inside) => !known.has(inside.join('')))
    for (const inside of fresh) {
      const links = [...indices(a.length)].filter((e) => inside[a[e] as number] !== inside[b[e] as number])
      this.#cuts.push({ inside, links, price: 0 })
    }
    return fresh.length
  }

  /** The least cost of all routes with the fixed links at the present prices, s; Infinity when there is none. */
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
      const [p, q] = [a[e] as number, b[e] as number]
      if (p >> 1 === home || q >> 1 === home) {
        const end = (p >> 1 === home ? p : q) & 1
        if (ofHome[end] === -1) ofHome[end] = e
        continue
      }
      const [i, j] = [rootOf(this.#parent, p >> 1), rootOf(this.#parent, q >> 1)]
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
      const [p, q] = [a[e] as number, b[e] as number]
      this.#degree[p] = (this.#degree[p] as number) + 1
      this.#degree[q] = (this.#degree[q] as number) + 1
      sum += this.#reduced(e)
    }
    for (let n = 0; n < this.#price.length; n++) sum += (this.capacity[n] as number) * (this.#price[n] as number)
    for (const { price } of this.#cuts) sum += price
    return sum
  }

  /** What the last tree costs as a route, s; undefined when it is none. */
  routeCost(): number | undefined {
    for (let n = 0; n < this.#degree.length; n++) if (this.#missing(n) !== 0) return undefined
    return this.#tree.reduce((sum, e) => sum + (this.cost[e] as number), 0)
  }

  /** The links of which every route costs more than `most`, s. */
  dear(most: number): number[] {
    const { a, b, items } = this
    const least = this.bound()
    if (least > most) return [...indices(a.length)]
    const [first = 0, second = 0] = this.#tree.slice(-2)
    const near: [item: number, weight: number][][] = Array.from({ length: items }, () => [])
    for (const e of this.#tree.slice(0, -2)) {
      near[(a[e] as number) >> 1]?.push([(b[e] as number) >> 1, this.#weight[e] as number])
      near[(b[e] as number) >> 1]?.push([(a[e] as number) >> 1, this.#weight[e] as number])
    }
    const home = items - 1
    const replaced = new Float64Array(items)
    const dear: number[] = []
    let from = -1
    for (let e = 0; e < a.length; e++) {
      const [p, q] = [a[e] as number, b[e] as number]
      if (this.fixed[e] !== 0) continue
      const end = p >> 1 === home ? p : q >> 1 === home ? q : -1
      if (end < 0 && p >> 1 !== from) {
        from = p >> 1
        dearestOnTheWay(near, from, replaced)
      }
      const other = end < 0 ? replaced[q >> 1] : this.#weight[[first, second].find((f) => this.#touches(f, end)) ?? e]
      if (least + (this.#weight[e] as number) - (other as number) > most) dear.push(e)
    }
    return dear
  }

  /** Forgets links. */
  drop(dear: readonly number[]): void {
    const gone = new Uint8Array(this.a.length)
    for (const e of dear) gone[e] = 1
    const to = new Int32Array(this.a.length).fill(-1)
    let count = 0
    for (let e = 0; e < to.length; e++) if (gone[e] === 0) to[e] = count++
    const stays = (_: number, e: number): boolean => gone[e] === 0
    this.a = this.a.filter(stays)
    this.b = this.b.filter(stays)
    this.cost = this.cost.filter(stays)
    this.fixed = this.fixed.filter(stays)
    this.average = this.average.filter(stays)
    this.#crossing = this.#crossing.filter(stays)
    this.#weight = new Float64Array(count)
    this.#order = this.#order.filter((e) => gone[e] === 0).map((e) => to[e] as number)
    for (const cut of this.#cuts) cut.links = cut.links.filter((e) => gone[e] === 0).map((e) => to[e] as number)
  }

  #touches(e: number, node: number): boolean {
    return this.a[e] === node || this.b[e] === node
  }

  #missing(n: number): number {
    return (this.capacity[n] as number) - (this.#degree[n] as number)
  }

  #reduced(e: number): number {
    const [p, q] = [this.a[e] as number, this.b[e] as number]
    return (
      (this.cost[e] as number) - (this.#price[p] as number) - (this.#price[q] as number) - (this.#crossing[e] as number)
    )
  }

  /** Weighs and sorts the links. */
  #weigh(): void {
    const [weight, order] = [this.#weight, this.#order]
    for (let e = 0; e < weight.length; e++) {
      const way = this.fixed[e] as number
      weight[e] = way === 0 ? this.#reduced(e) : -way * OUT
    }
    for (let i = 1; i < order.length; i++) {
      const e = order[i] as number
      const w = weight[e] as number
      let j = i - 1
      for (; j >= 0 && (weight[order[j] as number] as number) > w; j--) order[j + 1] = order[j] as number
      order[j + 1] = e
      this.work += i - j
    }
    this.work += order.length
  }

  /** How many links each node lacks in the average. */
  #lack(): Float64Array<ArrayBuffer> {
    const lack = Float64Array.from(this.capacity)
    for (let e = 0; e < this.average.length; e++) {
      const share = this.average[e] as number
      if (share === 0) continue
      const [p, q] = [this.a[e] as number, this.b[e] as number]
      lack[p] = (lack[p] as number) - share
      lack[q] = (lack[q] as number) - share
    }
    return lack
  }

  /** Adds the last tree to the average. */
  #add(weight: number): void {
    for (let e = 0; e < this.average.length; e++) this.average[e] = (1 - weight) * (this.average[e] as number)
    for (const e of this.#tree) this.average[e] = (this.average[e] as number) + weight
  }

  #setPrice(cut: Cut, price: number): void {
    const change = price - cut.price
    if (change === 0) return
    cut.price = price
    for (const e of cut.links) this.#crossing[e] = (this.#crossing[e] as number) + change
  }
}

/** The dearest link on the tree's way from one item to each other. */
function dearestOnTheWay(
  near: readonly (readonly (readonly [item: number, weight: number])[])[],
  from: number,
  dearest: Float64Array,
): void {
  const stack: [item: number, before: number][] = [[from, -1]]
  dearest[from] = -Infinity
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [at, before] = next
    for (const [item, weight] of near[at] ?? []) {
      if (item === before) continue
      dearest[item] = Math.max(dearest[at] as number, weight)
      stack.push([item, at])
    }
  }
}
