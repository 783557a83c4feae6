import type { PlaceGraph } from './place-graph.ts'

/**
 * The part of a route's cost that is charged to single nodes. A star of a node is one of its places with the links
 * there: two at a closed stroke, otherwise one. A star costs a share of each link. At a closed stroke it also costs the
 * stop at the place. `index.ts` explains place, share and weight, and `order/index.ts` explains link.
 *
 * An entry belongs to one node and names another node nearby (`PlaceGraph`). The links of the entry are all links
 * between places of these two nodes. The share of such a link = price of the entry + value of the entry at the link's
 * place. Each link costs its two shares and a rest. The least rest of an entry's links is their weight, which is
 * charged to a tree (`PairTree`).
 */
export class Stars {
  readonly graph: PlaceGraph
  /** The price of each entry, then for each node the price of its links to nodes that none of its entries names, s. */
  price: Float64Array<ArrayBuffer>
  /** For each entry, the values at the places of its node, s. They begin at `firstValue` of the graph. */
  readonly value: Float64Array<ArrayBuffer>
  /** For each entry, weight of its links + price of the entry + price of its twin, s. */
  readonly base: Float64Array<ArrayBuffer>
  /** For each node, the least `PlaceGraph.far` of its places, s. */
  readonly farBase: Float64Array<ArrayBuffer>
  /** Indices of the prices in the cheapest stars that `cost` found last: one for each star, two at a closed stroke. */
  readonly used: number[] = []
  /** The shares of the two cheapest links that `#findCheapest` found last, and the indices of their prices. */
  #first = 0
  #second = 0
  #firstEntry = -1
  #secondEntry = -1

  /** Starts with shares of half the least cost of a link from the place to the other node (`PlaceGraph.reach`). */
  constructor(graph: PlaceGraph) {
    this.graph = graph
    const { nodes, firstEntry, firstValue, firstPlace, reach, far } = graph
    const entries = graph.to.length
    this.price = new Float64Array(entries + nodes)
    this.value = reach.map((cost) => cost / 2)
    this.base = new Float64Array(entries)
    this.farBase = new Float64Array(nodes).fill(Infinity)
    for (let n = 0; n < nodes; n++) {
      for (let v = firstPlace[n] as number; v < (firstPlace[n + 1] as number); v++)
        this.farBase[n] = Math.min(this.farBase[n] as number, far[v] as number)
      if (this.farBase[n] !== Infinity) this.price[entries + n] = this.farBase[n] as number
      for (let e = firstEntry[n] as number; e < (firstEntry[n + 1] as number); e++) {
        const values = this.value.subarray(firstValue[e], firstValue[e + 1])
        const half = leastOf(values)
        this.price[e] = half
        this.base[e] = 2 * half
        for (let k = 0; k < values.length; k++) values[k] = (values[k] as number) - half
      }
    }
  }

  /** The sum of the cheapest stars of all nodes, s. */
  cost(): number {
    const { nodes, capacity, firstPlace, stop } = this.graph
    this.used.length = 0
    let sum = 0
    for (let n = 0; n < nodes; n++) {
      const [from, places] = [firstPlace[n] as number, this.graph.placesOf(n)]
      if (places === 0) continue
      const isClosed = capacity[n] === 2
      let [least, e1, e2] = [Infinity, -1, -1]
      for (let v = 0; v < places; v++) {
        this.#findCheapest(n, v, -1)
        const cost = isClosed ? (stop[from + v] as number) + this.#first + this.#second : this.#first
        if (cost >= least) continue
        least = cost
        e1 = this.#firstEntry
        e2 = this.#secondEntry
      }
      sum += least
      this.used.push(e1)
      if (isClosed) this.used.push(e2)
    }
    return sum
  }

  /** The weight of the links of an entry, s. */
  weight(e: number): number {
    return (this.base[e] as number) - (this.price[e] as number) - (this.price[this.graph.twin[e] as number] as number)
  }

