import type { Row } from './conditions.ts'
import type { ProgramLinks } from './program-links.ts'
import { smallCuts } from './violated-sets.ts'

/** A run of strokes is tight if the links inside lack at most this much of a path. */
const TIGHT = 0.01
/** Shares below this count as 0. */
const NONE = 1e-3
/** A comb counts as violated if it lacks more than this. */
const TOLERANCE = 0.03
/** Maximum number of strokes in a tight run, one attempt for each. */
const LENGTHS = [1, 2, 3, 4, 6, 9, 14, 20, 30]

/** A graph in which some runs of strokes are single nodes. */
interface Contracted {
  /** The contracted node of each node. */
  readonly of: Int32Array
  readonly nodes: number
  /** Pairs of contracted nodes, with the share of each; 1 for an open stroke that is not contracted. */
  readonly a: Int32Array
  readonly b: Int32Array
  readonly share: Float64Array
  /** Whether a link is an open stroke. */
  readonly isStroke: Uint8Array
}

/**
 * Combs that the shares violate (M. Grötschel and M. Padberg, 1979). A comb has a handle and an odd number of teeth, each
 * of them partly in the handle: at least 3 · teeth + 1 links leave these sets.
 */
export function violatedCombs(links: ProgramLinks, share: Float64Array): Row[] {
  const order = likelyOrder(links, share)
  const runs = tightRuns(links, share, order)
  const rows = new Map<string, Row>()
  for (const most of LENGTHS) {
    const graph = contracted(links, share, order, runs, most)
    const mode = process.env['COMP']
    const add = (cuts: readonly Uint8Array[]): void => {
      for (const inside of cuts) {
        const row = combOf(links, share, graph, inside)
        if (row) rows.set(row.columns.join(), row)
      }
    }
    if (mode !== '0') add(handles(graph))
    if (mode === '0' || (mode === '2' && rows.size === 0)) add(smallCuts({ ...graph, share: graph.share.map((x) => Math.min(x, 1 - x)) }, 1))
    if (mode === '3' && rows.size > 20) break
  }
  return [...rows.values()]
}

/** The strokes in an order along the greatest shares. */
function likelyOrder({ items, capacity, pairA, pairB }: ProgramLinks, share: Float64Array): Int32Array {
  const free = capacity.slice()
  const links: number[][] = Array.from({ length: items }, () => [])
  const parent = Int32Array.from({ length: items }, (_, i) => i)
  const root = (i: number): number => {
    let r = i
    while (parent[r] !== r) r = parent[r] = parent[parent[r] as number] as number
    return r
  }
  const byShare = [...share.keys()].filter((k) => (share[k] as number) > NONE)
  byShare.sort((p, q) => (share[q] as number) - (share[p] as number))
  for (const k of byShare) {
    const [p, q] = [pairA[k] as number, pairB[k] as number]
    const [i, j] = [p >> 1, q >> 1]
    if (free[p] === 0 || free[q] === 0 || root(i) === root(j)) continue
    parent[root(i)] = root(j)
    free[p] = (free[p] as number) - 1
    free[q] = (free[q] as number) - 1
    links[i]?.push(j)
    links[j]?.push(i)
  }
  const order: number[] = []
  const isSeen = new Uint8Array(items)
  const follow = (first: number): void => {
    for (let i: number | undefined = first; i !== undefined; i = links[i]?.find((j) => isSeen[j] === 0)) {
      isSeen[i] = 1
      order.push(i)
    }
  }
  for (let i = 0; i < items; i++) if (isSeen[i] === 0 && (links[i]?.length ?? 0) < 2) follow(i)
  for (let i = 0; i < items; i++) if (isSeen[i] === 0) follow(i)
  return Int32Array.from(order)
}

/** Runs of this order that two links leave: from a place to a place. */
function tightRuns(
  { items, pairA, pairB }: ProgramLinks,
  share: Float64Array,
  order: Int32Array,
): (readonly [number, number])[] {
  const at = new Int32Array(items)
  order.forEach((i, place) => {
    at[i] = place
  })
  const before: [number, number][][] = Array.from({ length: items }, () => [])
  share.forEach((x, k) => {
    if (x < NONE) return
    const [p, q] = [at[(pairA[k] as number) >> 1] as number, at[(pairB[k] as number) >> 1] as number]
    before[Math.max(p, q)]?.push([Math.min(p, q), x])
  })
  const runs: [number, number][] = []
  for (let from = 0; from < items; from++) {
    let inside = 0
    for (let to = from + 1; to < items && 2 * (to - from + 1) <= items; to++) {
      for (const [p, x] of before[to] ?? []) if (p >= from) inside += x
      if (inside > to - from - TIGHT) runs.push([from, to])
    }
  }
  return runs
}

