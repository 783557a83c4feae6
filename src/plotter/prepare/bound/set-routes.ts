import type { Work } from '../work.ts'
import { type Ends, firstStrokes, mark, minus, plus, type SetKey, SetTable, type StrokeSet, Ways } from './set-table.ts'
import type { Slacks } from './slacks.ts'

/** Two costs that differ by less than this count as equal, s. */
const EQUAL = 1e-9
/** A set of strokes with one end node (`Ends`) takes as much memory as this many ways. */
const WAYS_OF_SET = 4
/** Added to a limit of slacks because of rounding, s. */
const ROUNDING = 1e-7

/**
 * A route of two ways (see `SetRoutes`), one from each end of home. A link from `place`, the last place of one way, to
 * `other`, the last place of the other way, joins the two.
 */
interface Meeting {
  readonly from: StrokeSet
  readonly to: StrokeSet
  readonly place: number
  readonly other: number
}

/** Links in one direction, from the place where the pen leaves a stroke to the place where it leaves the next one. */
interface Arcs {
  /** Where the arcs of each place begin; the least slack comes first. */
  readonly first: Int32Array
  readonly place: Int32Array
  /**
   * Slack of the link (`Slacks`) + its share at the star that it leaves, s. If the next stroke is open, the slack of
   * its star is added.
   */
  readonly slack: Float64Array
  /** The cost of the link, s. If the next stroke is closed, the cost of the stop there is added. */
  readonly cost: Float64Array
  /** The share of the link at the next star, s; 0 on an open next stroke. */
  readonly starShare: Float64Array
}

/** The effort that is left: the number of links to compare, and of ways to keep. A way takes about 60 bytes. */
export interface Budget {
  links: number
  ways: number
}

/**
 * All routes whose slacks add up to at most a limit, by dynamic programming over sets of strokes (M. Held and R. M.
 * Karp, 1962). `Slacks` explains slack, share and star.
 *
 * A way is a part of a route, from an end of home to some stroke. No slack is negative. So every route within the limit
 * has a link that splits it into two ways, each with slacks of at most half of the limit. The search needs only ways
 * within half of the limit, which are far fewer than the ways within the whole limit. Two ways that together draw all
 * strokes make a route.
 */
export class SetRoutes {
  /** The least cost of the routes, s; Infinity where there is none. */
  best = Infinity
  readonly #slacks: Slacks
  /** Half of the limit. */
  #half: number
  readonly #budget: Budget
  readonly #strokes: number
  readonly #nodeOf: Int32Array
  readonly #arcs: Arcs
  #tables: [SetTable, SetTable] | undefined
  #meeting: Meeting | undefined
  /** The ways that draw the sets which the search now extends, and the ways that draw one stroke more. */
  #ways = new Ways()
  #longer = new Ways()

  /** @param most  the greatest `limit` that `find` will get, s */
  constructor(slacks: Slacks, most: number, budget: Budget) {
    this.#slacks = slacks
    this.#half = most / 2 + ROUNDING
    this.#budget = budget
    const { graph } = slacks
    this.#strokes = graph.items - 1
    this.#nodeOf = new Int32Array(graph.stop.length)
    for (let n = 0; n < graph.nodes; n++) this.#nodeOf.fill(n, graph.firstPlace[n], graph.firstPlace[n + 1])
    this.#arcs = this.#makeArcs()
  }

