import type { Work } from '../work.ts'
import type { Links } from './link-cost.ts'
import type { Neighbours } from './neighbours.ts'
import type { Dice } from './perturb.ts'
import { Tour } from './tour.ts'

/** Maximum number of children of two tours (see `crossed`). */
const CHILDREN = 30
/**
 * The search ends after PATIENCE − 1 generations in a row that find no cheaper tour. A generation crosses each tour
 * once.
 */
const PATIENCE = 8
/** Gains below this are rounding errors, s. */
const LEAST = 1e-9

/** A tour, as the node to which each node is linked, with its cost, s. */
interface Member {
  readonly link: Int32Array<ArrayBuffer>
  cost: number
}

/**
 * Edge assembly crossover (Y. Nagata and S. Kobayashi, 2013). The given tours are the population. Two tours of the
 * population are crossed: they make children, which are tours with links of both. The best child replaces the first of
 * the two tours if the child costs less than that tour. `index.ts` explains tour, node and link.
 *
 * The links in which two tours differ form cycles, in which links of both tours alternate. A child is the first tour
 * with the links of one cycle exchanged. If the exchange leaves several parts, the smallest is joined to another part
 * at the least cost, until one part is left. The entropy of the population's links measures their variety. The best
 * child has the greatest quotient of gain and lost entropy.
 *
 * @returns the cheapest tour; the same on every machine, unless `work` expires
 */
export function crossed(tours: readonly Tour[], links: Links, near: Neighbours, dice: Dice, work: Work): Tour {
  const members = tours.map((tour): Member => ({ link: linksOf(tour, links.nodes), cost: tour.cost(links) }))
  const crossing = new Crossing(members, links, near, dice)
  let best = Infinity
  for (let since = 0; since < PATIENCE && !work.expired(); since++) {
    shuffle(members, dice)
    const first = members[0]?.link.slice()
    members.forEach((member, m) => {
      const other = members[m + 1]?.link ?? first
      if (other) crossing.improve(member, other)
    })
    const costs = members.map(({ cost }) => cost)
    const least = Math.min(...costs)
    if (Math.max(...costs) - least < LEAST) break
    if (least > best - LEAST) continue
    best = least
    since = 0
  }
  return tourOf(members.reduce((p, q) => (q.cost < p.cost ? q : p)).link)
}

/** Crosses tours of one population. */
class Crossing {
  readonly #links: Links
  readonly #near: Neighbours
  readonly #dice: Dice
  /** The child: the link of each node, and the part in which each stroke lies. */
  readonly #link: Int32Array<ArrayBuffer>
  readonly #part: Int32Array<ArrayBuffer>
  /** Number of strokes of each part; the number of all strokes for a part that was joined to another part. */
  readonly #size: Int32Array<ArrayBuffer>
  /** The nodes of all cycles: two for each link of the first tour that the second tour does not have. */
  readonly #cycles: Int32Array<ArrayBuffer>
  /** The nodes whose link may differ between the child and the first tour. */
  readonly #changed: number[] = []
  /** For each pair of nodes, the number of members that link them. */
  readonly #uses: Uint16Array<ArrayBuffer>
  /** The entropy of a link by the number of members that have it. */
  readonly #entropy: Float64Array<ArrayBuffer>

