/**
 * Tells which points of a segment are inside a region. `t` is a fraction of the segment's length, and never less than
 * at the previous call.
 */
export type Along = (t: number) => boolean

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

/** Where a segment meets the edges of polygons, as fractions of its length. */
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
 * Follows a segment through polygons: computes the winding number once, and changes it by one at each edge. So k tests
 * of a segment that meets k edges take k log k steps.
 */
export function alongPolygons(
  meetings: Meetings,
  windingAt: (t: number) => number,
  isInside: (winding: number) => boolean,
): Along {
  const increments = new AscendingCounter(meetings.increments)
  const decrements = new AscendingCounter(meetings.decrements)
  const nearStarts = new AscendingCounter(meetings.nearStarts)
  const nearEnds = new AscendingCounter(meetings.nearEnds)
  let base: number | undefined
  return (t) => {
    const turns = increments.advance(t, false) - decrements.advance(t, false)
    if (nearStarts.advance(t, true) > nearEnds.advance(t, false)) return true
    // this place is near no edge, so its winding number is exact
    base ??= windingAt(t) - turns
    return isInside(base + turns)
  }
}
