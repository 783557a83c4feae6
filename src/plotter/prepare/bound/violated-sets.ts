/** Flow that counts as none. */
const NONE = 1e-9
/** Links with a smaller share are left out. */
const SMALL = 3e-3
/** A cut counts as violated if it lacks more than this share of its least number of links. */
const TOLERANCE = 0.03

/** Links with the share of each in a fractional route. */
export interface Shares {
  readonly nodes: number
  readonly a: Int32Array
  readonly b: Int32Array
  readonly share: Float64Array
}

/**
 * Sets of nodes whose capacities have an odd sum. Less than one link of a fractional route leaves each set. In every
 * route at least one link leaves such a set (J. Edmonds, 1965; M. W. Padberg and M. R. Rao, 1982).
 *
 * @param capacity  the number of links that each node has in a route
 * @returns a byte for each node of each set: 1 inside
 */
export function violatedSets(shares: Shares, capacity: Uint8Array): Uint8Array<ArrayBuffer>[] {
  return smallCuts(shares, 1).filter((inside) => {
    const links = capacity.reduce((sum, links, n) => (inside[n] === 1 ? sum + links : sum), 0)
    return links % 2 === 1 && links > 1
  })
}

/**
 * The cuts of a cut tree that a fractional route crosses by less than `least` links (D. Gusfield, 1990).
 *
 * @returns a byte for each node of each cut: 1 on the side of one node
 */
export function smallCuts({ nodes, a, b, share }: Shares, least: number): Uint8Array<ArrayBuffer>[] {
  const network = new Network(nodes)
  for (let e = 0; e < a.length; e++) {
    if ((share[e] as number) > SMALL) network.add(a[e] as number, b[e] as number, share[e] as number)
  }
  const partner = new Int32Array(nodes)
  const cuts: Uint8Array<ArrayBuffer>[] = []
  for (let source = 1; source < nodes; source++) {
    const sink = partner[source] as number
    const inside = network.cut(source, sink, (1 - TOLERANCE) * least)
    if (inside === undefined) continue
    for (let n = source + 1; n < nodes; n++) if (inside[n] === 1 && partner[n] === sink) partner[n] = source
    cuts.push(inside)
  }
  return cuts
}

/** A network with flows between two nodes (L. R. Ford and D. R. Fulkerson, 1956), along shortest paths. */
class Network {
  readonly #arcs: number[][]
  readonly #to: number[] = []
  readonly #capacity: number[] = []
  readonly #by: Int32Array<ArrayBuffer>
  readonly #queue: Int32Array<ArrayBuffer>

  constructor(nodes: number) {
    this.#arcs = Array.from({ length: nodes }, () => [])
    this.#by = new Int32Array(nodes)
    this.#queue = new Int32Array(nodes)
  }

  add(a: number, b: number, capacity: number): void {
    this.#arcs[a]?.push(this.#to.length)
    this.#arcs[b]?.push(this.#to.length + 1)
    this.#to.push(b, a)
    this.#capacity.push(capacity, capacity)
  }

  /** The source's side of the least cut, a byte for each node; undefined when the flow reaches `enough`. */
  cut(source: number, sink: number, enough: number): Uint8Array<ArrayBuffer> | undefined {
    const left = Float64Array.from(this.#capacity)
    const by = this.#by
    let flow = 0
    while (this.#reaches(source, sink, left)) {
      let most = Infinity
      for (let n = sink; n !== source; n = this.#to[(by[n] as number) ^ 1] as number)
        most = Math.min(most, left[by[n] as number] as number)
      for (let n = sink; n !== source; n = this.#to[(by[n] as number) ^ 1] as number) {
        const arc = by[n] as number
        left[arc] = (left[arc] as number) - most
        left[arc ^ 1] = (left[arc ^ 1] as number) + most
      }
      flow += most
      if (flow >= enough) return undefined
    }
    return Uint8Array.from(by, (arc) => (arc === -1 ? 0 : 1))
  }

  /** Breadth first; `#by` holds the arc by which each node was reached, −1 for none. */
  #reaches(source: number, sink: number, left: Float64Array): boolean {
    const by = this.#by
    const queue = this.#queue
    by.fill(-1)
    by[source] = -2
    queue[0] = source
    let tail = 1
    for (let head = 0; head < tail; head++) {
      for (const arc of this.#arcs[queue[head] as number] ?? []) {
        const n = this.#to[arc] as number
        if ((left[arc] as number) <= NONE || by[n] !== -1) continue
        by[n] = arc
        if (n === sink) return true
        queue[tail++] = n
      }
    }
    return false
  }
}
