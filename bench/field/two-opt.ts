import { x, y } from '../../src/geometry/drawing.ts'
import { KdTree } from '../../src/geometry/kd-tree.ts'

/** `#improve` tries the NEAR nearest ends of other strokes for each end. */
const NEAR = 12

/** 2-opt on a closed tour of strokes: exchanges pairs of links until no exchange of near ends shortens the tour. */
export class TwoOpt {
  /** Entry p is the node at which the pen enters the p-th stroke of the tour. */
  readonly entry: Int32Array
  readonly #ends: Float64Array
  readonly #position: Int32Array
  readonly #near: Int32Array

  /**
   * @param ends  x, y of both ends of every stroke: nodes `2i` and `2i + 1` are the ends of stroke i
   * @param entry  the tour to begin with; `run` changes this array
   */
  constructor(ends: Float64Array, entry: Int32Array) {
    this.#ends = ends
    this.entry = entry
    this.#position = new Int32Array(entry.length)
    entry.forEach((node, p) => {
      this.#position[node >> 1] = p
    })
    this.#near = nearNodes(ends)
  }

  run(): void {
    for (let changed = true; changed; ) {
      changed = false
      for (let a = 0; a < 2 * this.entry.length; a++) while (this.#improve(a)) changed = true
    }
  }

  /**
   * Looks for a near node c such that links a–c and b–d are together shorter than links a–b and c–d. Replaces the
   * longer pair by the shorter pair, and reverses the strokes between the replaced links.
   *
   * @returns whether the tour is shorter now
   */
  #improve(a: number): boolean {
    const leaves = !this.#isEntry(a)
    const b = this.#linked(a)
    for (let j = a * NEAR; j < (a + 1) * NEAR; j++) {
      const c = this.#near[j] as number
      const gain = c < 0 ? 0 : this.#distance(a, b) - this.#distance(a, c)
      if (gain <= 1e-9) return false
      if (c === b || this.#isEntry(c) === leaves) continue
      const d = this.#linked(c)
      if (gain + this.#distance(c, d) - this.#distance(b, d) <= 1e-9) continue
      const [p, r] = [this.#position[a >> 1] as number, this.#position[c >> 1] as number]
      const shift = leaves ? 1 : 0
      this.#reverse(Math.min(p, r) + shift, Math.max(p, r) - 1 + shift)
      return true
    }
    return false
  }

  #isEntry(node: number): boolean {
    return this.entry[this.#position[node >> 1] as number] === node
  }

  /** The node at the other end of a node's link. */
  #linked(node: number): number {
    const [p, size] = [this.#position[node >> 1] as number, this.entry.length]
    if (this.#isEntry(node)) return (this.entry[(p + size - 1) % size] as number) ^ 1
    return this.entry[(p + 1) % size] as number
  }

  #distance(a: number, b: number): number {
    return Math.hypot(x(this.#ends, a) - x(this.#ends, b), y(this.#ends, a) - y(this.#ends, b))
  }

  #reverse(from: number, to: number): void {
    for (let [i, j] = [from, to]; i <= j; i++, j--) {
      const [a, b] = [(this.entry[i] as number) ^ 1, (this.entry[j] as number) ^ 1]
      this.entry[i] = b
      this.#position[b >> 1] = i
      this.entry[j] = a
      this.#position[a >> 1] = j
    }
  }
}

function nearNodes(ends: Float64Array): Int32Array {
  const tree = new KdTree(ends)
  const nodes = ends.length / 2
  const near = new Int32Array(nodes * NEAR).fill(-1)
  const [ids, distances] = [new Int32Array(NEAR + 2), new Float64Array(NEAR + 2)]
  for (let a = 0; a < nodes; a++) {
    const nearCount = tree.nearest(x(ends, a), y(ends, a), NEAR + 2, ids, distances)
    let n = 0
    for (const b of ids.subarray(0, nearCount)) if (b >> 1 !== a >> 1 && n < NEAR) near[a * NEAR + n++] = b
  }
  return near
}
