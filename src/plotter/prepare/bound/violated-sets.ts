import { indices } from '../../../geometry/drawing.ts'
import { rootOf } from '../../../geometry/root-of.ts'

/** A flow of at most this counts as none. */
const NONE = 1e-9
/** The level of a node that was not reached. */
const NOT_REACHED = -1
/** Links with a smaller share are left out. */
const SMALL = 3e-3
/** Links with a greater share count as whole: their share counts as 1. */
const WHOLE = 1 - 1e-6
/** A cut (`smallCuts`) counts as violated if the shares of its links add up to less than `(1 - TOLERANCE) * least`. */
const TOLERANCE = 0.03

/** Links with the share of each in a fractional route (see `index.ts`). */
export interface Shares {
  readonly nodes: number
  readonly a: Int32Array
  readonly b: Int32Array
  readonly share: Float64Array
}

/**
 * Sets of nodes whose capacities have an odd sum. In every route at least one link leaves such a set. But for each
 * returned set, the shares of the links that leave it add up to less than 1 (J. Edmonds, 1965; M. W. Padberg and M. R.
 * Rao, 1982).
 *
 * @param capacity  the number of links that each node has in a route
 * @returns for each set, a byte for each node: 1 for the nodes in the set
 */
export function violatedSets(shares: Shares, capacity: Uint8Array): Uint8Array<ArrayBuffer>[] {
  return smallCuts(shares, 1).filter((inside) => {
    const links = capacity.reduce((sum, links, n) => (inside[n] === 1 ? sum + links : sum), 0)
    return links % 2 === 1 && links > 1
  })
}

/**
 * Cuts whose links have shares that add up to less than `(1 - TOLERANCE) * least`. A cut divides the nodes into two
 * sides. Its links are those between the sides. The cuts are those of a cut tree, which has a least cut for each pair
 * of nodes (D. Gusfield, 1990). Nodes that a whole link joins count as one node, because some least cut has both ends
 * of the link on one side.
 *
 * @param least  the least sum of shares that a cut should have: 1 or 2
 * @returns for each cut, a byte for each node: 1 for the nodes on one side of the cut
 */
export function smallCuts(shares: Shares, least: number): Uint8Array<ArrayBuffer>[] {
  const { of, count } = joined(shares, WHOLE)
  const links = between(shares, of)
  const parts = joined({ ...links, nodes: count }, SMALL)
  const network = new Network(count, links)
  const cuts: Uint8Array<ArrayBuffer>[] = []
  const keep = (side: Uint8Array): void => {
    const cut = new Uint8Array(of.length)
    for (let n = 0; n < cut.length; n++) cut[n] = side[of[n] as number] as number
    cuts.push(cut)
  }
  const first = Int32Array.from({ length: parts.count }, (_, part) => parts.of.indexOf(part))
  const partner = Int32Array.from(parts.of, (part) => first[part] as number)
  for (let source = 0; source < count; source++) {
    const sink = partner[source] as number
    if (source === sink) {
      if (source > 0) keep(Uint8Array.from(partner, (n) => Number(n === source)))
      continue
    }
    const inside = network.cut(source, sink, (1 - TOLERANCE) * least)
    if (inside === undefined) continue
    for (let n = source + 1; n < count; n++) if (inside[n] === 1 && partner[n] === sink) partner[n] = source
    keep(inside)
  }
  return cuts
}

/**
 * Joins the two nodes of each link whose share is greater than `least`.
 *
 * @returns of: for each node the number of its joined node; count: how many joined nodes there are
 */
export function joined(
  { nodes, a, b, share }: Shares,
  least: number,
): { readonly of: Uint32Array; readonly count: number } {
  const parent = indices(nodes)
  for (let e = 0; e < a.length; e++) {
    if ((share[e] as number) > least) parent[rootOf(parent, a[e] as number)] = rootOf(parent, b[e] as number)
  }
  const number = new Int32Array(nodes).fill(-1)
  let count = 0
  const of = Uint32Array.from(parent, (_, n) => {
    const root = rootOf(parent, n)
    if (number[root] === -1) number[root] = count++
    return number[root] as number
  })
  return { of, count }
}

/** The links between different joined nodes, if their share is greater than SMALL. */
function between({ a, b, share }: Shares, of: Uint32Array): Omit<Shares, 'nodes'> {
  const links = [...a.keys()].filter((e) => (share[e] as number) > SMALL && of[a[e] as number] !== of[b[e] as number])
  return {
    a: Int32Array.from(links, (e) => of[a[e] as number] as number),
    b: Int32Array.from(links, (e) => of[b[e] as number] as number),
    share: Float64Array.from(links, (e) => share[e] as number),
  }
}

/**
 * A network with flows between nodes (L. R. Ford and D. R. Fulkerson, 1956). Each search gives the nodes levels, and
 * flows follow all shortest paths before the next search (E. A. Dinic, 1970).
 */
export class Network {
  /** The arcs of node n are `#arcs[#first[n]]` to `#arcs[#first[n + 1] - 1]`. Arc i ^ 1 is the way back of arc i. */
  readonly #first: Int32Array<ArrayBuffer>
  readonly #arcs: Int32Array<ArrayBuffer>
  readonly #to: Int32Array<ArrayBuffer>
  readonly #capacity: Float64Array<ArrayBuffer>
  /** What is left of the capacity of each arc. */
  readonly #left: Float64Array<ArrayBuffer>
  /** The number of arcs from the nearest source to each node, or NOT_REACHED. */
  readonly #level: Int32Array<ArrayBuffer>
  readonly #queue: Int32Array<ArrayBuffer>
  /** For each node, where the search for a path goes on among its arcs. */
  readonly #next: Int32Array<ArrayBuffer>
  /** The arcs of the path that is searched, the arc to the sink first. */
  readonly #path: Int32Array<ArrayBuffer>

