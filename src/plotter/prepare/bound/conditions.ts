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
/** The condition of a tour (last of `violatedRows`) counts as violated if more than this is missing to two links. */
const BY_TOUR = 0.01
/** Maximum number of conditions of tours that are added at a time. */
const MAX_TOURS = 60

/**
 * Conditions that every route satisfies and these shares violate:
 *
 * - At least two links leave each set of items that does not have all items. At least one link leaves each odd set.
 *   `index.ts` explains item, place and odd set.
 * - Combs: see `violatedCombs`.
 * - The links from a place of a closed stroke to one node together have at most the share of the place.
 * - At least two links leave a set of places that has all places of some stroke, but not those of home. It may have
 *   some places of other closed strokes (M. Fischetti, J. J. Salazar and P. Toth, 1997). So no cycle
 *   of links visits only such a set.
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
  /** By how much the shares of the links that leave the set are too small. */
  readonly excess: number
}

/**
 * The conditions of tours. For each stroke, a least cut between its places and home gives the most violated set. Both
 * sides of `Network.cuts` are tried, because places without a share may lie on either side.
 */
function violatedTours(links: ProgramLinks, shares: Float64Array): Row[] {
  const { items, column, node, point, home, a, b } = links
  if (!links.hasClosed) return []
  const pointA = (e: number): number => point[a[e] as number] as number
  const pointB = (e: number): number => point[b[e] as number] as number
  const used: number[] = []
  for (let e = 0; e < a.length; e++) if ((shares[e] as number) > NONE) used.push(e)
  const network = new Network(column.length, {
    a: Int32Array.from(used, pointA),
    b: Int32Array.from(used, pointB),
    share: Float64Array.from(used, (e) => shares[e] as number),
  })
  const pointsOf: number[][] = Array.from({ length: items - 1 }, () => [])
  point.forEach((p, v) => {
    if (p === v) pointsOf[(node[v] as number) >> 1]?.push(p)
  })
  const tours = new Map<string, Tour>()
  for (const points of pointsOf) {
    for (const inside of network.cuts(points, home, 2 - BY_TOUR)) {
      const key = inside.join('')
      if (tours.has(key)) continue
      let leaving = 0
      for (const e of used) if (inside[pointA(e)] !== inside[pointB(e)]) leaving += shares[e] as number
      tours.set(key, { inside, excess: 2 - leaving })
    }
  }
  return [...tours.values()]
    .filter(({ excess }) => excess > BY_TOUR)
    .sort((p, q) => q.excess - p.excess)
    .slice(0, MAX_TOURS)
    .map(({ inside }) => rowOfTour(links, inside))
}

/**
 * The condition that at least two links leave a set of points. The row has the places and links inside, because these
 * are fewer than the links that leave. The same links leave all other points, so the smaller of the two sets is taken.
 */
function rowOfTour({ column, point, a, b, at }: ProgramLinks, side: Uint8Array): Row {
  const count = point.reduce((sum, p) => sum + (side[p] as number), 0)
  const inside = 2 * count > column.length ? side.map((byte) => 1 - byte) : side
  const [places, within]: [number[], number[]] = [[], []]
  let open = 0
  for (let v = 0; v < column.length; v++) {
    if (inside[point[v] as number] !== 1) continue
    const c = column[v] as number
    if (c >= 0) places.push(c)
    else if (point[v] === v) open++
    for (const e of at[v] ?? []) if (a[e] === v && inside[point[b[e] as number] as number] === 1) within.push(e)
  }
  // links that leave = 2 · (shares of the places + number of open strokes and home − shares of the links inside)
  return {
    columns: { of: [...places, ...within], factors: [...places.map(() => 1), ...within.map(() => -1)] },
    pairs: sum([]),
    least: 1 - open,
  }
}
