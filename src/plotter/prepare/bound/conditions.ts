import { violatedCombs } from './combs.ts'
import type { ProgramLinks } from './program-links.ts'
import { type Row, rowOfPairs, sum } from './row.ts'
import { Network, smallCuts, violatedSets } from './violated-sets.ts'

/** Shares below this count as 0. */
const NONE = 1e-3
/** The condition of a place (third of `violatedRows`) counts as violated if the half is exceeded by more than this. */
const AT_PLACE = 0.003
/** The condition of a subtour (last of `violatedRows`) counts as violated if its sum is below two by more than this. */
const BY_SUBTOUR = 0.01
/** Maximum number of conditions of subtours that are added at a time. */
const MAX_SUBTOURS = 60

/**
 * Conditions that every route satisfies and these shares violate:
 *
 * - At least two links leave each set of items that does not have all items. At least one link leaves each odd set.
 *   `index.ts` explains item, place and odd set.
 * - Combs: see `violatedCombs`.
 * - The links from a place of a closed stroke to one node have at most half of the shares of all links there.
 * - At least two links leave a set of places that has all places of some stroke, but not those of home. It may have
 *   some places of other closed strokes (M. Fischetti, J. J. Salazar and P. Toth, 1997). So no cycle of links visits
 *   only such a set (a subtour).
 *
 * @param ofPairs   the share of each pair
 * @param shares    the share of each link
 * @param ofPlaces  the shares for which the third condition is sought
 */
export function violatedRows(
  links: ProgramLinks,
  ofPairs: Float64Array,
  shares: Float64Array,
  ofPlaces: Float64Array = shares,
): Row[] {
  return [
    ...violatedCuts(links, ofPairs),
    ...violatedCombs(links, ofPairs),
    ...violatedAtPlaces(links, ofPlaces),
    ...violatedSubtours(links, shares),
  ]
}

function violatedCuts({ items, capacity, pairs, pairA, pairB }: ProgramLinks, share: Float64Array): Row[] {
  const itemOf = (node: number): number => node >> 1
  const parts = smallCuts({ nodes: items, a: pairA.map(itemOf), b: pairB.map(itemOf), share }, 2)
  const odd = violatedSets({ nodes: capacity.length, a: pairA, b: pairB, share }, capacity)
  const leaving = (inside: Uint8Array, shift: 0 | 1, least: number): Row => {
    const isLeaving = (k: number): boolean =>
      inside[(pairA[k] as number) >> shift] !== inside[(pairB[k] as number) >> shift]
    return rowOfPairs(sum([...pairs.keys()].filter(isLeaving)), least)
  }
  const rows = [...parts.map((inside) => leaving(inside, 1, 2)), ...odd.map((inside) => leaving(inside, 0, 1))]
  return [...new Map(rows.map((row) => [row.pairs.of.join(), row])).values()]
}

function violatedAtPlaces({ a, b, node, at, capacity }: ProgramLinks, shares: Float64Array): Row[] {
  const nodes = capacity.length
  const all = new Float64Array(node.length)
  const sums = new Map<number, number>()
  for (let e = 0; e < a.length; e++) {
    const share = shares[e] as number
    if (share <= 0) continue
    const [v, w] = [a[e] as number, b[e] as number]
    for (const [from, to] of [
      [v, w],
      [w, v],
    ] as const) {
      all[from] = (all[from] as number) + share
      if (share < NONE || capacity[node[from] as number] !== 2) continue
      const key = from * nodes + (node[to] as number)
      sums.set(key, (sums.get(key) ?? 0) + share)
    }
  }
  const rows: Row[] = []
  for (const [key, total] of sums) {
    const [v, n] = [Math.floor(key / nodes), key % nodes]
    if (total <= (all[v] as number) / 2 + AT_PLACE) continue
    const links = (at[v] ?? []).filter((e) => node[(a[e] === v ? b[e] : a[e]) as number] === n)
    rows.push({ links: sum(links, -2), places: sum([v]), pairs: sum([]), least: 0 })
  }
  return rows
}

/** A set of points (`ProgramLinks.point`) that a solution leaves by too few links. */
interface Subtour {
  /** A byte for each point with a share: 1 inside. */
  readonly inside: Uint8Array
  /** The points of this stroke that have no share are inside. */
  readonly stroke: number
  /** Whether the points of other strokes that have no share are inside, too: 1 or 0. */
  readonly others: 0 | 1
  /** By how much the shares of the links that leave the set are too small. */
  readonly excess: number
}