  /** Finds the best route whose slacks add up to at most `limit`, s. @returns false when budget or time ran out */
  find(limit: number, work: Work): boolean {
    this.best = Infinity
    this.#meeting = undefined
    this.#half = limit / 2 + ROUNDING
    const { isSymmetric, graph } = this.#slacks
    const forth = this.#walk(graph.nodes - 1, work)
    const back = forth && (isSymmetric ? forth : this.#walk(graph.nodes - 2, work))
    if (!forth || !back) return false
    this.#tables = [forth, back]
    const places = [graph.firstPlace[graph.nodes - 1] as number, graph.firstPlace[graph.nodes - 2] as number] as const
    const nothing = { low: 0, high: 0, ends: [], other: undefined }
    const all = firstStrokes(this.#strokes)
    for (const [table, isForth] of [
      [forth, true],
      [back, false],
    ] as const) {
      const set = table.find(all)
      const home = isForth ? places[1] : places[0]
      for (const { first, end } of set?.ends ?? []) {
        for (let i = first; set && i < end; i++) {
          const place = table.place[i] as number
          const cost = (table.cost[i] as number) + graph.cost(place, home)
          if (cost >= this.best) continue
          this.best = cost
          this.#meeting = isForth
            ? { from: set, to: nothing, place, other: home }
            : { from: nothing, to: set, place: home, other: place }
        }
      }
    }
    for (const from of forth.sets()) {
      const to = back.find({ low: all.low - from.low, high: all.high - from.high })
      if (to) this.#meet(forth, from, back, to)
    }
    return true
  }

  /** The places of the best route in turn; two for an open stroke. */
  route(): number[] {
    const [forth, back] = this.#tables ?? []
    const meeting = this.#meeting
    if (!forth || !back || !meeting) return []
    const head = this.#trace(forth, meeting.from, meeting.place)
    const tail = this.#trace(back, meeting.to, meeting.other)
    return [...head.reverse(), ...tail]
  }

  /** The place where the pen leaves a stroke, if it enters the stroke at `place`. */
  #leaves(place: number): number {
    const { capacity, firstPlace } = this.#slacks.graph
    const node = this.#nodeOf[place] as number
    return capacity[node] === 2 ? place : (firstPlace[node ^ 1] as number)
  }

  #makeArcs(): Arcs {
    const slacks = this.#slacks
    const { graph } = slacks
    const { firstPlace, firstEntry, to, twin, capacity, stop, items } = graph
    const first = new Int32Array(stop.length + 1)
    const [place, slack, cost, starShare]: [number[], number[], number[], number[]] = [[], [], [], []]
    for (let v = 0; v < stop.length; v++) {
      const p = this.#nodeOf[v] as number
      const here = v - (firstPlace[p] as number)
      const own = this.#known(v)
      let least = 0
      if (capacity[p] === 2) {
        least = Infinity
        for (let e = firstEntry[p] as number; e < (firstEntry[p + 1] as number); e++)
          least = Math.min(least, slacks.starShare(e, here))
      }
      const most = this.#half - own - least
      const arcs: [number, number, number, number][] = []
      for (let e = firstEntry[p] as number; e < (firstEntry[p + 1] as number); e++) {
        const q = to[e] as number
        if (q >> 1 === items - 1) continue
        const isClosed = capacity[q] === 2
        const ofTree = slacks.treeShare(p, q)
        for (let w = 0; w < graph.placesOf(q); w++) {
          const there = (firstPlace[q] as number) + w
          const link = graph.cost(v, there)
          const ofStar = isClosed ? slacks.starShare(twin[e] as number, w) : 0
          const more = link - ofTree - (isClosed ? ofStar : (slacks.star[q] as number))
          if (more > most) continue
          arcs.push([this.#leaves(there), more, link + (isClosed ? (stop[there] as number) : 0), ofStar])
        }
      }
      arcs.sort((a, b) => a[1] - b[1])
      for (const [there, more, link, ofStar] of arcs) {
        place.push(there)
        slack.push(more)
        cost.push(link)
        starShare.push(ofStar)
      }
      first[v + 1] = place.length
    }
    return {
      first,
      place: Int32Array.from(place),
      slack: Float64Array.from(slack),
      cost: Float64Array.from(cost),
      starShare: Float64Array.from(starShare),
    }
  }

  /**
   * The part of a star's slack at a place that does not depend on the star's links, s. It is the cost of the stop there
   * − the cost of the node's cheapest star. The stop costs 0 on an open stroke.
   */
  #known(place: number): number {
    const { graph, star } = this.#slacks
    const node = this.#nodeOf[place] as number
    return (graph.capacity[node] === 2 ? (graph.stop[place] as number) : 0) - (star[node] as number)
  }

  /**
   * The ways from an end of home with slacks of at most half of the limit: for each set of strokes and each last place,
   * the cheapest way. Undefined when budget or time ran out.
   */
  #walk(home: number, work: Work): SetTable | undefined {
    const table = new SetTable()
    const isDrawn = new Uint8Array(this.#strokes)
    let layer: StrokeSet[] = []
    const start = this.#slacks.graph.firstPlace[home] as number
    const reached: (Ends | undefined)[] = []
    this.#longer.clear()
    this.#extend(start, [0, 0, 0], { low: 0, high: 0 }, isDrawn, table, layer, reached)
    while (layer.length > 0) {
      const longer = this.#longer
      this.#longer = this.#ways
      this.#ways = longer
      this.#longer.clear()
      const next: StrokeSet[] = []
      for (const [k, set] of layer.entries()) {
        if (this.#budget.links < 0 || this.#budget.ways < 0) return undefined
        if (k % 256 === 0 && work.expired()) return undefined
        mark(set, isDrawn)
        reached.length = 0
        for (const ends of set.ends) this.#keepAndExtend(ends, set, isDrawn, table, next, reached)
      }
      layer = next
    }
    return table
  }

  /** Keeps the ways that end at one node, and extends them. */
  #keepAndExtend(
    ends: Ends,
    set: StrokeSet,
    isDrawn: Uint8Array,
    table: SetTable,
    next: StrokeSet[],
    reached: (Ends | undefined)[],
  ): void {
    const { at, node } = ends
    const ways = this.#ways.values
    const from = this.#slacks.graph.firstPlace[node] as number
    ends.first = table.cost.length
    const places = this.#slacks.graph.placesOf(node)
    for (let v = 0, k = at; v < places; v++, k += 3) {
      const cost = ways[k] as number
      if (cost === Infinity) continue
      table.place.push(from + v)
      table.cost.push(cost)
      this.#budget.ways--
      this.#extend(from + v, [cost, ways[k + 1] as number, ways[k + 2] as number], set, isDrawn, table, next, reached)
    }
    ends.end = table.cost.length
  }

  /**
   * Extends a way, which ends at place v, to each stroke that it has not drawn, within half of the limit. `Ways`
   * explains the three numbers of the way.
   */
  #extend(
    v: number,
    [cost, slack, starShare]: readonly [number, number, number],
    set: SetKey,
    isDrawn: Uint8Array,
    table: SetTable,
    next: StrokeSet[],
    reached: (Ends | undefined)[],
  ): void {
    const arcs = this.#arcs
    const { firstPlace } = this.#slacks.graph
    const base = slack + starShare + this.#known(v)
    const most = this.#half - base
    const end = arcs.first[v + 1] as number
    let a = arcs.first[v] as number
    this.#budget.links -= 10
    for (; a < end; a++) {
      const more = arcs.slack[a] as number
      if (more > most) break
      const place = arcs.place[a] as number
      const node = this.#nodeOf[place] as number
      if (isDrawn[node >> 1] === 1) continue
      let ends = reached[node]
      if (ends === undefined) {
        ends = this.#endsAt(node, set, table, next)
        reached[node] = ends
      }
      const k = ends.at + 3 * (place - (firstPlace[node] as number))
      const ways = this.#longer.values
      const whole = cost + (arcs.cost[a] as number)
      const known = ways[k] as number
      if (whole > known + EQUAL || (whole > known - EQUAL && base + more >= (ways[k + 1] as number))) continue
      ways[k] = whole
      ways[k + 1] = base + more
      ways[k + 2] = arcs.starShare[a] as number
    }
    this.#budget.links -= a - (arcs.first[v] as number)
  }

