import type { Work } from '../work.ts'

/**
 * Makes a matching as large as possible (J. Edmonds, 1965). Nodes are ends. An edge connects two nodes that may become
 * a pair. A matching is a set of pairs in which no node is in two pairs. An unmatched node is in no pair.
 *
 * From each unmatched node, a search looks for an augmenting path: a path to another unmatched node in which every
 * second edge is a pair. On such a path, pairs and other edges change places, which gives one pair more. A cycle with
 * an odd number of edges is contracted: it counts as one node until the search ends. When a search finds no path, no
 * later path contains its nodes. So later searches skip these nodes. A search resets only the nodes that it has
 * visited.
 */
export class Blossom {
  readonly #near: readonly (readonly number[])[]
  /** The partner of each node; −1 when it has none. */
  readonly match: Int32Array<ArrayBuffer>
  /** The node from which the search has reached a node by an edge that is no pair; −1 if none. */
  readonly #parent: Int32Array<ArrayBuffer>
  /** For a node in a contracted cycle, the cycle's node that the search reached first; otherwise the node itself. */
  readonly #base: Int32Array<ArrayBuffer>
  /** The nodes from which the search goes on. `#isOuter` is 1 for them. */
  readonly #queue: Int32Array<ArrayBuffer>
  readonly #isOuter: Uint8Array<ArrayBuffer>
  readonly #mark: Uint8Array<ArrayBuffer>
  /** 1 for the nodes of searches that found no path. */
  readonly #isDone: Uint8Array<ArrayBuffer>
  /** The nodes that the present search has visited. */
  #visited: number[] = []
  #queued = 0
  /** Number of edges visited so far. Each contraction adds the number of nodes that its search has visited. */
  work = 0

  /** @param near  the nodes that each node may match @param match  a matching to start from; changed in place */
  constructor(near: readonly (readonly number[])[], match: Int32Array<ArrayBuffer>) {
    this.#near = near
    this.match = match
    const size = near.length
    this.#parent = new Int32Array(size).fill(-1)
    this.#base = Int32Array.from(near, (_, v) => v)
    this.#queue = new Int32Array(size)
    this.#isOuter = new Uint8Array(size)
    this.#mark = new Uint8Array(size)
    this.#isDone = new Uint8Array(size)
  }

  /**
   * Searches from each unmatched node, and adds a pair for each path.
   *
   * @param most  no further search begins when `work` has reached this number; the matching may then be smaller than
   *   possible
   * @throws the reason of the signal of `control` on abort
   */
  grow(most: number, control: Work): void {
    for (let root = 0; root < this.#near.length && this.work < most; root++) {
      if (root % 256 === 0) control.check()
      if ((this.match[root] as number) >= 0) continue
      const end = this.#search(root)
      this.#augment(end)
      this.#reset(end < 0)
    }
  }

  /** @returns the unmatched node at the end of an augmenting path, or −1 */
  #search(root: number): number {
    this.#queued = 0
    this.#enqueue(root)
    for (let head = 0; head < this.#queued; head++) {
      const v = this.#queue[head] as number
      for (const w of this.#near[v] ?? []) {
        this.work++
        if (this.#isDone[w] === 1 || this.#base[v] === this.#base[w] || this.match[v] === w) continue
        const partner = this.match[w] as number
        if (w === root || (partner >= 0 && (this.#parent[partner] as number) >= 0)) this.#contract(v, w)
        else if ((this.#parent[w] as number) < 0) {
          this.#parent[w] = v
          this.#visited.push(w)
          if (partner < 0) return w
          this.#enqueue(partner)
        }
      }
    }
    return -1
  }

  #reset(areDone: boolean): void {
    for (const v of this.#visited) {
      this.#isOuter[v] = 0
      this.#parent[v] = -1
      this.#base[v] = v
      if (areDone) this.#isDone[v] = 1
    }
    this.#visited = []
  }

  #enqueue(v: number): void {
    if (this.#isOuter[v] === 1) return
    this.#isOuter[v] = 1
    this.#visited.push(v)
    this.#queue[this.#queued++] = v
  }

  /** Contracts the cycle that the edge v–w closes. */
  #contract(v: number, w: number): void {
    const base = this.#commonBase(v, w)
    for (const u of this.#visited) this.#mark[u] = 0
    this.#markPath(v, base, w)
    this.#markPath(w, base, v)
    const count = this.#visited.length
    this.work += count
    for (let k = 0; k < count; k++) {
      const u = this.#visited[k] as number
      if (this.#mark[this.#base[u] as number] !== 1) continue
      this.#base[u] = base
      this.#enqueue(u)
    }
  }

  /** Marks the nodes from `from` up to the base of the cycle, and stores the way round the cycle in `#parent`. */
  #markPath(from: number, base: number, child: number): void {
    let v = from
    let next = child
    while (this.#base[v] !== base) {
      const partner = this.match[v] as number
      this.#mark[this.#base[v] as number] = 1
      this.#mark[this.#base[partner] as number] = 1
      this.#parent[v] = next
      next = partner
      v = this.#parent[partner] as number
    }
  }

  /** The first node that the ways from v and from w to the root have in common. */
  #commonBase(v: number, w: number): number {
    const above = new Set<number>()
    for (let u = this.#base[v] as number; ; u = this.#base[this.#parent[this.match[u] as number] as number] as number) {
      above.add(u)
      if ((this.match[u] as number) < 0) break
    }
    let u = this.#base[w] as number
    while (!above.has(u)) u = this.#base[this.#parent[this.match[u] as number] as number] as number
    return u
  }

  /** Exchanges pairs and other edges on the path from `end` back to the root of the search. */
  #augment(end: number): void {
    for (let v = end; v >= 0; ) {
      const before = this.#parent[v] as number
      const next = this.match[before] as number
      this.match[v] = before
      this.match[before] = v
      v = next
    }
  }
}
