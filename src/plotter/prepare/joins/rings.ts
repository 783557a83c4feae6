import { at, indices } from '../../../geometry/drawing.ts'
import { rootOf } from '../../../geometry/root-of.ts'
import type { Work } from '../work.ts'
import type { NearEnds } from './near-ends.ts'
import { Rotation } from './rotation.ts'

/**
 * Opens rings. A ring is a chain in which every end has a partner. A ring has as many joins as strokes, but needs a
 * lift like any other chain.
 *
 * A ring gives up a join of the ends `a` and `b`. In exchange, `a` joins an end `c` of another chain. If `c` has a
 * partner `d`, then `b` joins `d`. The number of joins stays the same, and two chains become one. If no such exchange
 * exists, several pairs exchange partners (`rotation`), or two rings become one chain with one join less. If that fails
 * too, the ring gives up its costliest join.
 */
export function openRings(match: Int32Array, ends: Ends, cost: Cost, work: Work): void {
  const chains = new Chains(match)
  // a ring is given by the stroke that names its chain
  const waiting = chains.rings()
  const rest: number[] = []
  const rotation = new Rotation(match, ends)
  const budget = { left: WORK * ends.near.length }
  waiting.reverse()
  // A ring made of two rings waits behind the others. If it were next, one ring would grow and be compared again and
  // again.
  for (const ring of waiting) {
    work.check()
    if (!chains.isNamedRing(ring)) continue
    const exchange = bestExchange(match, ends, cost, chains, ring, false, budget)
    if (exchange === undefined) rest.push(ring)
    else if (apply(exchange, match, chains)) waiting.push(ring)
  }
  for (const ring of rest) {
    work.check()
    if (!chains.isNamedRing(ring)) continue
    const exchange = bestExchange(match, ends, cost, chains, ring, false, budget)
    if (exchange !== undefined) {
      if (apply(exchange, match, chains)) rest.push(ring)
      continue
    }
    const changed = rotation.opens(ring)
    if (changed.length > 0) {
      rest.push(...chains.renew(match, changed))
      continue
    }
    const merger = bestExchange(match, ends, cost, chains, ring, true, budget)
    if (merger === undefined) breakAtCostliest(match, cost, chains, ring)
    else apply(merger, match, chains)
  }
}

/**
 * Limit on all comparisons together, as a multiple of the number of neighbours of all ends. Thousands of rings side by
 * side merge into ever longer rings, and each merger compares the whole ring. Beyond the limit, a ring that no rotation
 * opens loses its costliest join.
 */
const WORK = 400

type Ends = Pick<NearEnds, 'offset' | 'near'>
type Cost = (a: number, b: number) => number

/** Makes an exchange. @returns whether the two chains are now one ring */
function apply({ a, b, c, d, keeps }: Exchange, match: Int32Array, chains: Chains): boolean {
  match[a] = c
  match[c] = a
  match[b] = keeps ? d : -1
  if (d >= 0) match[d] = keeps ? b : -1
  chains.unite(a >> 1, c >> 1)
  if (!keeps) chains.open(a >> 1)
  return chains.isRing(a >> 1)
}

/** Ends `a` and `b` of a ring give up their join, and `a` joins end `c` of another chain (see `openRings`). */
interface Exchange {
  readonly a: number
  readonly b: number
  readonly c: number
  /** The partner of c; −1 when it has none. */
  readonly d: number
  /** Whether `b` and `d` become partners if `c` had the partner `d`. Otherwise both are left without a partner. */
  readonly keeps: boolean
  /** The change of the total cost. */
  readonly more: number
}

/**
 * Finds the cheapest exchange for a ring.
 *
 * @param mergesRings  whether c–d must be a pair of another ring. The exchange then leaves b and d without partners
 * @param budget       number of comparisons that are left; below 0, there is no exchange
 */
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
      if (mergesRings ? !chains.isRing(c >> 1) : d >= 0 && !near.subarray(offset[b], offset[b + 1]).includes(d))
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

/** Gives up the costliest join of a ring. */
function breakAtCostliest(match: Int32Array, cost: Cost, chains: Chains, ring: number): void {
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
  chains.open(ring)
}

/** The chain of each stroke, by union-find. A chain has the number of one of its strokes as its name. */
class Chains {
  readonly #parent: Uint32Array<ArrayBuffer>
  /** For the name of each chain, 1 when the chain is a ring. */
  readonly #ring: Uint8Array<ArrayBuffer>

  constructor(match: Int32Array) {
    this.#parent = indices(match.length / 2)
    this.#ring = new Uint8Array(this.#parent.length).fill(1)
    match.forEach((b, a) => {
      if (b >= 0) this.unite(a >> 1, b >> 1)
    })
    match.forEach((b, a) => {
      if (b < 0) this.open(a >> 1)
    })
  }

  chainOf(stroke: number): number {
    return rootOf(this.#parent, stroke)
  }

  /** The names of all rings. */
  rings(): number[] {
    const names: number[] = []
    for (let i = 0; i < this.#parent.length; i++) if (this.isNamedRing(i)) names.push(i)
    return names
  }

  /** Makes one chain of two, under the name of the first. The new chain is a ring when both are rings. */
  unite(i: number, j: number): void {
    const name = this.chainOf(i)
    const other = this.chainOf(j)
    this.#parent[other] = name
    this.#ring[name] = at(this.#ring, name) & at(this.#ring, other)
  }

  /** Records that a chain is no ring any more. */
  open(stroke: number): void {
    this.#ring[this.chainOf(stroke)] = 0
  }

  isRing(stroke: number): boolean {
    return this.#ring[this.chainOf(stroke)] === 1
  }

  /** Whether a stroke is the name of a ring. */
  isNamedRing(stroke: number): boolean {
    return this.#parent[stroke] === stroke && this.#ring[stroke] === 1
  }

  /** Finds the chains of these ends again, after an exchange of their partners. @returns the names of the rings */
  renew(match: Int32Array, ends: readonly number[]): number[] {
    const visited = new Set<number>()
    const rings: number[] = []
    for (const end of ends) {
      const name = end >> 1
      if (visited.has(name)) continue
      const isRing = this.#follow(match, name, visited)
      this.#ring[name] = isRing ? 1 : 0
      if (isRing) rings.push(name)
    }
    return rings
  }

  /** Gives all strokes of a chain the name of one of them. @returns whether the chain is a ring */
  #follow(match: Int32Array, name: number, visited: Set<number>): boolean {
    visited.add(name)
    this.#parent[name] = name
    for (const end of [2 * name, 2 * name + 1]) {
      let a = at(match, end)
      for (; a >= 0 && a >> 1 !== name; a = at(match, a ^ 1)) {
        visited.add(a >> 1)
        this.#parent[a >> 1] = name
      }
      if (a >= 0) return true
    }
    return false
  }
}
