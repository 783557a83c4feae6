/** Finds which points of a segment are inside a region. Callers go from the start of the segment to its end. */
export interface Along {
  /** @param t  share of the segment's length; never less than at the call before */
  contains(t: number): boolean
}

/** Counts the values below a threshold that only grows. */
class AscendingCounter {
  readonly #sorted: Float64Array
  count = 0

  constructor(values: readonly number[]) {
    this.#sorted = Float64Array.from(values).sort()
  }

  /** The number of values below t; with `isInclusive`, also those equal to t. */
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
  /**
   * Places after which the winding number of the polygons is greater by one (`increments`) or less by one
   * (`decrements`).
   */
  readonly increments: number[]
  readonly decrements: number[]
  /** Starts and ends of the parts that lie so near an edge that they count as on the border. */
  readonly nearStarts: number[]
  readonly nearEnds: number[]
}

/**
 * Follows a segment through polygons. It counts the winding number once, and then changes it at each edge. So k places on a
 * segment that meets k edges take k log k steps.
 */
export class PolygonAlong implements Along {
  readonly #more: AscendingCounter
  readonly #less: AscendingCounter
  readonly #near: AscendingCounter
  readonly #far: AscendingCounter
  readonly #windingAt: (t: number) => number
  readonly #isInside: (winding: number) => boolean
  #base: number | undefined

  constructor(meetings: Meetings, windingAt: (t: number) => number, isInside: (winding: number) => boolean) {
    this.#more = new AscendingCounter(meetings.increments)
    this.#less = new AscendingCounter(meetings.decrements)
    this.#near = new AscendingCounter(meetings.nearStarts)
    this.#far = new AscendingCounter(meetings.nearEnds)
    this.#windingAt = windingAt
    this.#isInside = isInside
  }

  contains(t: number): boolean {
    const turns = this.#more.advance(t, false) - this.#less.advance(t, false)
    if (this.#near.advance(t, true) > this.#far.advance(t, false)) return true
    // this place lies on no edge, where the winding number could be that of either side
    this.#base ??= this.#windingAt(t) - turns
    return this.#isInside(this.#base + turns)
  }
}
