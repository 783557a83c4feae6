import type { NearEnds } from './near-ends.ts'

/** Maximum number of exchanges in a series (see `Rotation`). */
const DEPTH = 5
/** The search for one layer ends after this many visits to strokes. */
const WORK = 2_000_000

/**
 * Opens a ring (see `openRings`) by a series of exchanges. End `a` leaves its partner `b` and takes `c`. The old
 * partner `d` of `c` takes `e`, and so on. The series stops at an end that had no partner, or at an end that is near
 * `b` and becomes the partner of `b`.
 */
export class Rotation {
  readonly #match: Int32Array
  readonly #ends: Pick<NearEnds, 'offset' | 'near'>
  /** The former partner of each end whose partner has changed. */
  readonly #before = new Map<number, number>()
  #work = 0

  constructor(match: Int32Array, ends: Pick<NearEnds, 'offset' | 'near'>) {
    this.#match = match
    this.#ends = ends
  }

  /**
   * Tries to open a ring, or to merge the ring with another. On success, there are fewer rings and as many joins as
   * before.
   *
   * @param ring  a stroke of the ring
   * @returns the ends whose partners have changed; none when no series was found
   */
  opens(ring: number): number[] {
    let a = 2 * ring
    do {
      const b = this.#match[a] as number
      if (this.#passOn(a, b, 1) || this.#passOn(b, a, 1)) {
        const changed = [...this.#before.keys()]
        this.#before.clear()
        return changed
      }
      a = b ^ 1
    } while (a !== 2 * ring)
    return []
  }

  /** Looks for another partner for end `a`. `last` is `b` of the class's comment. */
  #passOn(a: number, last: number, depth: number): boolean {
    for (const c of this.#near(a)) {
      if (c === last || this.#before.has(c) || this.#work > WORK) continue
      const d = this.#match[c] as number
      if (d === a) continue
      const undo = [this.#set(a, c), this.#set(c, a)]
      const isDone = d < 0 ? this.#closes(last, -1) : this.#closes(last, d)
      if (isDone || (d >= 0 && depth < DEPTH && this.#goesOn(d, last, depth))) return true
      for (const back of undo.reverse()) back()
    }
    return false
  }

  /** Goes on with end `d`, which has lost its partner. @returns whether the series left fewer rings */
  #goesOn(d: number, last: number, depth: number): boolean {
    if (this.#before.has(d)) return false
    this.#before.set(d, this.#match[d] as number)
    if (this.#passOn(d, last, depth + 1)) return true
    this.#before.delete(d)
    return false
  }

  /**
   * Ends a series of exchanges if that leaves fewer rings; otherwise changes nothing.
   *
   * @param d  the new partner of `last`; −1 for no partner. If `last` and `d` are not near, the series does not end
   * @returns whether the series was ended
   */
  #closes(last: number, d: number): boolean {
    if (d >= 0 && !this.#near(last).includes(d)) return false
    const undo = d < 0 ? [this.#set(last, -1)] : [this.#set(last, d), this.#set(d, last)]
    const touched = [...this.#before.keys()]
    const now = this.#rings(touched, (end) => this.#match[end] as number)
    if (now < this.#rings(touched, (end) => this.#before.get(end) ?? (this.#match[end] as number))) return true
    for (const back of undo.reverse()) back()
    return false
  }

  /** Sets the partner of an end. @returns a function that restores the old partner */
  #set(end: number, partner: number): () => void {
    const was = this.#match[end] as number
    const isFirst = !this.#before.has(end)
    if (isFirst) this.#before.set(end, was)
    this.#match[end] = partner
    return () => {
      this.#match[end] = was
      if (isFirst) this.#before.delete(end)
    }
  }

  #near(end: number): Int32Array {
    return this.#ends.near.subarray(this.#ends.offset[end], this.#ends.offset[end + 1])
  }

  /** Counts the rings through these ends. */
  #rings(ends: readonly number[], partner: (end: number) => number): number {
    const visited = new Set<number>()
    let rings = 0
    for (const end of ends) {
      if (visited.has(end >> 1)) continue
      let a = end
      do {
        visited.add(a >> 1)
        this.#work++
        a = partner(a ^ 1)
      } while (a >= 0 && a >> 1 !== end >> 1)
      if (a === end) rings++
    }
    return rings
  }
}
