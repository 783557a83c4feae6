import type { Branch } from './linear-program.ts'
import type { Terms } from './row.ts'

/** Links are dropped only if at most this fraction of the links is kept. */
const KEPT = 0.8

/**
 * The branch without the links that no good route uses.
 *
 * A route costs at least the cost of the solution + the positive reduced costs of its links. If the route has a link
 * at a place of a closed stroke, the route has one more link at this place, to another node. A link is dropped if the
 * branch uses no link of its pair. A link is also dropped if its reduced cost, with the least reduced costs of these
 * further links, exceeds `spare`.
 *
 * @param reduced  the reduced cost of each link, s
 * @param spare    how much a good route may cost above the solution, s
 */
export function narrowed(branch: Branch, reduced: Float64Array, spare: number): Branch {
  const { links, basis, average, active = [] } = branch
  const count = links.a.length
  const kept = keptLinks(branch, reduced, spare)
  if (kept.length > KEPT * count) return branch
  const number = new Int32Array(count + 1).fill(-1)
  for (const [i, e] of [...kept, count].entries()) number[e] = i
  const isActive = active.map((c) => (number[c] as number) >= 0)
  return {
    ...branch,
    links: links.only(kept),
    rows: branch.rows.map((row) => ({ ...row, links: renumbered(row.links, number) })),
    active: active.filter((_, i) => isActive[i]).map((c) => number[c] as number),
    average: average?.filter((_, i) => isActive[i]),
    basis: basis && { ...basis, colStatus: basis.colStatus.filter((_, i) => isActive[i]) },
  }
}

/** The links that a route may use if it costs at most `spare` (s) more than the solution. */
function keptLinks({ links, fixed }: Branch, reduced: Float64Array, spare: number): number[] {
  const { a, b, node, capacity, pairOf } = links
  const isOut = new Uint8Array(links.pairA.length)
  for (const [pair, share] of fixed) isOut[pair] = 1 - share
  const more = (e: number): number => Math.max(0, reduced[e] as number)
  // the least reduced cost of a link at each place, the node where this link leads, and the least to other nodes
  const first = new Float64Array(node.length).fill(Infinity)
  const second = first.slice()
  const firstTo = new Int32Array(node.length).fill(-1)
  const see = (v: number, w: number, cost: number): void => {
    const to = node[w] as number
    if (cost < (first[v] as number)) {
      if (firstTo[v] !== to) second[v] = first[v] as number
      first[v] = cost
      firstTo[v] = to
    } else if (firstTo[v] !== to && cost < (second[v] as number)) second[v] = cost
  }
  for (let e = 0; e < a.length; e++) {
    if (isOut[pairOf[e] as number] === 1) continue
    see(a[e] as number, b[e] as number, more(e))
    see(b[e] as number, a[e] as number, more(e))
  }
  const other = (v: number, w: number): number => {
    if (capacity[node[v] as number] !== 2) return 0
    return (firstTo[v] === node[w] ? second[v] : first[v]) as number
  }
  const kept: number[] = []
  for (let e = 0; e < a.length; e++) {
    const [v, w] = [a[e] as number, b[e] as number]
    if (isOut[pairOf[e] as number] === 0 && more(e) + other(v, w) + other(w, v) <= spare) kept.push(e)
  }
  return kept
}

/** Terms with new numbers of links. Links with the number −1 are left out. */
function renumbered({ of, factors }: Terms, number: Int32Array): Terms {
  const present = [...of.keys()].filter((k) => (number[of[k] as number] as number) >= 0)
  return {
    of: present.map((k) => number[of[k] as number] as number),
    factors: present.map((k) => factors[k] as number),
  }
}
