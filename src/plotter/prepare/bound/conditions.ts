import { violatedCombs } from './combs.ts'
import type { ProgramLinks } from './program-links.ts'
import { Network, smallCuts, violatedSets } from './violated-sets.ts'

/** Columns, or pairs, with the factor of each. */
export interface Terms {
  readonly of: readonly number[]
  readonly factors: readonly number[]
}

/**
 * A condition on a solution of the linear program. Each column of the program belongs to a link or to a place. The
 * share of a column, 0 to 1, is how much of that link or place the solution uses. The share of a pair is the sum of
 * the shares of its links. The shares of the row's columns and pairs, times their factors, must sum up to at least
 * `least`.
 */
export interface Row {
  readonly columns: Terms
  readonly pairs: Terms
  readonly least: number
}

/** Shares below this count as 0. */
const NONE = 1e-3
/** The condition of a place (third of `violatedRows`) counts as violated if more than this is missing to `least`. */
const AT_PLACE = 0.003
/** The condition of a tour (last of `violatedRows`) counts as violated if more than this is missing to `least`. */
const BY_TOUR = 0.01
/** Maximum number of conditions of tours that are added at a time. */
const MAX_TOURS = 40

/**
 * Conditions that every route satisfies and these shares violate:
 *
 * - At least two links leave each set of items that does not have all items. At least one link leaves each odd set.
 *   `index.ts` explains item, place and odd set.
 * - Combs: see `violatedCombs`.
 * - The links from a place of a closed stroke to one node together have at most the share of the place.
 * - A set of places of closed strokes and of whole open strokes, without home, is no tour of its own. If the route
 *   draws a stroke inside the set, at least two links leave the set (M. Fischetti, J. J. Salazar and P. Toth, 1997).
 *
 * @param ofPairs  the share of each pair
 * @param shares   the share of each column
 */
export function violatedRows(links: ProgramLinks, ofPairs: Float64Array, shares: Float64Array): Row[] {
  return [
    ...violatedCuts(links, ofPairs),
    ...violatedCombs(links, ofPairs),
    ...violatedAtPlaces(links, shares),
    ...violatedTours(links, shares),
  ]
}

/** The sum of some columns or pairs, as a part of a row. */
export const sum = (of: readonly number[]): Terms => ({ of, factors: of.map(() => 1) })

function violatedCuts({ items, capacity, pairs, pairA, pairB }: ProgramLinks, share: Float64Array): Row[] {
  const itemOf = (node: number): number => node >> 1
  const parts = smallCuts({ nodes: items, a: pairA.map(itemOf), b: pairB.map(itemOf), share }, 2)
  const odd = violatedSets({ nodes: capacity.length, a: pairA, b: pairB, share }, capacity)
  const leaving = (inside: Uint8Array, shift: 0 | 1, least: number): Row => {
    const isLeaving = (k: number): boolean =>
      inside[(pairA[k] as number) >> shift] !== inside[(pairB[k] as number) >> shift]
    return { columns: sum([]), pairs: sum([...pairs.keys()].filter(isLeaving)), least }
  }
  const rows = [...parts.map((inside) => leaving(inside, 1, 2)), ...odd.map((inside) => leaving(inside, 0, 1))]
  return [...new Map(rows.map((row) => [row.pairs.of.join(), row])).values()]
}

function violatedAtPlaces({ a, b, node, column, at, capacity }: ProgramLinks, shares: Float64Array): Row[] {
  const nodes = capacity.length
  const sums = new Map<number, number>()
  for (let e = 0; e < a.length; e++) {
    const share = shares[e] as number
    if (share < NONE) continue
    const [v, w] = [a[e] as number, b[e] as number]
    for (const [from, to] of [
      [v, w],
      [w, v],
    ] as const) {
      if ((column[from] as number) < 0) continue
      const key = from * nodes + (node[to] as number)
      sums.set(key, (sums.get(key) ?? 0) + share)
    }
  }
  const rows: Row[] = []
  for (const [key, total] of sums) {
    const [v, n] = [Math.floor(key / nodes), key % nodes]
    const c = column[v] as number
    if (total <= (shares[c] as number) + AT_PLACE) continue
    const links = (at[v] ?? []).filter((e) => node[(a[e] === v ? b[e] : a[e]) as number] === n)
    rows.push({ columns: { of: [...links, c], factors: [...links.map(() => -1), 1] }, pairs: sum([]), least: 0 })
  }
  return rows
}

