import { indices } from '../../../geometry/drawing.ts'
import type { LinkGraph } from './link-graph.ts'

/**
 * The most expensive link on the path between two items of a tree. Links are added cheapest first. Each link puts the
 * smaller part of the tree under the root of the larger part. So a path from an item to the root has few steps, and
 * each step costs at least as much as the one before.
 */
class TreeMaximum {
  /** The item above each item; a root is above itself. */
  readonly #above: Uint32Array<ArrayBuffer>
  readonly #size: Uint32Array<ArrayBuffer>
  /** Weight of the step from each item to the one above. */
  readonly #weight: Float64Array<ArrayBuffer>

  constructor(items: number) {
    this.#above = indices(items)
    this.#size = new Uint32Array(items).fill(1)
    this.#weight = new Float64Array(items).fill(Infinity)
  }

  /** Joins two parts by a link that is no cheaper than the links before. */
  join(i: number, j: number, weight: number): void {
    const p = this.#root(i)
    const q = this.#root(j)
    const [under, root] = (this.#size[p] as number) <= (this.#size[q] as number) ? [p, q] : [q, p]
    this.#above[under] = root
    this.#weight[under] = weight
    this.#size[root] = (this.#size[root] as number) + (this.#size[under] as number)
  }

  /** The weight of the most expensive link between two joined items; −Infinity from an item to itself. */
  between(i: number, j: number): number {
    let p = i
    let q = j
    let most = -Infinity
    while (p !== q) {
      const stepOfP = this.#weight[p] as number
      const stepOfQ = this.#weight[q] as number
      most = Math.min(stepOfP, stepOfQ)
      if (stepOfP <= stepOfQ) p = this.#above[p] as number
      else q = this.#above[q] as number
    }
    return most
  }

  #root(item: number): number {
    let i = item
    while (this.#above[i] !== i) i = this.#above[i] as number
    return i
  }
}

/**
 * Returns a function of two nodes. The function gives the weight of the link that the cheapest 1-tree loses when it
 * gains a link between these nodes. `index.ts` explains 1-tree and weight.
 *
 * @param tree    the links of the 1-tree, the lightest first; the two links of home's ends come last
 * @param weight  of each link
 */
export function replacedWeight(
  { a, b, items }: Pick<LinkGraph, 'a' | 'b' | 'items'>,
  tree: readonly number[],
  weight: Float64Array,
): (p: number, q: number) => number {
  const home = items - 1
  const maximum = new TreeMaximum(items)
  for (const e of tree.slice(0, -2)) maximum.join((a[e] as number) >> 1, (b[e] as number) >> 1, weight[e] as number)
  const ofHome = [0, 0]
  for (const e of tree.slice(-2)) {
    const end = (a[e] as number) >> 1 === home ? a[e] : b[e]
    ofHome[(end as number) & 1] = weight[e] as number
  }
  return (p, q) => {
    if (p >> 1 === home) return ofHome[p & 1] as number
    return q >> 1 === home ? (ofHome[q & 1] as number) : maximum.between(p >> 1, q >> 1)
  }
}
