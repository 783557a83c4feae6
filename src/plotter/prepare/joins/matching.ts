import { at, indices } from '../../../geometry/drawing.ts'
import type { Work } from '../work.ts'
import { Blossom } from './blossom.ts'
import type { NearEnds } from './near-ends.ts'

/** For a group (see `matching`) of at most this many ends, the best pairs are found by trying all subsets. */
const FEW = 10
/**
 * An edge is two near ends, which may become a pair. In a group with n edges, the search for more pairs ends after n
 * times this many visits to edges. The group may then have fewer pairs than possible. A visit takes about 5 ns.
 */
const WORK = 400
/** The search in a group also ends after this many visits, whatever the number of its edges. */
const MAX_WORK = 1_000_000_000

/** Maximum number of passes that lower the cost of a group's pairs. */
const MAX_PASSES = 100

/** Value of one pair. It exceeds all differences of costs in a group, so a matching with more pairs is better. */
const COUNT = 1e7

/**
 * Finds as many pairs of near ends as possible, at a low total cost. No end is in two pairs.
 *
 * Ends that are near each other, directly or by other ends between them, form a group. The number of pairs is the
 * greatest possible, unless a group is so large that the search ends early. The cost is the least possible in groups of
 * at most ten ends. In a larger group, exchanges of partners lower the cost, but perhaps not to the least.
 *
 * @returns the partner of each end; −1 when it has none
 */
export function matching(
  { offset, near }: Pick<NearEnds, 'offset' | 'near'>,
  cost: (a: number, b: number) => number,
  work: Work,
): Int32Array<ArrayBuffer> {
  const match = new Int32Array(offset.length - 1).fill(-1)
  const place = new Int32Array(match.length).fill(-1)
  for (let root = 0; root < match.length; root++) {
    if (root % 4096 === 0) work.check()
    if ((place[root] as number) >= 0 || offset[root] === offset[root + 1]) continue
    const group = [root]
    place[root] = 0
    for (let k = 0; k < group.length; k++) {
      const a = group[k] as number
      for (const b of near.subarray(offset[a], offset[a + 1])) {
        if ((place[b] as number) >= 0) continue
        place[b] = group.length
        group.push(b)
      }
    }
    const lists = group.map((a) => Array.from(near.subarray(offset[a], offset[a + 1]), (b) => place[b] as number))
    const price = (p: number, q: number) => cost(group[p] as number, group[q] as number)
    const pairs = group.length <= FEW ? exact(lists, price) : large(lists, price, work)
    pairs.forEach((q, p) => {
      match[group[p] as number] = q < 0 ? -1 : (group[q] as number)
    })
  }
  return match
}

/** For each end of a group, its near ends. Here an end is given by its position in the group. */
type Lists = readonly (readonly number[])[]
/** The cost of a pair of ends of a group. */
type Price = (p: number, q: number) => number

/** The best matching, by the best matching within each subset of the ends (dynamic programming). */
function exact(lists: Lists, price: Price): Int32Array {
  const size = lists.length
  const match = new Int32Array(size).fill(-1)
  if (size === 2) return Int32Array.of(1, 0)
  const value = lists.map((list, p) => list.map((q) => COUNT - price(p, q)))
  const best = new Float64Array(2 ** size)
  const choice = new Int8Array(2 ** size).fill(-1)
  for (let set = 1; set < best.length; set++) {
    const p = 31 - Math.clz32(set)
    const rest = set ^ (1 << p)
    best[set] = best[rest] as number
    lists[p]?.forEach((q, k) => {
      if ((rest & (1 << q)) === 0) return
      const all = (value[p]?.[k] ?? 0) + (best[rest ^ (1 << q)] as number)
      if (all <= (best[set] as number)) return
      best[set] = all
      choice[set] = q
    })
  }
  for (let set = best.length - 1; set > 0; ) {
    const p = 31 - Math.clz32(set)
    const q = choice[set] as number
    set ^= 1 << p
    if (q < 0) continue
    match[p] = q
    match[q] = p
    set ^= 1 << q
  }
  return match
}

/** Matches the cheapest pairs first, then adds as many pairs as possible, then exchanges partners to lower the cost. */
function large(lists: Lists, price: Price, work: Work): Int32Array {
  const { first, second, order } = cheapestFirst(lists, price, work)
  const match = new Int32Array(lists.length).fill(-1)
  for (const k of order) {
    const p = at(first, k)
    const q = at(second, k)
    if (at(match, p) >= 0 || at(match, q) >= 0) continue
    match[p] = q
    match[q] = p
  }
  new Blossom(lists, match).grow(Math.min(WORK * order.length, MAX_WORK), work)
  for (let passes = 0; passes < MAX_PASSES && cheapen(lists, price, match); passes++) work.check()
  return match
}

/** The ends of all edges, and the order that sorts the edges by cost. Edges of equal cost are sorted by their ends. */
function cheapestFirst(lists: Lists, price: Price, work: Work) {
  const count = lists.reduce((sum, list) => sum + list.length, 0) / 2
  const first = new Uint32Array(count)
  const second = new Uint32Array(count)
  const prices = new Float64Array(count)
  let pairs = 0
  lists.forEach((list, p) => {
    if (p % 4096 === 0) work.check()
    for (const q of list) {
      if (p >= q) continue
      first[pairs] = p
      second[pairs] = q
      prices[pairs++] = price(p, q)
    }
  })
  const order = indices(count).sort(
    (j, k) => at(prices, j) - at(prices, k) || at(first, j) - at(first, k) || at(second, j) - at(second, k),
  )
  return { first, second, order }
}

/** Exchanges partners where that lowers the cost. @returns whether it exchanged any */
function cheapen(lists: Lists, price: Price, match: Int32Array): boolean {
  let changed = false
  for (let a = 0; a < match.length; a++) {
    const b = match[a] as number
    if (b < 0) continue
    const now = price(a, b)
    for (const c of lists[a] ?? []) {
      const d = match[c] as number
      if (c === b) continue
      const isPair = d < 0 || (lists[b]?.includes(d) ?? false)
      const less = d < 0 ? now - price(a, c) : now + price(c, d) - price(a, c) - price(b, d)
      if (!isPair || less <= 1e-9) continue
      match[a] = c
      match[c] = a
      match[b] = d
      if (d >= 0) match[d] = b
      changed = true
      break
    }
  }
  return changed
}
