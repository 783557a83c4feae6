import type { PlaceGraph } from './place-graph.ts'

/**
 * The part of a route's cost that is assigned to single strokes. A star is a place of a stroke with the links at this
 * place. A star costs the stop, and for each link the price of its entry and the entry's value at the place.
 *
 * The rest of a link's cost is its weight, which is assigned to a tree (`PairTree`).
 */
export class Stars {
  readonly graph: PlaceGraph
  /** The price of each entry, then of a link from each node to a node that is no entry, s. */
  price: Float64Array<ArrayBuffer>
  /** For each place of an entry, the cost of a link in addition to the entry's price, s. */
  readonly value: Float64Array<ArrayBuffer>
  /** For each entry, the weight of its link before the prices of both entries are subtracted, s. */
  readonly base: Float64Array<ArrayBuffer>
  /** For each node, its share of the base of a link to a node that is no entry, s; Infinity where all are entries. */
  readonly farBase: Float64Array<ArrayBuffer>
  /** The prices that the last stars use. A closed stroke uses two, or one twice. */
  readonly used: number[] = []
  /** The two cheapest links that `#findCheapest` found last, and the entries of their prices. */
  #first = 0
  #second = 0
  #firstEntry = -1
  #secondEntry = -1

  /** Each entry gets half of the cost of its links. */
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
        this.farBase[n] = Math.min(this.farBase[n] as number, (far[v] as number) / 2)
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

  /** The sum of the cheapest stars, s. */
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
   * Gives the entries of each pair of nodes new values, so that the sum of the stars rises and no weight changes.
   *
   * The extra of a place is the cost of the best star with this pair's link there, less that of the best star without
   * the link. An extra may be negative. The new values divide the extras of both nodes, and the part of the link's cost
   * that the tree does not pay, evenly: the star of the first node gets half of the least sum at each of its places,
   * and the second node the rest (max-product linear programming: A. Globerson and T. Jaakkola, 2007).
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
   * For each place of a node: the cost of the cheapest star there with an entry, without the cost of the entry itself,
   * less the cost of the cheapest star without the entry, s.
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

  /** Finds the two cheapest links of a node at one of its places, of all entries but one. */
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

  /** The cost in a star of a link from a place to a node that is no entry, s. */
  #far(n: number, v: number): number {
    const base = this.farBase[n] as number
    if (base === Infinity) return Infinity
    return (this.price[this.graph.to.length + n] as number) + (this.graph.far[v] as number) / 2 - base
  }
}

const leastOf = (values: Float64Array): number => values.reduce((least, each) => Math.min(least, each), Infinity)
