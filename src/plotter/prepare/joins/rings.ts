import { at, indices } from '../../../geometry/drawing.ts'
import { rootOf } from '../../../geometry/root-of.ts'
import type { NearEnds } from './near-ends.ts'
import { Rotation } from './rotation.ts'

/**
 * Opens rings. A ring is a chain that is joined into a circle: it has as many joins as strokes, but needs a lift like
 * any other chain.
 *
 * A ring gives up a join a–b. In exchange, a joins an end without a partner, or a and b join the ends of a pair c–d of
 * another chain. The number of joins stays the same, and two chains become one. If no such exchange exists, several
 * pairs exchange partners (`rotation`), or two rings become one chain with one join less. A ring that stays closed
 * loses its costliest join.
 */
export function openRings(match: Int32Array, ends: Ends, cost: Cost): void {
  let chains = new Chains(match)
  const waiting: number[] = []
  for (let i = 0; i < match.length / 2; i++) if (chains.chainOf(i) === i && chains.isRing(match, i)) waiting.push(i)
  const rest: number[] = []
  const rotation = new Rotation(match, ends)
  const budget = { left: WORK * ends.near.length }
  waiting.reverse()
  // a ring that two rings became waits behind the others: if it were next, one ring would grow and be compared again
  // and again
  for (const ring of waiting) {
    if (!chains.isRing(match, ring)) continue
    const exchange = bestExchange(match, ends, cost, chains, ring, false, budget)
    if (exchange === undefined) rest.push(ring)
    else if (apply(exchange, match, chains)) waiting.push(ring)
  }
  for (const ring of rest) {
    if (!chains.isRing(match, ring)) continue
    const exchange = bestExchange(match, ends, cost, chains, ring, false, budget)
    if (exchange !== undefined) apply(exchange, match, chains)
    else if (rotation.opens(ring)) chains = new Chains(match)
    else {
      const merger = bestExchange(match, ends, cost, chains, ring, true, budget)
      if (merger === undefined) breakAtCostliest(match, cost, ring)
      else apply(merger, match, chains)
    }
    if (chains.isRing(match, ring)) rest.push(ring)
  }
}

/**
 * Maximum number of comparisons for each neighbour of an end. Thousands of rings side by side merge into ever longer
 * rings, and each merger compares the whole ring. After that number, a ring loses its costliest join.
 */
const WORK = 400

type Ends = Pick<NearEnds, 'offset' | 'near'>
type Cost = (a: number, b: number) => number

/** @returns whether the two chains are now one ring */
function apply({ a, b, c, d, keeps }: Exchange, match: Int32Array, chains: Chains): boolean {
  match[a] = c
  match[c] = a
  match[b] = keeps ? d : -1
  if (d >= 0) match[d] = keeps ? b : -1
  chains.unite(a >> 1, c >> 1)
  return chains.isRing(match, a >> 1)
}

interface Exchange {
  readonly a: number
  readonly b: number
  readonly c: number
  /** The partner of c; −1 when it has none. */
  readonly d: number
  /** Whether b and d become partners; otherwise both are left without a partner. */
  readonly keeps: boolean
  /** The change of the total cost. */
  readonly more: number
}

/** @param mergesRings  whether c–d is a pair of another ring, and b and d are left without partners */
function bestExchange(
  match: Int32Array,
  { offset, near }: Ends,
  cost: Cost,
  chains: Chains,
  ring: number,
  mergesRings: boolean,
  budget: { left: number },
): Exchange | undefined {
  if (budget.left < 0) return undefined
  let best: Exchange | undefined
  const own = chains.chainOf(ring)
  const offer = (a: number, b: number): void => {
    budget.left -= at(offset, a + 1) - at(offset, a)
    for (const c of near.subarray(offset[a], offset[a + 1])) {
      if (chains.chainOf(c >> 1) === own) continue
      const d = at(match, c)
      if (mergesRings ? !chains.isRing(match, c >> 1) : d >= 0 && !near.subarray(offset[b], offset[b + 1]).includes(d))
        continue
      const more = cost(a, c) - cost(a, b) + (d < 0 ? 0 : (mergesRings ? 0 : cost(b, d)) - cost(c, d))
      if (best === undefined || more < best.more) best = { a, b, c, d, keeps: !mergesRings, more }
    }
  }
  let a = 2 * ring
  do {
    const b = at(match, a)
    offer(a, b)
    offer(b, a)
    a = b ^ 1
  } while (a !== 2 * ring)
  return best
}

function breakAtCostliest(match: Int32Array, cost: Cost, ring: number): void {
  let costliest = 2 * ring
  let most = -Infinity
  let a = 2 * ring
  do {
    const price = cost(a, at(match, a))
    if (price > most) {
      costliest = a
      most = price
    }
    a = at(match, a) ^ 1
  } while (a !== 2 * ring)
  match[at(match, costliest)] = -1
  match[costliest] = -1
}

/** The chain of each stroke, by union-find. */
class Chains {
  readonly #parent: Uint32Array<ArrayBuffer>

  constructor(match: Int32Array) {
    this.#parent = indices(match.length / 2)
    match.forEach((b, a) => {
      if (b >= 0) this.unite(a >> 1, b >> 1)
    })
  }

  chainOf(stroke: number): number {
    return rootOf(this.#parent, stroke)
  }

  unite(i: number, j: number): void {
    this.#parent[this.chainOf(j)] = this.chainOf(i)
  }

  isRing(match: Int32Array, stroke: number): boolean {
    let a = 2 * stroke
    do {
      const b = at(match, a)
      if (b < 0) return false
      a = b ^ 1
    } while (a !== 2 * stroke)
    return true
  }
}