  /**
   * Gives the entries of each pair of nodes p and q new shares. No weight changes, and the sum of the cheapest stars
   * does not fall (max-product linear programming: A. Globerson and T. Jaakkola, 2007).
   *
   * - `p(v)` and `q(w)` are the new shares of p at place v, and of q at place w.
   * - `P(v)` and `Q(w)` are the extras there, which `#extra` computes. An extra may be negative.
   * - `p(v)` = (min over w of (cost(v, w) + Q(w)) − weight − P(v)) / 2.
   * - `q(w)` = min over v of (cost(v, w) − p(v)) − weight.
   */
  reshape(): void {
    const { twin, to } = this.graph
    for (let e = 0; e < to.length; e++) if (e < (twin[e] as number)) this.#reshape(e)
  }

  #reshape(e: number): void {
    const { graph } = this
    const back = graph.twin[e] as number
    const [p, q] = [graph.to[back] as number, graph.to[e] as number]
    const [p0, q0] = [graph.firstPlace[p] as number, graph.firstPlace[q] as number]
    const weight = this.weight(e)
    const [ofP, ofQ] = [this.#extra(p, e), this.#extra(q, back)]
    const shareP = ofP.map((more, v) => {
      let least = Infinity
      for (let w = 0; w < ofQ.length; w++) least = Math.min(least, graph.cost(p0 + v, q0 + w) + (ofQ[w] as number))
      return (least - weight - more) / 2
    })
    const shareQ = ofQ.map((_, w) => {
      let least = Infinity
      for (let v = 0; v < shareP.length; v++)
        least = Math.min(least, graph.cost(p0 + v, q0 + w) - (shareP[v] as number))
      return least - weight
    })
    const [priceP, priceQ] = [leastOf(shareP), leastOf(shareQ)]
    this.price[e] = priceP
    this.price[back] = priceQ
    this.base[e] = weight + priceP + priceQ
    this.base[back] = weight + priceP + priceQ
    this.value.set(
      shareP.map((s) => s - priceP),
      graph.firstValue[e],
    )
    this.value.set(
      shareQ.map((s) => s - priceQ),
      graph.firstValue[back],
    )
  }

  /**
   * Computes A − B for each place of a node, in seconds. A is the cost of the cheapest star there with a link of
   * `entry`, less the share of that link. B is the cost of the node's cheapest star without a link of `entry`.
   */
  #extra(n: number, entry: number): Float64Array<ArrayBuffer> {
    const { capacity, firstPlace, stop } = this.graph
    const [from, places] = [firstPlace[n] as number, this.graph.placesOf(n)]
    const isClosed = capacity[n] === 2
    const more = new Float64Array(places)
    let without = Infinity
    for (let v = 0; v < places; v++) {
      this.#findCheapest(n, v, entry)
      const halt = stop[from + v] as number
      more[v] = isClosed ? halt + this.#first : 0
      without = Math.min(without, isClosed ? halt + this.#first + this.#second : this.#first)
    }
    for (let v = 0; v < places; v++) more[v] = (more[v] as number) - without
    return more
  }

  /** Finds the two cheapest links at place v of node n that do not belong to entry `skip`. */
  #findCheapest(n: number, v: number, skip: number): void {
    const { firstPlace, firstEntry, firstValue, to } = this.graph
    const { price, value } = this
    const places = this.graph.placesOf(n)
    const begin = firstEntry[n] as number
    const end = firstEntry[n + 1] as number
    let first = this.#far(n, (firstPlace[n] as number) + v)
    let second = first
    let e1 = to.length + n
    let e2 = e1
    for (let e = begin, i = (firstValue[begin] as number) + v; e < end; e++, i += places) {
      const cost = (price[e] as number) + (value[i] as number)
      if (cost >= second || e === skip) continue
      if (cost < first) {
        second = first
        e2 = e1
        first = cost
        e1 = e
      } else {
        second = cost
        e2 = e
      }
    }
    this.#first = first
    this.#second = second
    this.#firstEntry = e1
    this.#secondEntry = e2
  }

  /**
   * The share of a link from a place of node n to a node that no entry of n names, s. `v` is the number of this place
   * among the places of all nodes.
   */
  #far(n: number, v: number): number {
    const base = this.farBase[n] as number
    if (base === Infinity) return Infinity
    return (this.price[this.graph.to.length + n] as number) + (this.graph.far[v] as number) - base
  }
}

const leastOf = (values: Float64Array): number => values.reduce((least, each) => Math.min(least, each), Infinity)