/** A set of points (`ProgramLinks.point`) that a solution leaves by too few links. */
interface Tour {
  /** A byte for each point: 1 inside. */
  readonly inside: Uint8Array
  /** The node of the closed stroke with the greatest share inside; −1 if an open stroke is inside. */
  readonly node: number
  /** By how much the shares of the links that leave the set are too small. */
  readonly excess: number
}

function violatedTours(links: ProgramLinks, shares: Float64Array): Row[] {
  const { column, point, home, a, b } = links
  if (!links.hasClosed) return []
  const used = [...a.keys()].filter((e) => (shares[e] as number) > NONE)
  const network = new Network(column.length, {
    a: Int32Array.from(used, (e) => point[a[e] as number] as number),
    b: Int32Array.from(used, (e) => point[b[e] as number] as number),
    share: Float64Array.from(used, (e) => shares[e] as number),
  })
  const tours = new Map<string, Tour>()
  column.forEach((c, v) => {
    const share = c < 0 ? 0 : (shares[c] as number)
    const inside = share > BY_TOUR ? network.cut(v, home, 2 * share - BY_TOUR) : undefined
    const key = inside?.join('')
    if (inside === undefined || key === undefined || tours.has(key)) return
    const { node, need } = needOf(links, inside, shares)
    let leaving = 0
    for (const e of used)
      if (inside[point[a[e] as number] as number] !== inside[point[b[e] as number] as number])
        leaving += shares[e] as number
    tours.set(key, { inside, node, excess: need - leaving })
  })
  return [...tours.values()]
    .filter(({ excess }) => excess > BY_TOUR)
    .sort((p, q) => q.excess - p.excess)
    .slice(0, MAX_TOURS)
    .map((tour) => rowOfTour(links, tour))
}

/**
 * The number of links that must leave a set of points: 2 if an open stroke is inside, otherwise twice the greatest
 * share that a closed stroke has inside. `node` is the node of that closed stroke, or −1.
 */
function needOf(
  { column, node, point }: ProgramLinks,
  inside: Uint8Array,
  shares: Float64Array,
): { node: number; need: number } {
  const ofNode = new Map<number, number>()
  let best = { node: -1, need: 0 }
  for (let v = 0; v < column.length; v++) {
    if (inside[point[v] as number] !== 1) continue
    const c = column[v] as number
    if (c < 0) return { node: -1, need: 2 }
    const n = node[v] as number
    const need = (ofNode.get(n) ?? 0) + 2 * (shares[c] as number)
    ofNode.set(n, need)
    if (need > best.need) best = { node: n, need }
  }
  return best
}

/**
 * The condition of a tour, in one of two equivalent forms. The first form has the links that leave the tour, and the
 * places of the stroke `node` inside the tour. The second form has the links inside the tour, and the places of the
 * other closed strokes inside. The first form is returned if fewer links leave the tour than the second form has terms.
 */
function rowOfTour({ column, node, point, a, b }: ProgramLinks, { inside, node: stroke }: Tour): Row {
  const [leaving, within]: [number[], number[]] = [[], []]
  for (let e = 0; e < a.length; e++) {
    const [p, q] = [inside[point[a[e] as number] as number], inside[point[b[e] as number] as number]]
    if (p !== q) leaving.push(e)
    else if (p === 1) within.push(e)
  }
  const [own, others]: [number[], number[]] = [[], []]
  let open = 0
  for (let v = 0; v < column.length; v++) {
    if (inside[point[v] as number] !== 1) continue
    const c = column[v] as number
    if (c >= 0) (node[v] === stroke ? own : others).push(c)
    else if (point[v] === v) open++
  }
  const least = stroke < 0 ? 1 : 0
  const pairs = sum([])
  if (leaving.length < within.length + others.length)
    return {
      columns: { of: [...leaving, ...own], factors: [...leaving.map(() => 1), ...own.map(() => -2)] },
      pairs,
      least: 2 * least,
    }
  // leaving = 2 · (shares of all places inside + open strokes inside − links inside)
  return {
    columns: { of: [...others, ...within], factors: [...others.map(() => 1), ...within.map(() => -1)] },
    pairs,
    least: least - open,
  }
}
