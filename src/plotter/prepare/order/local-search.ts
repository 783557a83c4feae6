import type { Links } from './link-cost.ts'
import type { Neighbours } from './neighbours.ts'
import type { Tour } from './tour.ts'

/** Improvements below this are rounding errors, s. A search that follows them may never end. */
const LEAST = 1e-7
/** Maximum number of exchanges in a chain (see `LocalSearch`). */
const DEPTH = 12

/**
 * Every exchange of a chain may reverse a stretch of up to this many strokes. An exchange may reverse a longer stretch
 * only if the chain with this exchange gains more than the best shorter chain.
 */
const TENTATIVE = 1000

/**
 * A move of a segment exchanges three links. The tour has links t1–t2, t3–t4 and t5–t6, and segment t2…t3 has
 * the link t5–t6. The new links are t2–t3, t4–t5 and t6–t1.
 */
interface Exchange {
  gain: number
  t3: number
  t4: number
  t5: number
  t6: number
}

/**
 * Local search over the links between strokes, with neighbour lists and a queue of the ends that are still to be tried.
 * `index.ts` explains link, tour and segment.
 *
 * From each end t1 the search tries a chain of exchanges (S. Lin and B. W. Kernighan, 1973). An exchange removes link
 * t1–t2, makes link t2–t3 to a near end t3, and removes t3's link to t4. Link t4–t1 closes the tour. The chain may
 * continue with t4 as the next t2. Every exchange is a 2-opt move, which reverses a stretch. So the tour is complete
 * after each exchange, and the search keeps the best of these tours. Instead of a chain, a segment may move elsewhere,
 * in either direction. Such a move is Or-opt with longer segments.
 */
export class LocalSearch {
  readonly tour: Tour
  readonly #links: Links
  readonly #near: Neighbours
  /** Longest stretch that is reversed, in strokes. To reverse a longer stretch is not worth the time. */
  readonly #longest: number
  readonly #queue: Int32Array<ArrayBuffer>
  readonly #queued: Uint8Array<ArrayBuffer>
  #head = 0
  #waiting = 0
  readonly #addedA = new Int32Array(DEPTH)
  readonly #addedB = new Int32Array(DEPTH)
  readonly #touched = new Int32Array(2 * DEPTH + 2)
  readonly #exchange: Exchange = { gain: 0, t3: -1, t4: -1, t5: -1, t6: -1 }

  constructor(tour: Tour, links: Links, near: Neighbours, longest: number) {
    this.tour = tour
    this.#links = links
    this.#near = near
    this.#longest = longest
    this.#queue = new Int32Array(links.nodes)
    this.#queued = new Uint8Array(links.nodes)
  }

