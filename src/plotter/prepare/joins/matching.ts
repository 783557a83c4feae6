import { Blossom } from './blossom.ts'
import type { NearEnds } from './near-ends.ts'

/** A group of at most this many ends is solved by trying all subsets. */
const FEW = 10
/**
 * Maximum number of edges to visit for each edge of a group. After that number, the search for more pairs ends, and the
 * group's matching may be smaller than possible.
 */
const WORK = 400

/** Value of one join: more than any difference of costs in a group. */
const COUNT = 1e7

/**
 * Finds as many pairs of near ends as possible, at a low total cost. No end is in two pairs.
 *
 * Ends that are near each other form connected groups. The number of pairs is the greatest possible, unless a group is
 * so large that the search ends early. The cost is the least possible in groups of at most ten ends. In a larger group,
 * exchanges of partners lower the cost, but perhaps not to the least.
 *
 * @returns the partner of each end; −1 when it has none
 */
export function matching({ offset, near }: Pick<NearEnds, 'offset' | 'near'>, cost: (a: number, b: number) => number) {
  const match = new Int32Array(offset.length - 1).fill(-1)
  const place = new Int32Array(match.length).fill(-1)
  for (let root = 0; root < match.length; root++) {
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
    const pairs = group.length <= FEW ? exact(lists, price) : large(lists, price)
    pairs.forEach((q, p) => {
      match[group[p] as number] = q < 0 ? -1 : (group[q] as number)
    })
  }
  return match
}

type Lists = readonly (readonly number[])[]
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

/** Matches the cheapest pairs first, then as many pairs as possible, then lowers the cost of that number of pairs. */
function large(lists: Lists, price: Price): Int32Array {
  const pairs: { readonly p: number; readonly q: number; readonly cost: number }[] = []
  lists.forEach((list, p) => {
    for (const q of list) if (p < q) pairs.push({ p, q, cost: price(p, q) })
  })
  pairs.sort((a, b) => a.cost - b.cost || a.p - b.p || a.q - b.q)
  const match = new Int32Array(lists.length).fill(-1)
  for (const { p, q } of pairs) {
    if ((match[p] as number) >= 0 || (match[q] as number) >= 0) continue
    match[p] = q
    match[q] = p
  }
  new Blossom(lists, match).grow(WORK * pairs.length)
  for (let passes = 0; passes < lists.length && cheapen(lists, price, match); passes++) {}
  return match
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