  constructor(members: readonly Member[], links: Links, near: Neighbours, dice: Dice) {
    this.#links = links
    this.#near = near
    this.#dice = dice
    this.#link = new Int32Array(links.nodes)
    this.#part = new Int32Array(links.nodes / 2)
    this.#size = new Int32Array(links.nodes / 2)
    this.#cycles = new Int32Array(links.nodes)
    this.#uses = new Uint16Array(links.nodes ** 2)
    for (const { link } of members) this.#count(link, 1)
    const { length } = members
    this.#entropy = Float64Array.from({ length: length + 2 }, (_, n) =>
      n === 0 ? 0 : (-n / length) * Math.log(n / length),
    )
  }

  /** Replaces a tour by the best child that it has with another tour, if this child costs less. */
  improve(member: Member, other: Int32Array): void {
    const cycles = this.#findCycles(member.link, other)
    shuffle(cycles, this.#dice)
    let most = 0
    let best: Member | undefined
    this.#link.set(member.link)
    for (const [from, to] of cycles.slice(0, CHILDREN)) {
      const gain = this.#exchange(other, from, to)
      const child = gain > LEAST ? this.#link.slice() : undefined
      const worth = gain / Math.max(LEAST, this.#undo(member.link))
      if (!child || worth <= most) continue
      most = worth
      best = { link: child, cost: member.cost - gain }
    }
    if (!best) return
    this.#count(member.link, -1)
    member.link.set(best.link)
    member.cost = best.cost
    this.#count(member.link, 1)
  }

  /** Adds `by` to the number of uses of each link of a member. */
  #count(link: Int32Array, by: number): void {
    for (let node = 0; node < link.length; node++) {
      const key = node * link.length + (link[node] as number)
      this.#uses[key] = (this.#uses[key] as number) + by
    }
  }

  /** Undoes a child's changes. @returns the entropy that the population would lose by the child */
  #undo(link: Int32Array): number {
    let loss = 0
    for (const node of this.#changed) {
      const [now, before] = [this.#link[node] as number, link[node] as number]
      if (now === before) continue
      const removed = this.#uses[node * link.length + before] as number
      const added = this.#uses[node * link.length + now] as number
      const e = this.#entropy
      loss += (e[removed] as number) - (e[removed - 1] as number) + (e[added] as number) - (e[added + 1] as number)
      this.#link[node] = before
    }
    return loss
  }

  /** Finds the cycles of the links in which two tours differ. @returns where each cycle begins and ends in `#cycles` */
  #findCycles(link: Int32Array, other: Int32Array): [number, number][] {
    const cycles: [number, number][] = []
    const isSeen = new Uint8Array(link.length)
    let count = 0
    for (let first = 0; first < link.length; first++) {
      if (isSeen[first] === 1 || link[first] === other[first]) continue
      const from = count
      for (let node = first; isSeen[node] === 0; ) {
        const next = link[node] as number
        isSeen[node] = isSeen[next] = 1
        this.#cycles[count++] = node
        this.#cycles[count++] = next
        node = other[next] as number
      }
      cycles.push([from, count])
    }
    return cycles
  }

  /** Makes a child: exchanges the links of one cycle, and joins the parts. @returns the gain, s */
  #exchange(other: Int32Array, from: number, to: number): number {
    const links = this.#links
    this.#changed.length = 0
    let gain = 0
    for (let i = from; i < to; i += 2) {
      const a = this.#cycles[i] as number
      const b = this.#cycles[i + 1] as number
      gain += links.between(a, b) - links.between(b, other[b] as number)
      this.#changed.push(a, b)
    }
    for (const node of this.#changed) this.#link[node] = other[node] as number
    const parts = this.#findParts()
    // as soon as the joins cost more than the gain, the child is given up
    for (let left = parts; left > 1; left--) gain = gain > 0 ? gain - this.#joinSmallest(parts) : -Infinity
    return gain
  }

  /** Finds the closed rings of strokes that the child's links make. @returns their number */
  #findParts(): number {
    const part = this.#part.fill(-1)
    let parts = 0
    for (let stroke = 0; stroke < part.length; stroke++) {
      if (part[stroke] !== -1) continue
      let size = 0
      for (let node = 2 * stroke; part[node >> 1] === -1; node = this.#link[node ^ 1] as number) {
        part[node >> 1] = parts
        size++
      }
      this.#size[parts++] = size
    }
    return parts
  }

  /** Joins the smallest part to another by an exchange of links. @returns the cost, s; Infinity if no part is near */
  #joinSmallest(parts: number): number {
    const part = this.#part
    let small = 0
    for (let p = 1; p < parts; p++) if ((this.#size[p] as number) < (this.#size[small] as number)) small = p
    const { cost, a, c } = this.#cheapestJoin(small)
    if (a < 0) return Infinity
    const b = this.#link[a] as number
    const d = this.#link[c] as number
    this.#connect(a, c)
    this.#connect(b, d)
    const into = part[c >> 1] as number
    this.#size[into] = (this.#size[into] as number) + (this.#size[small] as number)
    this.#size[small] = part.length
    for (let stroke = 0; stroke < part.length; stroke++) if (part[stroke] === small) part[stroke] = into
    return cost
  }

  /**
   * The cheapest link a–c from part `small` to another part. The exchange also links the two nodes to which `a` and `c`
   * were linked before. The cost of the exchange is the cost of the two new links less the cost of the two old links.
   */
  #cheapestJoin(small: number): { cost: number; a: number; c: number } {
    const { k, nodes, costs } = this.#near
    const links = this.#links
    const part = this.#part
    const best = { cost: Infinity, a: -1, c: -1 }
    for (let a = 0; a < this.#link.length; a++) {
      if (part[a >> 1] !== small) continue
      const b = this.#link[a] as number
      const left = links.between(a, b)
      for (let j = a * k; j < a * k + k; j++) {
        const c = nodes[j] as number
        if (c < 0) break
        if (part[c >> 1] === small) continue
        const d = this.#link[c] as number
        const cost = (costs[j] as number) + links.between(b, d) - left - links.between(c, d)
        if (cost >= best.cost) continue
        best.cost = cost
        best.a = a
        best.c = c
      }
    }
    return best
  }

  #connect(a: number, b: number): void {
    this.#link[a] = b
    this.#link[b] = a
    this.#changed.push(a, b)
  }
}

function shuffle<T>(items: T[], dice: Dice): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = dice.below(i + 1)
    const item = items[i] as T
    items[i] = items[j] as T
    items[j] = item
  }
}

/** For each node, the node to which a tour links it. */
function linksOf({ entry, size }: Tour, nodes: number): Int32Array<ArrayBuffer> {
  const link = new Int32Array(nodes)
  for (let p = 0; p < size; p++) {
    const from = (entry[p] as number) ^ 1
    const to = entry[p + 1 === size ? 0 : p + 1] as number
    link[from] = to
    link[to] = from
  }
  return link
}

/** The tour with these links: for each node, the node to which it is linked. */
export function tourOf(link: Int32Array): Tour {
  const entry = new Int32Array(link.length / 2)
  for (let k = 1; k < entry.length; k++) entry[k] = link[(entry[k - 1] as number) ^ 1] as number
  return new Tour(entry)
}
