/*
 * Words of this file. `index.ts` explains node and item, and `program-links.ts` explains pair.
 *
 * - share: how much of a link or pair the solution of the linear program uses, 0 to 1
 * - run: strokes that follow one another in `likelyOrder`. A run is tight if the shares say that a route draws the
 *   run's strokes one after another. A tight run may be contracted: its nodes count as one node
 * - comb: a set of nodes, the handle, and an odd number of other sets, the teeth. Each tooth lies partly inside the
 *   handle. Here a tooth is the two nodes of a link, or the two ends of an open stroke
 */
import { indices } from '../../../geometry/drawing.ts'
import { rootOf } from '../../../geometry/root-of.ts'
import type { ProgramLinks } from './program-links.ts'
import { type Row, rowOfPairs } from './row.ts'
import { joined, type Shares } from './violated-sets.ts'

/** Shares below this count as 0. */
const NONE = 1e-3
/** A run of n strokes is tight if the shares of the links inside it add up to more than n − 1 − TIGHT. */
const TIGHT = 0.01
/**
 * Each attempt to find combs (see `violatedCombs`) takes one of these numbers as the maximum number of strokes in a
 * contracted run.
 */
const LENGTHS = [1, 2, 3, 4, 6, 9, 14, 20, 30]
/**
 * For each of these numbers f, an attempt joins nodes by the links whose share differs from 0 and from 1 by more than
 * f. Each set of joined nodes is tried as a handle.
 */
const FRACTIONS = [0.003, 0.1, 0.2, 0.3]
/** A comb counts as violated if the sum that `violatedCombs` explains is below its least value by more than this. */
const TOLERANCE = 0.03

/**
 * Links between contracted nodes. A contracted node is a contracted run, an end of an open stroke, or a closed stroke.
 * Home counts as an open stroke.
 */
interface Contracted extends Shares {
  /** The contracted node of each node. */
  readonly of: Int32Array
  /**
   * The index in `a`, `b` and `share` at which the open strokes begin. They follow the links, and each counts as a link
   * with the share 1.
   */
  readonly firstStroke: number
}

/**
 * Combs that the shares violate (M. Grötschel and M. Padberg, 1979). The teeth of a comb do not overlap each other, and
 * each tooth lies partly inside the handle and partly outside. Count each link and each open stroke of a route once for
 * each of these sets, handle or tooth, that it leaves. In every route the sum is at least 3 · teeth + 1.
 *
 * Each attempt contracts some tight runs of strokes to single nodes. Then it tries sets of nodes as handles, and links
 * and open strokes as teeth. A comb whose teeth are all open strokes is not returned, because its handle is an odd set,
 * which `violatedSets` finds.
 *
 * @param share  the share of each pair
 */
export function violatedCombs(links: ProgramLinks, share: Float64Array): Row[] {
  const used = [...share.keys()].filter((k) => (share[k] as number) > NONE)
  const shares: Shares = {
    nodes: 2 * links.items,
    a: Int32Array.from(used, (k) => links.pairA[k] as number),
    b: Int32Array.from(used, (k) => links.pairB[k] as number),
    share: Float64Array.from(used, (k) => share[k] as number),
  }
  const order = likelyOrder(links, shares)
  const runs = tightRuns(shares, order)
  const rows = new Map<string, Row>()
  for (const most of LENGTHS) {
    const graph = contracted(links, shares, order, runs, most)
    for (const inside of FRACTIONS.flatMap((fraction) => joinedSets(graph, fraction))) {
      const comb = combOf(graph, inside)
      const row = comb && rowOf(links, shares, graph, comb)
      if (row) rows.set(row.pairs.of.join(), row)
    }
  }
  return [...rows.values()]
}

/** How far a share lies from 0 and 1. */
const fractionOf = (share: number): number => Math.min(share, 1 - share)

/**
 * An order of all strokes and home. The function takes links by falling share, and leaves out each link that would
 * close a cycle or give a node too many links. The links taken make paths, and the order has one path after another.
 */