/**
 * The conditions of subtours. For each stroke, a least cut between its places and home gives the most violated set.
 * Both sides of `Network.cuts` are tried. The network leaves out places without a share: these may lie on either side.
 */
function violatedSubtours(links: ProgramLinks, shares: Float64Array): Row[] {
  const { items, node, point, home, a, b, hasClosed } = links
  if (!hasClosed) return []
  const used: number[] = []
  for (let e = 0; e < a.length; e++) if ((shares[e] as number) > NONE) used.push(e)
  const number = new Int32Array(node.length).fill(-1)
  const points: number[] = []
  const numberOf = (v: number): number => {
    const p = point[v] as number
    if (number[p] === -1) number[p] = points.push(p) - 1
    return number[p] as number
  }
  const sink = numberOf(home)
  const [from, to] = [
    Int32Array.from(used, (e) => numberOf(a[e] as number)),
    Int32Array.from(used, (e) => numberOf(b[e] as number)),
  ]
  const share = Float64Array.from(used, (e) => shares[e] as number)
  const network = new Network(points.length, { a: from, b: to, share })
  const pointsOf: number[][] = Array.from({ length: items - 1 }, () => [])
  points.forEach((p, k) => {
    pointsOf[(node[p] as number) >> 1]?.push(k)
  })
  const subtours = new Map<string, Subtour>()
  pointsOf.forEach((sources, stroke) => {
    network.cuts(sources, sink, 2 - BY_SUBTOUR).forEach((side, k) => {
      const others = k === 0 ? 0 : 1
      const inside = k === 0 ? side : side.map((byte) => 1 - byte)
      const key = `${others}${inside.join('')}`
      if (subtours.has(key)) return
      let leaving = 0
      for (let i = 0; i < used.length; i++)
        if (side[from[i] as number] !== side[to[i] as number]) leaving += share[i] as number
      subtours.set(key, { inside, others, stroke, excess: 2 - leaving })
    })
  })
  return [...subtours.values()]
    .filter(({ excess }) => excess > BY_SUBTOUR)
    .sort((p, q) => q.excess - p.excess)
    .slice(0, MAX_SUBTOURS)
    .map(({ inside, others, stroke }) => {
      const isInside = (p: number): number => {
        const k = number[p] as number
        return k >= 0 ? (inside[k] as number) : (node[p] as number) >> 1 === stroke ? 1 : others
      }
      return rowOfSubtour(links, Uint8Array.from(point, isInside))
    })
}

/**
 * The condition that at least two links leave a set of points. These links are all links at the places inside, less
 * twice the links that have both places inside. A node with all its places inside has as many links as its capacity.
 * The same links leave the set of all other points, so the smaller of the two sets is taken.
 */
function rowOfSubtour({ node, capacity, point, a, b, at, pairA, pairB }: ProgramLinks, side: Uint8Array): Row {
  const count = side.reduce((sum, byte) => sum + byte, 0)
  const isInside = 2 * count > side.length ? side.map((byte) => 1 - byte) : side
  const isWhole = Uint8Array.from(capacity, (links) => Number(links > 0))
  for (let v = 0; v < point.length; v++) if (isInside[v] === 0) isWhole[node[v] as number] = 0
  const isPart = isInside.map((byte, v) => byte & ~(isWhole[node[v] as number] as number))
  const [places, within]: [number[], number[]] = [[], []]
  for (let v = 0; v < point.length; v++) {
    if (isPart[v] === 0) continue
    places.push(v)
    for (const e of at[v] as readonly number[]) {
      const from = a[e] as number
      const w = from === v ? (b[e] as number) : from
      if (isInside[w] === 1 && (from === v || isPart[w] === 0)) within.push(e)
    }
  }
  const between = [...pairA.keys()].filter(
    (k) => isWhole[pairA[k] as number] === 1 && isWhole[pairB[k] as number] === 1,
  )
  const ends = capacity.reduce((sum, links, n) => (isWhole[n] === 1 ? sum + links : sum), 0)
  return { links: sum(within, -2), places: sum(places), pairs: sum(between, -2), least: 2 - ends }
}