  constructor(nodes: number, { a, b, share }: Omit<Shares, 'nodes'>) {
    const arcs = 2 * a.length
    this.#to = Int32Array.from({ length: arcs }, (_, i) => (i & 1 ? a : b)[i >> 1] as number)
    this.#capacity = Float64Array.from({ length: arcs }, (_, i) => share[i >> 1] as number)
    this.#left = new Float64Array(arcs)
    this.#first = new Int32Array(nodes + 1)
    this.#arcs = new Int32Array(arcs)
    this.#level = new Int32Array(nodes)
    this.#queue = new Int32Array(nodes)
    this.#next = new Int32Array(nodes)
    this.#path = new Int32Array(nodes)
    // the start of arc i is the end of its way back
    const start = (i: number): number => this.#to[i ^ 1] as number
    for (let i = 0; i < arcs; i++) this.#first[start(i) + 1] = (this.#first[start(i) + 1] as number) + 1
    for (let n = 0; n < nodes; n++) this.#first[n + 1] = (this.#first[n + 1] as number) + (this.#first[n] as number)
    const next = this.#first.slice()
    for (let i = 0; i < arcs; i++) {
      const at = next[start(i)] as number
      this.#arcs[at] = i
      next[start(i)] = at + 1
    }
  }

  /**
   * The source's side of the least cut between two nodes, a byte for each node. The least cut has as much capacity as
   * the greatest flow. Undefined when the flow reaches `enough`.
   */
  cut(source: number, sink: number, enough: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#fill([source], sink, enough) ? this.#reached() : undefined
  }

  /**
   * Two least cuts between some sources and a sink, a byte for each node. One is the smallest side that has all
   * sources. The other is the smallest side that has the sink. None when the flow reaches `enough`.
   */
  cuts(sources: readonly number[], sink: number, enough: number): readonly Uint8Array<ArrayBuffer>[] {
    if (!this.#fill(sources, sink, enough)) return []
    const ofSources = this.#reached()
    this.#reaches([sink], -1, 1)
    return [ofSources, this.#reached()]
  }

  /** Sends the greatest flow from the sources to the sink. @returns false when the flow reaches `enough` */
  #fill(sources: readonly number[], sink: number, enough: number): boolean {
    this.#left.set(this.#capacity)
    let flow = 0
    while (this.#reaches(sources, sink, 0)) {
      this.#next.set(this.#first.subarray(0, this.#next.length))
      for (let length = this.#findPath(sink); length > 0; length = this.#findPath(sink)) {
        flow += this.#send(length)
        if (flow >= enough) return false
      }
    }
    return true
  }

  /**
   * Finds a shortest path with capacity left, from the sink back to a source, and records it in `#path`.
   *
   * @returns the number of its arcs; 0 if there is none
   */
  #findPath(sink: number): number {
    const arcs = this.#arcs
    const to = this.#to
    const left = this.#left
    const level = this.#level
    const next = this.#next
    const path = this.#path
    let [node, length] = [sink, 0]
    while (level[node] !== 0) {
      const end = this.#first[node + 1] as number
      const before = (level[node] as number) - 1
      let k = next[node] as number
      for (; k < end; k++) {
        const arc = arcs[k] as number
        if (level[to[arc] as number] === before && (left[arc ^ 1] as number) > NONE) break
      }
      next[node] = k
      if (k < end) {
        const arc = arcs[k] as number
        path[length++] = arc ^ 1
        node = to[arc] as number
      } else if (length === 0) return 0
      else {
        // no path leads through this node
        node = to[path[--length] as number] as number
        next[node] = (next[node] as number) + 1
      }
    }
    return length
  }

  /** Sends as much as possible along the first arcs of `#path`. @returns how much */
  #send(length: number): number {
    const path = this.#path
    const left = this.#left
    let most = Infinity
    for (let k = 0; k < length; k++) most = Math.min(most, left[path[k] as number] as number)
    for (let k = 0; k < length; k++) {
      const arc = path[k] as number
      left[arc] = (left[arc] as number) - most
      left[arc ^ 1] = (left[arc ^ 1] as number) + most
    }
    return most
  }

  /** The nodes that the last search reached, a byte for each node. */
  #reached(): Uint8Array<ArrayBuffer> {
    const reached = new Uint8Array(this.#level.length)
    for (let n = 0; n < reached.length; n++) if (this.#level[n] !== NOT_REACHED) reached[n] = 1
    return reached
  }

  /**
   * Searches breadth first along arcs with capacity left, and gives each node its level. With `back` = 1, the search
   * follows each arc against its direction.
   *
   * @param sink  −1 for none
   * @returns whether there is a path to the sink
   */
  #reaches(sources: readonly number[], sink: number, back: 0 | 1): boolean {
    const first = this.#first
    const arcs = this.#arcs
    const to = this.#to
    const left = this.#left
    const level = this.#level
    const queue = this.#queue
    level.fill(NOT_REACHED)
    let tail = 0
    for (const source of sources) {
      level[source] = 0
      queue[tail++] = source
    }
    for (let head = 0; head < tail; head++) {
      const node = queue[head] as number
      for (let k = first[node] as number; k < (first[node + 1] as number); k++) {
        const arc = arcs[k] as number
        const n = to[arc] as number
        if (level[n] !== NOT_REACHED || (left[arc ^ back] as number) <= NONE) continue
        level[n] = (level[node] as number) + 1
        if (n === sink) return true
        queue[tail++] = n
      }
    }
    return false
  }
}