function likelyOrder({ items, capacity }: ProgramLinks, { a, b, share }: Shares): number[] {
  const free = capacity.slice()
  const parent = indices(items)
  const next: number[][] = Array.from(parent, () => [])
  for (const e of [...share.keys()].sort((p, q) => (share[q] as number) - (share[p] as number))) {
    const [p, q] = [a[e] as number, b[e] as number]
    const [i, j] = [rootOf(parent, p >> 1), rootOf(parent, q >> 1)]
    if (free[p] === 0 || free[q] === 0 || i === j) continue
    parent[i] = j
    for (const n of [p, q]) free[n] = (free[n] as number) - 1
    next[p >> 1]?.push(q >> 1)
    next[q >> 1]?.push(p >> 1)
  }
  const order: number[] = []
  const isSeen = new Uint8Array(items)
  // each path begins at a stroke with at most one neighbour
  for (const [first, neighbours] of next.entries()) {
    if (neighbours.length > 1 || isSeen[first] === 1) continue
    for (let i: number | undefined = first; i !== undefined; i = next[i]?.find((j) => isSeen[j] === 0)) {
      isSeen[i] = 1
      order.push(i)
    }
  }
  return order
}

/** The tight runs of this order, each as its first and its last place in the order. Longer runs come first. */
function tightRuns({ a, b, share }: Shares, order: readonly number[]): (readonly [number, number])[] {
  const count = order.length
  const at = new Int32Array(count)
  order.forEach((stroke, place) => {
    at[stroke] = place
  })
  const before: [number, number][][] = Array.from(order, () => [])
  share.forEach((x, e) => {
    const [p, q] = [at[(a[e] as number) >> 1] as number, at[(b[e] as number) >> 1] as number]
    before[Math.max(p, q)]?.push([Math.min(p, q), x])
  })
  const longest = Math.min(count / 2, LENGTHS.at(-1) ?? 1)
  const runs: [number, number][] = []
  for (let from = 0; from < count; from++) {
    let inside = 0
    for (let to = from + 1; to < count && to - from < longest; to++) {
      for (const [place, x] of before[to] ?? []) if (place >= from) inside += x
      if (inside > to - from - TIGHT) runs.push([from, to])
    }
  }
  return runs.sort((p, q) => q[1] - q[0] - (p[1] - p[0]))
}

/** Contracts runs of at most `most` strokes that do not overlap, long ones first. */
function contracted(
  { items, capacity }: ProgramLinks,
  { a, b, share }: Shares,
  order: readonly number[],
  runs: readonly (readonly [number, number])[],
  most: number,
): Contracted {
  const of = new Int32Array(2 * items).fill(-1)
  let nodes = 0
  for (const [from, to] of runs) {
    if (to - from >= most) continue
    const run = order.slice(from, to + 1)
    if (run.some((stroke) => of[2 * stroke] !== -1)) continue
    for (const stroke of run) of.fill(nodes, 2 * stroke, 2 * stroke + 2)
    nodes++
  }
  const open: number[] = []
  for (let i = 0; i < items; i++) {
    if (of[2 * i] !== -1) continue
    const isOpen = capacity[2 * i] === 1
    if (isOpen) open.push(i)
    of[2 * i] = nodes++
    of[2 * i + 1] = isOpen ? nodes++ : (of[2 * i] as number)
  }
  const sums = new Map<number, number>()
  share.forEach((x, e) => {
    const [p, q] = [of[a[e] as number] as number, of[b[e] as number] as number]
    const key = Math.min(p, q) * nodes + Math.max(p, q)
    if (p !== q) sums.set(key, (sums.get(key) ?? 0) + x)
  })
  const keys = [...sums.keys()]
  return {
    of,
    nodes,
    a: Int32Array.from([...keys.map((key) => Math.floor(key / nodes)), ...open.map((i) => of[2 * i] as number)]),
    b: Int32Array.from([...keys.map((key) => key % nodes), ...open.map((i) => of[2 * i + 1] as number)]),
    share: Float64Array.from([...[...sums.values()].map((x) => Math.min(1, x)), ...open.map(() => 1)]),
    firstStroke: keys.length,
  }
}

/**
 * Joins nodes by the links whose share differs from 0 and from 1 by more than `fraction`.
 *
 * @returns the sets of two nodes or more, a byte for each node: 1 for the nodes in the set
 */
function joinedSets(graph: Contracted, fraction: number): Uint8Array[] {
  const { of, count } = joined({ ...graph, share: graph.share.map(fractionOf) }, fraction)
  const size = new Uint32Array(count)
  for (const set of of) size[set] = (size[set] as number) + 1
  return [...size.keys()]
    .filter((set) => (size[set] as number) > 1)
    .map((set) => Uint8Array.from(of, (n) => Number(n === set)))
}

