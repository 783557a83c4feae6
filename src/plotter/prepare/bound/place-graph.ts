import { type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { KdTree } from '../../../geometry/kd-tree.ts'
import type { Links } from '../order/link-cost.ts'
import type { Seams } from '../order/seams.ts'
import { discOf } from '../order/vertex-blocks.ts'
import type { Work } from '../work.ts'
import { chargeHome, type Freedom } from './link-graph.ts'

/** Maximum number of places of a closed stroke. In a stroke with more vertices, consecutive vertices share a place. */
const MAX_PLACES = 40
/** Where a free end of the route lies, mm: farther away than all else, so that it is never among the nearest. */
const NOWHERE = 1e9

/**
 * The places where a route may enter and leave strokes, and the nodes that lie near each other.
 *
 * Each stroke is an item with two nodes, and so is home. The nodes are numbered as in a `LinkGraph`. The first node of
 * a closed stroke has up to `mostPlaces` places, and the second has none. Every other node has one place. A place is a
 * disc round the vertices that belong to it, so a cost between places is a lower bound.
 *
 * An entry of node n names a node m near n, with the least cost from each place of n. The `twin` of the entry is the
 * entry of m that names n.
 */
export class PlaceGraph {
  readonly items: number
  readonly nodes: number
  readonly capacity: Uint8Array<ArrayBuffer>
  /** The places of node n begin at `firstPlace[n]`. */
  readonly firstPlace: Int32Array<ArrayBuffer>
  /**
   * For each place of a closed stroke, the least cost of a stop at a vertex of the place, s (`Seams.stopAt`). The pen
   * must stop where it begins and ends a closed stroke. 0 at all other places.
   */
  readonly stop: Float64Array<ArrayBuffer>
  /**
   * For each place, its part of the cost of links to nodes that no entry names, s. Such a link costs at least the sum
   * of the values of its two places. Infinity if the place was compared with all places of other items.
   */
  readonly far: Float64Array<ArrayBuffer>
  /** The entries of node n begin at `firstEntry[n]`. */
  readonly firstEntry: Int32Array<ArrayBuffer>
  /** The node that each entry names. */
  readonly to: Int32Array<ArrayBuffer>
  readonly twin: Int32Array<ArrayBuffer>
  /** The values of entry e begin at `firstValue[e]`: one for each place of the entry's own node. */
  readonly firstValue: Int32Array<ArrayBuffer>
  /** The values: the least cost from a place of the entry's own node to the node that the entry names, s. */
  readonly reach: Float64Array<ArrayBuffer>
  /** The sum over all entries: places of the entry's own node × places of the node that the entry names. */
  readonly pairs: number
  readonly #places: Places
  readonly #links: Links

  /**
   * @param near        number of nearest places of other items that are compared with each place; Infinity for all
   * @param mostPlaces  maximum number of places of a closed stroke
   */
  constructor(
    strokes: Strokes,
    links: Links,
    seams: Seams,
    free: Freedom,
    near: number,
    work: Work,
    mostPlaces: number = MAX_PLACES,
  ) {
    this.items = strokeCount(strokes) + 1
    this.nodes = 2 * this.items
    this.#links = links
    this.#places = new Places(strokes, links, seams, free, mostPlaces)
    this.capacity = this.#places.capacity
    this.firstPlace = this.#places.first
    this.stop = Float64Array.from(this.#places.stop)
    this.far = new Float64Array(this.stop.length).fill(Infinity)
    const nearNodes = this.#findNearNodes(near, work)
    chargeHome(this.far)
    this.firstEntry = new Int32Array(this.nodes + 1)
    this.to = Int32Array.from(nearNodes.flatMap((others) => [...others].sort((p, q) => p - q)))
    nearNodes.forEach((others, n) => {
      this.firstEntry[n + 1] = (this.firstEntry[n] as number) + others.size
    })
    this.twin = new Int32Array(this.to.length)
    this.firstValue = new Int32Array(this.to.length + 1)
    // A node's entries are sorted by the node that they name. The loop finds the entries that name node m in the order
    // of the nodes that have them. So `next[m]`, the first entry of m that is no twin yet, is the twin of entry e.
    const next = this.firstEntry.slice()
    let pairs = 0
    for (let n = 0; n < this.nodes; n++) {
      for (let e = this.firstEntry[n] as number; e < (this.firstEntry[n + 1] as number); e++) {
        const m = this.to[e] as number
        this.twin[e] = next[m] as number
        next[m] = (next[m] as number) + 1
        this.firstValue[e + 1] = (this.firstValue[e] as number) + this.placesOf(n)
        pairs += this.placesOf(n) * this.placesOf(m)
      }
    }
    this.pairs = pairs
    this.reach = new Float64Array(this.firstValue[this.to.length] as number)
    this.#measure(work)
  }

  placesOf(n: number): number {
    return (this.firstPlace[n + 1] as number) - (this.firstPlace[n] as number)
  }

  /** A lower bound of the cost of a link between two places, s; the cost itself where both are single vertices. */
  cost(v: number, w: number): number {
    if (this.#isFree(v) || this.#isFree(w)) return this.#links.costs.lift
    return this.#links.ofDistance2(this.#distance2(v, w))
  }

  /** Whether each place is a single vertex, so that costs between places are true costs. */
  get isExact(): boolean {
    return this.#places.radius.every((radius) => radius === 0)
  }

  nodeOf(place: number): number {
    return this.#places.node[place] as number
  }

  isSamePlace(v: number, w: number): boolean {
    return this.#places.px[v] === this.#places.px[w] && this.#places.py[v] === this.#places.py[w]
  }

  /** Whether a place is an end of the route that may lie anywhere. */
  #isFree(v: number): boolean {
    return this.#places.px[v] === NOWHERE
  }

  #distance2(v: number, w: number): number {
    const { px, py, radius } = this.#places
    const dx = (px[v] as number) - (px[w] as number)
    const dy = (py[v] as number) - (py[w] as number)
    const r = (radius[v] as number) + (radius[w] as number)
    if (r === 0) return dx * dx + dy * dy
    const d = Math.max(0, Math.sqrt(dx * dx + dy * dy) - r)
    return d * d
  }

  #findNearNodes(near: number, work: Work): Set<number>[] {
    const { px, py, radius, node } = this.#places
    const sets = Array.from({ length: this.nodes }, () => new Set<number>())
    if (near >= node.length) {
      const present = [...sets.keys()].filter((n) => this.placesOf(n) > 0)
      for (const n of present) for (const m of present) if (m >> 1 !== n >> 1) sets[n]?.add(m)
      return sets
    }
    const tree = new KdTree(Float64Array.from(px.flatMap((each, v) => [each, py[v] as number])))
    const widest = radius.reduce((most, each) => Math.max(most, each), 0)
    const item = Int32Array.from(node, (n) => n >> 1)
    const ids = new Int32Array(near)
    const distances = new Float64Array(near)
    node.forEach((n, v) => {
      if (v % 1024 === 0) work.check()
      if (this.#isFree(v)) {
        for (const m of node) {
          if (m >> 1 === n >> 1) continue
          sets[n]?.add(m)
          sets[m]?.add(n)
        }
        return
      }
      const at = { x: px[v] as number, y: py[v] as number, skip: n >> 1 }
      const count = tree.nearestOfOthers(at, near, item, ids, distances)
      for (let f = 0; f < count; f++) {
        const m = node[ids[f] as number] as number
        sets[n]?.add(m)
        sets[m]?.add(n)
      }
      if (count < near) return
      const d = Math.max(0, Math.sqrt(distances[near - 1] as number) - (radius[v] as number) - widest)
      this.far[v] = this.#links.ofDistance2(d * d) / 2
    })
    return sets
  }

  #measure(work: Work): void {
    for (let n = 0; n < this.nodes; n++) {
      if (n % 32 === 0) work.check()
      for (let e = this.firstEntry[n] as number; e < (this.firstEntry[n + 1] as number); e++) {
        const m = this.to[e] as number
        if (this.#isFree(this.firstPlace[n] as number) || this.#isFree(this.firstPlace[m] as number)) {
          this.reach.fill(this.#links.costs.lift, this.firstValue[e], this.firstValue[e + 1])
          continue
        }
        let value = this.firstValue[e] as number
        for (let v = this.firstPlace[n] as number; v < (this.firstPlace[n + 1] as number); v++) {
          let least = Infinity
          for (let w = this.firstPlace[m] as number; w < (this.firstPlace[m + 1] as number); w++)
            least = Math.min(least, this.#distance2(v, w))
          this.reach[value++] = this.#links.ofDistance2(least)
        }
      }
    }
  }
}

/** The places of all nodes, in the order of their nodes. */
class Places {
  readonly px: number[] = []
  readonly py: number[] = []
  readonly radius: number[] = []
  readonly stop: number[] = []
  readonly node: number[] = []
  readonly capacity: Uint8Array<ArrayBuffer>
  readonly first: Int32Array<ArrayBuffer>

  constructor(strokes: Strokes, links: Links, seams: Seams, free: Freedom, mostPlaces: number) {
    const { points, starts } = strokes
    const home = 2 * strokeCount(strokes)
    this.capacity = new Uint8Array(home + 2).fill(1)
    this.first = new Int32Array(home + 3)
    for (let n = 0; n < home; n++) {
      const i = n >> 1
      const [from, last] = [starts[i] as number, (starts[i + 1] as number) - 1]
      if (!seams.isFree(i)) this.#addPoint(n, points, n % 2 === 0 ? from : last)
      else if (n % 2 === 0) {
        this.capacity[n] = 2
        this.capacity[n + 1] = 0
        const step = Math.ceil((last - from) / mostPlaces)
        for (let v = from; v < last; v += step) this.#addDisc(n, points, v, Math.min(last, v + step), seams)
      }
      this.first[n + 1] = this.px.length
    }
    for (const [n, isFree] of [
      [home, free.end],
      [home + 1, free.start],
    ] as const) {
      if (isFree) this.#add(n, NOWHERE, NOWHERE, 0, 0)
      else this.#addPoint(n, links.xy, n)
      this.first[n + 1] = this.px.length
    }
  }

  #addPoint(node: number, points: Float64Array, v: number): void {
    this.#add(node, x(points, v), y(points, v), 0, 0)
  }

  /** Adds the disc round vertices `from` … `to` − 1. */
  #addDisc(node: number, points: Strokes['points'], from: number, to: number, seams: Seams): void {
    const disc = discOf(points, from, to)
    let stop = Infinity
    for (let v = from; v < to; v++) stop = Math.min(stop, seams.stopAt(v))
    this.#add(node, disc.x, disc.y, disc.radius, stop)
  }

  #add(node: number, px: number, py: number, radius: number, stop: number): void {
    this.px.push(px)
    this.py.push(py)
    this.radius.push(radius)
    this.stop.push(stop)
    this.node.push(node)
  }
}
