/** Tells which points of a segment are inside a region. Ask it from the start of the segment to its end. */
export interface Along {
  /** @param t  share of the segment's length; never less than at the call before */
  contains(t: number): boolean
}

/** Numbers that grow, counted in one pass. */
class Passed {
  readonly #sorted: Float64Array
  count = 0

  constructor(values: readonly number[]) {
    this.#sorted = Float64Array.from(values).sort()
  }

  /** Counts the values below t, or up to it. */
  advance(t: number, isInclusive: boolean): number {
    const sorted = this.#sorted
    while (this.count < sorted.length) {
      const value = sorted[this.count] as number
      if (isInclusive ? value > t : value >= t) break
      this.count++
    }
    return this.count
  }
}

/** Where a segment meets the edges of polygons, as shares of its length. */
export interface Meetings {
  /** The polygons turn once more, or once less, around the points after these. */
  readonly more: number[]
  readonly less: number[]
  /** Where the segment comes as near to an edge as a point of the border, and where it leaves it. */
  readonly near: number[]
  readonly far: number[]
}

/**
 * Follows a segment through polygons. The winding number is counted once, and then changed at each edge. So k places on a
 * segment that meets k edges take k log k steps.
 */
export class PolygonAlong implements Along {
  readonly #more: Passed
  readonly #less: Passed
  readonly #near: Passed
  readonly #far: Passed
  readonly #windingAt: (t: number) => number
  readonly #isInside: (winding: number) => boolean
  #base: number | undefined

  constructor(meetings: Meetings, windingAt: (t: number) => number, isInside: (winding: number) => boolean) {
    this.#more = new Passed(meetings.more)
    this.#less = new Passed(meetings.less)
    this.#near = new Passed(meetings.near)
    this.#far = new Passed(meetings.far)
    this.#windingAt = windingAt
    this.#isInside = isInside
  }

  contains(t: number): boolean {
    const turns = this.#more.advance(t, false) - this.#less.advance(t, false)
    if (this.#near.advance(t, true) > this.#far.advance(t, false)) return true
    // on an edge it would be the winding number of either side
    this.#base ??= this.#windingAt(t) - turns
    return this.#isInside(this.#base + turns)
  }
}