/** A comb of contracted nodes. */
interface Comb {
  /** A byte for each node: 1 in the handle. */
  readonly inside: Uint8Array
  /** A byte for each link: 1 if its two nodes are a tooth. */
  readonly isTooth: Uint8Array
  /** The teeth that are not open strokes. */
  readonly wide: readonly number[]
}

/**
 * A comb with nearly this handle. Its teeth are chosen for the greatest violation with this handle. Then each node with
 * two teeth moves into or out of the handle, and loses both teeth. So the comb may be less violated, or not at all.
 *
 * @returns undefined if no choice of teeth violates the condition. Also if fewer than three teeth remain, if a tooth no
 *   longer lies across the handle's border, or if all teeth are open strokes
 */
function combOf({ nodes, a, b, share, firstStroke }: Contracted, handle: Uint8Array): Comb | undefined {
  const inside = handle.slice()
  const isTooth = new Uint8Array(a.length)
  const leaving: number[] = []
  let lack = 1
  let teeth = 0
  let least = { e: -1, by: Infinity }
  for (let e = 0; e < a.length; e++) {
    if (inside[a[e] as number] === inside[b[e] as number]) continue
    leaving.push(e)
    const x = share[e] as number
    const by = e < firstStroke ? Math.abs(2 * x - 1) : Infinity
    if (by < least.by) least = { e, by }
    lack -= fractionOf(x)
    if (x <= 0.5) continue
    isTooth[e] = 1
    teeth++
  }
  if (teeth % 2 === 0) {
    isTooth[least.e] = 1 - (isTooth[least.e] as number)
    lack -= least.by
  }
  if (lack < TOLERANCE) return undefined
  // a node with two teeth moves into or out of the handle; then neither of the two is a tooth
  const tooth = new Int32Array(nodes).fill(-1)
  for (const e of leaving) {
    for (const n of [a[e] as number, b[e] as number]) {
      if (isTooth[e] === 0) break
      const other = tooth[n] as number
      if (other === -1 || isTooth[other] === 0) tooth[n] = e
      else {
        isTooth[e] = isTooth[other] = 0
        inside[n] = 1 - (inside[n] as number)
      }
    }
  }
  const all = leaving.filter((e) => isTooth[e] === 1)
  const isComb = all.length > 2 && all.every((e) => inside[a[e] as number] !== inside[b[e] as number])
  const wide = all.filter((e) => e < firstStroke)
  return isComb && wide.length > 0 ? { inside, isTooth, wide } : undefined
}

/** The condition of a comb; undefined if the shares do not violate it. */
function rowOf(
  links: ProgramLinks,
  shares: Shares,
  graph: Contracted,
  { inside, isTooth, wide }: Comb,
): Row | undefined {
  /**
   * The number of sets that a link between two contracted nodes leaves. A tooth that is an open stroke does not count.
   */
  const left = (p: number, q: number): number => {
    let sets = inside[p] === inside[q] ? 0 : 1
    for (const e of wide) {
      const [a, b] = [graph.a[e], graph.b[e]]
      if ((p === a || p === b) !== (q === a || q === b)) sets++
    }
    return sets
  }
  // Each route contains all open strokes. An open stroke that is a tooth would add 3 to both sides of the condition.
  let least = 3 * wide.length + 1
  for (let e = graph.firstStroke; e < graph.a.length; e++)
    if (isTooth[e] === 0) least -= left(graph.a[e] as number, graph.b[e] as number)
  const ofNodes = (n: number): number => graph.of[n] as number
  let sum = 0
  for (let e = 0; e < shares.a.length; e++)
    sum += left(ofNodes(shares.a[e] as number), ofNodes(shares.b[e] as number)) * (shares.share[e] as number)
  if (sum > least - TOLERANCE) return undefined
  const [of, factors]: [number[], number[]] = [[], []]
  for (let k = 0; k < links.pairs.length; k++) {
    const sets = left(ofNodes(links.pairA[k] as number), ofNodes(links.pairB[k] as number))
    if (sets === 0) continue
    of.push(k)
    factors.push(sets)
  }
  return rowOfPairs({ of, factors }, least)
}