function contracted(
  { items, capacity, pairA, pairB }: ProgramLinks,
  share: Float64Array,
  order: Int32Array,
  runs: readonly (readonly [number, number])[],
  most: number,
): Contracted {
  const run = new Int32Array(items).fill(-1)
  const longest = runs.filter(([from, to]) => to - from < most).sort((p, q) => q[1] - q[0] - (p[1] - p[0]))
  longest.forEach(([from, to], r) => {
    for (let place = from; place <= to; place++) if (run[order[place] as number] !== -1) return
    for (let place = from; place <= to; place++) run[order[place] as number] = r
  })
  const of = new Int32Array(2 * items).fill(-1)
  const ofRun = new Map<number, number>()
  let nodes = 0
  for (let i = 0; i < items; i++) {
    const r = run[i] as number
    const isClosed = capacity[2 * i] === 2
    if (r >= 0) {
      const known = ofRun.get(r) ?? nodes++
      ofRun.set(r, known)
      of[2 * i] = of[2 * i + 1] = known
    } else if (isClosed) of[2 * i] = of[2 * i + 1] = nodes++
    else {
      of[2 * i] = nodes++
      of[2 * i + 1] = nodes++
    }
  }
  const sums = new Map<number, number>()
  share.forEach((x, k) => {
    const [p, q] = [of[pairA[k] as number] as number, of[pairB[k] as number] as number]
    if (x < NONE || p === q) return
    const key = Math.min(p, q) * nodes + Math.max(p, q)
    sums.set(key, (sums.get(key) ?? 0) + x)
  })
  const [a, b, shares, isStroke]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (const [key, x] of sums) {
    a.push(Math.floor(key / nodes))
    b.push(key % nodes)
    shares.push(Math.min(1, x))
    isStroke.push(0)
  }
  for (let i = 0; i < items; i++) {
    if (of[2 * i] === of[2 * i + 1]) continue
    a.push(of[2 * i] as number)
    b.push(of[2 * i + 1] as number)
    shares.push(1)
    isStroke.push(1)
  }
  return {
    of,
    nodes,
    a: Int32Array.from(a),
    b: Int32Array.from(b),
    share: Float64Array.from(shares),
    isStroke: Uint8Array.from(isStroke),
  }
}

/** The most violated comb whose handle is a set of contracted nodes. */
function combOf(links: ProgramLinks, share: Float64Array, graph: Contracted, cut: Uint8Array): Row | undefined {
  const inside = cut.slice()
  let leaving: number[] = []
  for (let e = 0; e < graph.a.length; e++)
    if (inside[graph.a[e] as number] !== inside[graph.b[e] as number]) leaving.push(e)
  let value = 0
  let flip = { e: -1, by: Infinity }
  const isTooth = new Uint8Array(graph.a.length)
  let teeth = 0
  for (const e of leaving) {
    const x = graph.share[e] as number
    if (x > 0.5) {
      isTooth[e] = 1
      teeth++
      value += 1 - x
    } else value += x
    const by = graph.isStroke[e] === 1 ? Infinity : Math.abs(2 * x - 1)
    if (by < flip.by) flip = { e, by }
  }
  if (teeth % 2 === 0) {
    if (flip.e < 0) return undefined
    isTooth[flip.e] = 1 - (isTooth[flip.e] as number)
    teeth += isTooth[flip.e] === 1 ? 1 : -1
    value += flip.by
  }
  if (value > 1 - TOLERANCE) return undefined
  // two teeth that share a node are no comb: the node changes sides instead
  const toothAt = new Int32Array(graph.nodes).fill(-1)
  for (const e of leaving) {
    if (isTooth[e] === 0) continue
    for (const n of [graph.a[e] as number, graph.b[e] as number]) {
      const other = toothAt[n] as number
      if (other === -1 || isTooth[other] === 0) {
        if (isTooth[e] === 1) toothAt[n] = e
        continue
      }
      if (isTooth[e] === 0) continue
      isTooth[e] = isTooth[other] = 0
      inside[n] = 1 - (inside[n] as number)
      teeth -= 2
    }
  }
  leaving = leaving.filter((e) => isTooth[e] === 1)
  if (leaving.length < 3 || leaving.some((e) => inside[graph.a[e] as number] === inside[graph.b[e] as number])) return undefined
  if (leaving.every((e) => graph.isStroke[e] === 1)) return undefined
  const wide = leaving.filter((e) => graph.isStroke[e] === 0)
  const columns: number[] = []
  const factors: number[] = []
  let lhs = 0
  links.pairs.forEach((each, k) => {
    const [p, q] = [graph.of[links.pairA[k] as number] as number, graph.of[links.pairB[k] as number] as number]
    if (p === q) return
    let count = inside[p] === inside[q] ? 0 : 1
    for (const e of wide) {
      const isP = p === graph.a[e] || p === graph.b[e]
      const isQ = q === graph.a[e] || q === graph.b[e]
      if (isP !== isQ) count++
    }
    if (count === 0) return
    lhs += count * (share[k] as number)
    for (const c of each) {
      columns.push(c)
      factors.push(count)
    }
  })
  // an open stroke that is no tooth may leave the handle or a tooth, too
  let strokes = 0
  for (let e = 0; e < graph.a.length; e++) {
    if (graph.isStroke[e] === 0 || isTooth[e] === 1) continue
    const [p, q] = [graph.a[e] as number, graph.b[e] as number]
    if (inside[p] !== inside[q]) strokes++
    for (const w of wide) {
      const isP = p === graph.a[w] || p === graph.b[w]
      const isQ = q === graph.a[w] || q === graph.b[w]
      if (isP !== isQ) strokes++
    }
  }
  const least = 3 * wide.length + 1 - strokes
  return lhs < least - TOLERANCE ? { columns, factors, least } : undefined
}

function handles({ nodes, a, b, share }: Contracted): Uint8Array[] {
  const sets: Uint8Array[] = []
  for (const least of [0.003, 0.1, 0.2, 0.3]) {
    const parent = Int32Array.from({ length: nodes }, (_, i) => i)
    const root = (i: number): number => {
      let r = i
      while (parent[r] !== r) r = parent[r] = parent[parent[r] as number] as number
      return r
    }
    for (let e = 0; e < a.length; e++) {
      const x = share[e] as number
      if (Math.min(x, 1 - x) >= least) parent[root(a[e] as number)] = root(b[e] as number)
    }
    const of = new Map<number, Uint8Array>()
    for (let n = 0; n < nodes; n++) {
      const r = root(n)
      const set = of.get(r) ?? new Uint8Array(nodes)
      set[n] = 1
      of.set(r, set)
    }
    sets.push(...of.values())
  }
  return sets
}