  /** The ways that draw the set `drawn` and then one more stroke, and that leave this stroke at `node`. */
  #endsAt(node: number, drawn: SetKey, table: SetTable, next: StrokeSet[]): Ends {
    const set = table.with(plus(drawn, node >> 1), next)
    let ends = set.ends.find((each) => each.node === node)
    if (!ends) {
      ends = { node, at: this.#longer.add(this.#slacks.graph.placesOf(node)), first: 0, end: 0 }
      set.ends.push(ends)
      this.#budget.ways -= WAYS_OF_SET
    }
    return ends
  }

  /** Completes each way of a set by each way that draws all other strokes. */
  #meet(forth: SetTable, from: StrokeSet, back: SetTable, to: StrokeSet): void {
    const { graph } = this.#slacks
    for (const ends of from.ends) {
      for (const others of to.ends) {
        for (let i = ends.first; i < ends.end; i++) {
          const cost = forth.cost[i] as number
          for (let k = others.first; k < others.end; k++) {
            const both = cost + (back.cost[k] as number)
            if (both >= this.best) continue
            const place = forth.place[i] as number
            const other = back.place[k] as number
            const whole = both + graph.cost(place, other)
            if (whole >= this.best) continue
            this.best = whole
            this.#meeting = { from, to, place, other }
          }
        }
      }
    }
  }

  /** The places of a way from its last one back to home. */
  #trace(table: SetTable, set: StrokeSet, last: number): number[] {
    const { graph } = this.#slacks
    const way: number[] = []
    let [at, place]: [StrokeSet, number] = [set, last]
    while (at.low > 0 || at.high > 0) {
      const i = (this.#nodeOf[place] as number) >> 1
      const enters = this.#leaves(place)
      way.push(place, ...(enters === place ? [] : [enters]))
      const stop = enters === place ? (graph.stop[place] as number) : 0
      const cost = table.costOf(at, place) - stop
      const before = table.find(minus(at, i))
      if (before === undefined) return way
      let best = Infinity
      for (const { first, end } of before.ends) {
        for (let k = first; k < end; k++) {
          const off = Math.abs((table.cost[k] as number) + graph.cost(table.place[k] as number, enters) - cost)
          if (off >= best) continue
          best = off
          place = table.place[k] as number
        }
      }
      at = before
    }
    return way
  }
}
