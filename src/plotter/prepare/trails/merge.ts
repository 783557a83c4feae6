import { at, indices } from '../../../geometry/drawing.ts'
import { rootOf } from '../../../geometry/root-of.ts'
import type { Work } from '../work.ts'
import type { Pairing } from './pairing.ts'

/** At a place with more half-edges than this, not all pairs of half-edges are compared (`mergeMany`). */
const MANY = 40

/** The trail of each edge, by union-find. */
class TrailSets {
  readonly #parent: Uint32Array<ArrayBuffer>
  /** For the root of each set: 1 when its trail is a ring. */
  readonly #ring: Uint8Array<ArrayBuffer>

  constructor({ next }: Pairing) {
    const edges = next.length / 2
    this.#parent = indices(edges)
    this.#ring = new Uint8Array(edges).fill(1)
    for (let half = 0; half < next.length; half++) {
      const to = at(next, half)
      if (to >= 0) this.unite(half >> 1, to >> 1)
    }
    for (let half = 0; half < next.length; half++) if (next[half] === -1) this.#ring[this.find(half >> 1)] = 0
  }

  find(edge: number): number {
    return rootOf(this.#parent, edge)
  }

  isRing(edge: number): boolean {
    return this.#ring[this.find(edge)] === 1
  }

  unite(a: number, b: number): void {
    const p = this.find(a)
    const q = this.find(b)
    if (p === q) return
    this.#parent[q] = p
    this.#ring[p] = at(this.#ring, p) & at(this.#ring, q)
  }
}

/**
 * A change that merges a ring into another trail at a place. The ring goes from half-edge a to b, and the other trail
 * from c to d. The new pairs are a–c and b–d.
 */
interface Splice {
  /** The time lost in the new turns, minus the time lost in the old turns, s. */
  readonly cost: number
  readonly a: number
  readonly b: number
  readonly c: number
  /** −1 when the other trail ends at the place. */
  readonly d: number
}

/**
 * Merges every ring that touches another trail into that trail, at the place where the turns cost least. `index.ts`
 * explains the words. The number of trails is then the minimum (L. Euler, 1736): in each connected part, one trail for
 * every two places of odd degree, or a single ring.
 */
export function mergeRings(pairing: Pairing, work: Work): void {
  const sets = new TrailSets(pairing)
  const places: { readonly node: number; readonly cost: number }[] = []
  for (let node = 0; node < pairing.graph.nodes; node++) {
    if (node % 256 === 0) work.check()
    const splice = bestSplice(pairing, sets, node)
    if (splice) places.push({ node, cost: splice.cost })
  }
  places.sort((p, q) => p.cost - q.cost || p.node - q.node)
  for (const [p, { node }] of places.entries()) {
    if (p % 256 === 0) work.check()
    if (at(pairing.offset, node + 1) - at(pairing.offset, node) > MANY) {
      mergeMany(pairing, sets, node)
      continue
    }
    for (let splice = bestSplice(pairing, sets, node); splice; splice = bestSplice(pairing, sets, node)) {
      apply(splice, pairing, sets)
    }
  }
}

function apply({ a, b, c, d }: Splice, pairing: Pairing, sets: TrailSets): void {
  pairing.pair(a, c)
  if (d >= 0) pairing.pair(b, d)
  else pairing.next[b] = -1
  sets.unite(a >> 1, c >> 1)
}

/**
 * Merges the rings at a place with very many half-edges. Each half-edge of a ring is compared with the MANY half-edges
 * after it. If none of these belongs to another trail, the ring is merged into one common trail: an open trail if the
 * place has one. So the time grows with the number of half-edges and not with its square.
 */
function mergeMany(pairing: Pairing, sets: TrailSets, node: number): void {
  const here = pairing.incident.subarray(at(pairing.offset, node), at(pairing.offset, node + 1))
  const common = here.find((c) => !sets.isRing(c >> 1)) ?? at(here, 0)
  here.forEach((a, i) => {
    if (!sets.isRing(a >> 1)) return
    const splice =
      cheapest(pairing, sets, a, here.subarray(i + 1, i + 1 + MANY)) ?? cheapest(pairing, sets, a, [common])
    if (splice) apply(splice, pairing, sets)
  })
}

/** The cheapest splice of half-edge a of a ring with another trail's half-edge. */
function cheapest(pairing: Pairing, sets: TrailSets, a: number, others: Iterable<number>): Splice | undefined {
  const b = at(pairing.next, a)
  const own = sets.find(a >> 1)
  const now = pairing.turn(a, b)
  let best: Splice | undefined
  for (const c of others) {
    if (sets.find(c >> 1) === own) continue
    const d = at(pairing.next, c)
    const cost = pairing.turn(a, c) - now + (d < 0 ? 0 : pairing.turn(b, d) - pairing.turn(c, d))
    if (best === undefined || cost < best.cost) best = { cost, a, b, c, d }
  }
  return best
}

/** The cheapest splice at a place; undefined if no ring there touches another trail. */
function bestSplice(pairing: Pairing, sets: TrailSets, node: number): Splice | undefined {
  const from = at(pairing.offset, node)
  const to = at(pairing.offset, node + 1)
  if (to - from < 3) return undefined
  const here = pairing.incident.subarray(from, to)
  let best: Splice | undefined
  for (const a of here) {
    if (!sets.isRing(a >> 1)) continue
    const splice = cheapest(pairing, sets, a, here)
    if (splice !== undefined && (best === undefined || splice.cost < best.cost)) best = splice
    // For a place with more than MANY half-edges, the caller uses only the cost, to sort the places. `mergeMany` then
    // looks for other splices.
    if (best !== undefined && here.length > MANY) return best
  }
  return best
}