  /** Puts an end into the queue, if it is not there. */
  push(node: number): void {
    if (this.#queued[node] === 1) return
    this.#queued[node] = 1
    let at = this.#head + this.#waiting++
    if (at >= this.#queue.length) at -= this.#queue.length
    this.#queue[at] = node
  }

  /** Puts all ends into the queue. */
  pushAll(): void {
    for (const entry of this.tour.entry) {
      this.push(entry)
      this.push(entry ^ 1)
    }
  }

  get idle(): boolean {
    return this.#waiting === 0
  }

  /**
   * Makes about `steps` searches, each from a queued end, and keeps the improvements.
   *
   * @param keepLog  whether `tour.undo` can take back all these improvements
   * @returns the gain, s
   */
  improve(steps: number, keepLog: boolean): number {
    let gained = 0
    for (let left = steps; left > 0 && this.#waiting > 0; left--) {
      const node = this.#queue[this.#head] as number
      if (++this.#head === this.#queue.length) this.#head = 0
      this.#waiting--
      this.#queued[node] = 0
      for (let gain = this.#step(node); gain > 0; gain = this.#step(node), left--) {
        gained += gain
        if (!keepLog) this.tour.commit()
      }
    }
    return gained
  }

  /** Reverses the stretch a…b that begins next to t1, in either direction of the tour. */
  turn(t1: number, a: number, b: number): void {
    if (this.tour.isEntry(t1)) this.tour.reverse(b, a)
    else this.tour.reverse(a, b)
  }

  /** Swaps the segments a…b and c…d, which follow t1: t1 [a…b] [c…d] becomes t1 [c…d] [a…b]. */
  swapSegments(t1: number, a: number, b: number, c: number, d: number): void {
    this.turn(t1, a, d)
    this.turn(t1, d, c)
    this.turn(d, b, a)
  }

  #step(t1: number): number {
    const { tour } = this
    const base = tour.changes
    let t2 = tour.link(t1)
    let open = this.#links.between(t1, t2)
    let best = LEAST
    let bestChanges = base
    let bestTouched = 0
    this.#touched[0] = t1
    this.#touched[1] = t2
    for (let depth = 0; depth < DEPTH; depth++) {
      const t3 = this.#bestThird(t1, t2, open, best, depth)
      if (depth === 0 && this.#tryExchange(t1, t2, open, t3)) return this.#exchange.gain
      if (t3 < 0) break
      const t4 = tour.link(t3)
      open += this.#links.between(t3, t4) - this.#links.between(t2, t3)
      this.#addedA[depth] = t2
      this.#addedB[depth] = t3
      this.turn(t1, t2, t4)
      this.#touched[2 * depth + 2] = t3
      this.#touched[2 * depth + 3] = t4
      t2 = t4
      const gain = open - this.#links.between(t4, t1)
      if (gain > best) {
        best = gain
        bestChanges = tour.changes
        bestTouched = 2 * depth + 4
      }
    }
    tour.undo(bestChanges)
    for (let i = 0; i < bestTouched; i++) this.push(this.#touched[i] as number)
    return bestTouched === 0 ? 0 : best
  }

  /**
   * The near end t3 that gains most when the link t2–t3 replaces the present link of t3; −1 when there is none.
   *
   * @param open   what the chain gains so far, without the link that closes the tour, s
   * @param best   the gain of the best tour of the chain so far, s
   * @param depth  the number of exchanges so far
   */
  #bestThird(t1: number, t2: number, open: number, best: number, depth: number): number {
    const { k, nodes, costs } = this.#near
    const { tour } = this
    const entersAtT2 = tour.isEntry(t2)
    let third = -1
    let most = -Infinity
    for (let j = t2 * k; j < t2 * k + k; j++) {
      const t3 = nodes[j] as number
      const rest = open - (costs[j] as number)
      if (t3 < 0 || rest <= LEAST) break
      if (t3 === t1 || tour.isEntry(t3) !== entersAtT2) continue
      const t4 = tour.link(t3)
      const value = rest + this.#links.between(t3, t4)
      if (value <= most || this.#wasAdded(t3, t4, depth)) continue
      const span = this.#span(t2, t4)
      if (span > this.#longest || (span > TENTATIVE && value - this.#links.between(t4, t1) <= best)) continue
      most = value
      third = t3
    }
    return third
  }

  #wasAdded(a: number, b: number, depth: number): boolean {
    for (let d = 0; d < depth; d++) {
      const [p, q] = [this.#addedA[d], this.#addedB[d]]
      if ((p === a && q === b) || (p === b && q === a)) return true
    }
    return false
  }

  /** Number of strokes to copy when the stretch between two nodes is reversed. */
  #span(a: number, b: number): number {
    const { position, size } = this.tour
    const span = Math.abs((position[a >> 1] as number) - (position[b >> 1] as number))
    return Math.min(span, size - span)
  }

  /** Makes the best segment move that removes t1–t2, if this move gains more than the 2-opt move with t3. */
  #tryExchange(t1: number, t2: number, open: number, t3: number): boolean {
    const exchange = this.#exchange
    exchange.gain = LEAST
    exchange.t3 = -1
    this.#findExchange(t1, t2, open)
    if (exchange.t3 < 0) return false
    if (t3 >= 0) {
      const t4 = this.tour.link(t3)
      const links = this.#links
      const byFlip = open - links.between(t2, t3) + links.between(t3, t4) - links.between(t4, t1)
      if (byFlip >= exchange.gain) return false
    }
    this.#apply(t1, t2)
    return true
  }

  /** Finds the segment move that removes t1–t2 and gains most. */
  #findExchange(t1: number, t2: number, open: number): void {
    const { k, nodes, costs } = this.#near
    const { tour } = this
    const entersAtT2 = tour.isEntry(t2)
    for (let j = t2 * k; j < t2 * k + k; j++) {
      const t3 = nodes[j] as number
      const rest = open - (costs[j] as number)
      if (t3 < 0 || rest <= LEAST) return
      if (t3 === t1 || tour.isEntry(t3) === entersAtT2 || this.#span(t2, t3) > this.#longest) continue
      const t4 = tour.link(t3)
      if (t4 !== t2) this.#cutSegment(t1, t2, t3, t4, rest + this.#links.between(t3, t4))
    }
  }

  /**
   * Link t2–t3 makes a ring of segment t2…t3. Finds the best link t5–t6 of the ring to remove: t5 is then linked
   * to t4, and t6 to t1.
   */
  #cutSegment(t1: number, t2: number, t3: number, t4: number, open: number): void {
    const { k, nodes, costs } = this.#near
    const exchange = this.#exchange
    for (let j = t4 * k; j < t4 * k + k; j++) {
      const t5 = nodes[j] as number
      const rest = open - (costs[j] as number)
      if (t5 < 0 || rest <= exchange.gain) return
      if (t5 === t2 || t5 === t3 || !this.#lies(t2, t5, t3)) continue
      const t6 = this.tour.link(t5)
      const gain = rest + this.#links.between(t5, t6) - this.#links.between(t6, t1)
      if (gain <= exchange.gain) continue
      exchange.gain = gain
      exchange.t3 = t3
      exchange.t4 = t4
      exchange.t5 = t5
      exchange.t6 = t6
    }
  }

  /** Whether the stroke of `node` lies on the stretch from t2 to t3, where t2 is next to t1. */
  #lies(t2: number, node: number, t3: number): boolean {
    const { position } = this.tour
    const forward = this.tour.isEntry(t2)
    const from = position[(forward ? t2 : t3) >> 1] as number
    const to = position[(forward ? t3 : t2) >> 1] as number
    const at = position[node >> 1] as number
    return from <= to ? at >= from && at <= to : at >= from || at <= to
  }

  /** Makes the segment move that `#findExchange` found. */
  #apply(t1: number, t2: number): void {
    const { t3, t4, t5, t6 } = this.#exchange
    // If t6 comes before t5 on the way from t2 to t3, both parts are reversed in place. Otherwise they swap.
    const reversed = this.tour.isEntry(t5) === this.tour.isEntry(t2)
    if (reversed) {
      this.turn(t1, t2, t6)
      this.turn(t2, t5, t3)
    } else this.swapSegments(t1, t2, t5, t6, t3)
    for (const node of [t1, t2, t3, t4, t5, t6]) this.push(node)
  }
}
