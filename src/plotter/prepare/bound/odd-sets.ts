/**
 * Sets of nodes whose capacities have an odd sum. At least one link of every route leaves such a set. Each set has a
 * price: each link that leaves the set counts as cheaper by the price, and the bound rises by the price once. Each link
 * has a list of the sets that it leaves, so `of` reads only the prices of these sets. `index.ts` explains capacity and
 * average tree.
 */
export class OddSets {
  /** For each set, a byte for each node: 1 inside. */
  #inside: Uint8Array[] = []
  /** The price of each set, s. */
  price: Float64Array<ArrayBuffer> = new Float64Array(0)
  /** How many links of the average tree leave each set. */
  share: Float64Array<ArrayBuffer> = new Float64Array(0)
  /** The sets that link e leaves begin at `#first[e]` in `#setsOfLinks`. */
  #first: Int32Array<ArrayBuffer> = new Int32Array(1)
  #setsOfLinks: Int32Array<ArrayBuffer> = new Int32Array(0)

  get count(): number {
    return this.#inside.length
  }

  /** The total length of the lists of all links. */
  get listed(): number {
    return this.#setsOfLinks.length
  }

  /**
   * Keeps the sets with a price above 0, and adds each of `sets` that is new. Call `index` next.
   *
   * @returns how many are new
   */
  replace(sets: readonly Uint8Array[]): number {
    const stays = [...this.price.keys()].filter((c) => (this.price[c] as number) > 0)
    const prices = stays.map((c) => this.price[c] as number)
    const kept = stays.map((c) => this.#inside[c] as Uint8Array)
    const known = new Set(kept.map((inside) => inside.join('')))
    const fresh = sets.filter((inside) => !known.has(inside.join('')))
    this.#inside = [...kept, ...fresh]
    this.price = new Float64Array(this.count)
    this.price.set(prices)
    return fresh.length
  }

  /**
   * Lists the sets that each link leaves. Link e joins nodes `a[e]` and `b[e]`. `average[e]` is the link's share in the
   * average tree, 0 … 1.
   */
  index(a: Int32Array, b: Int32Array, average: Float64Array): void {
    const setsOfLinks: number[] = []
    this.#first = new Int32Array(a.length + 1)
    this.share = new Float64Array(this.count)
    for (let e = 0; e < a.length; e++) {
      const p = a[e] as number
      const q = b[e] as number
      for (let c = 0; c < this.count; c++) {
        const inside = this.#inside[c] as Uint8Array
        if (inside[p] === inside[q]) continue
        setsOfLinks.push(c)
        this.share[c] = (this.share[c] as number) + (average[e] as number)
      }
      this.#first[e + 1] = setsOfLinks.length
    }
    this.#setsOfLinks = Int32Array.from(setsOfLinks)
  }

  /** Puts earlier prices and shares back. */
  restore(price: Float64Array, share: Float64Array): void {
    this.price.set(price)
    this.share.set(share)
  }

  /** The sum of the prices of the sets that a link leaves, s. */
  of(link: number): number {
    let sum = 0
    const end = this.#first[link + 1] as number
    for (let i = this.#first[link] as number; i < end; i++) sum += this.price[this.#setsOfLinks[i] as number] as number
    return sum
  }

  /** The sum of the prices of the sets that contain exactly one of two nodes, s. No link needs to join these nodes. */
  between(p: number, q: number): number {
    let sum = 0
    for (let c = 0; c < this.count; c++) {
      const inside = this.#inside[c] as Uint8Array
      if (inside[p] !== inside[q]) sum += this.price[c] as number
    }
    return sum
  }

  /**
   * For each node: the sum of the prices of the sets that have the node on their smaller side, s. `between` of two
   * nodes is at most the total of their two sums.
   */
  around(nodes: number): Float64Array<ArrayBuffer> {
    const sum = new Float64Array(nodes)
    this.#inside.forEach((inside, c) => {
      const price = this.price[c] as number
      let count = 0
      for (const is of inside) count += is
      const smaller = 2 * count <= nodes ? 1 : 0
      for (let n = 0; n < nodes; n++) if (inside[n] === smaller) sum[n] = (sum[n] as number) + price
    })
    return sum
  }

  /** Adds the links of a tree to the average. */
  add(tree: readonly number[], weight: number): void {
    const { share } = this
    for (let c = 0; c < share.length; c++) share[c] = (1 - weight) * (share[c] as number)
    for (const e of tree) {
      const end = this.#first[e + 1] as number
      for (let i = this.#first[e] as number; i < end; i++) {
        const c = this.#setsOfLinks[i] as number
        share[c] = (share[c] as number) + weight
      }
    }
  }

  get total(): number {
    let sum = 0
    for (const price of this.price) sum += price
    return sum
  }
}
