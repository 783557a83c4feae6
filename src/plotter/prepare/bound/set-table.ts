/** Bits of each of the two numbers that name a set of strokes (`SetKey`). */
const BITS = 50
const HALF = BITS / 2
/** Maximum number of strokes in a set. */
export const MAX_STROKES = 2 * BITS

/** The ways (see `SetRoutes`) that draw one set of strokes and end at one node. */
export interface Ends {
  readonly node: number
  /** Where these ways begin in `Ways.values`, while the search handles sets of this size. */
  readonly at: number
  /**
   * The kept ways have the indices `first` … `end` − 1 in `place` and `cost` of `SetTable`. `first` and `end` are 0
   * until the search keeps ways of this set.
   */
  first: number
  end: number
}

/** A set of strokes as two numbers, a bit for each stroke: strokes below BITS in `low`, the others in `high`. */
export interface SetKey {
  readonly low: number
  readonly high: number
}

/** A set of strokes with the ways that draw it. */
export interface StrokeSet extends SetKey {
  readonly ends: Ends[]
  /** Another set with the same low number. */
  readonly other: StrokeSet | undefined
}

/**
 * The cheapest ways that draw sets of one size. Each way has three numbers, s. The first is its cost. The second is the
 * sum of its slacks, without the slack of the star at its last place. The third is the share of its last link at that
 * place. `index.ts` and `Slacks` define slack, star and share.
 */
export class Ways {
  values = new Float64Array(3 << 16)
  #size = 0

  clear(): void {
    this.#size = 0
  }

  /** Makes room for ways to this many places. @returns where the ways begin */
  add(places: number): number {
    const begin = this.#size
    this.#size += 3 * places
    if (this.#size > this.values.length) {
      const larger = new Float64Array(2 * this.values.length + 3 * places)
      larger.set(this.values)
      this.values = larger
    }
    this.values.fill(Infinity, begin, this.#size)
    return begin
  }
}

/** All sets of strokes that some way draws. */
export class SetTable {
  /** The places and costs of all ways that are kept. */
  readonly place: number[] = []
  readonly cost: number[] = []
  readonly #sets = new Map<number, StrokeSet>()

  find({ low, high }: SetKey): StrokeSet | undefined {
    let set = this.#sets.get(low)
    while (set !== undefined && set.high !== high) set = set.other
    return set
  }

  /** Finds a set, or adds it to the table and to `added`. */
  with({ low, high }: SetKey, added: StrokeSet[]): StrokeSet {
    const known = this.find({ low, high })
    if (known) return known
    const set = { low, high, ends: [], other: this.#sets.get(low) }
    this.#sets.set(low, set)
    added.push(set)
    return set
  }

  *sets(): Generator<StrokeSet> {
    for (let set of this.#sets.values()) {
      yield set
      while (set.other !== undefined) {
        set = set.other
        yield set
      }
    }
  }

  /** The cost of the way that draws a set and ends at a place, s; Infinity when there is none. */
  costOf({ ends }: StrokeSet, place: number): number {
    for (const { first, end } of ends)
      for (let i = first; i < end; i++) if (this.place[i] === place) return this.cost[i] as number
    return Infinity
  }
}

/** The set with stroke i added. */
export const plus = ({ low, high }: SetKey, i: number): SetKey =>
  i < BITS ? { low: low + 2 ** i, high } : { low, high: high + 2 ** (i - BITS) }
/** The set without stroke i. The given set must contain this stroke. */
export const minus = ({ low, high }: SetKey, i: number): SetKey =>
  i < BITS ? { low: low - 2 ** i, high } : { low, high: high - 2 ** (i - BITS) }

/** The set of the first `count` strokes. */
export const firstStrokes = (count: number): SetKey => ({
  low: 2 ** Math.min(BITS, count) - 1,
  high: 2 ** Math.max(0, count - BITS) - 1,
})

/** Writes 1 for each stroke of a set and 0 for all others. */
export function mark({ low, high }: SetKey, isIn: Uint8Array): void {
  for (let i = 0; i < isIn.length; i += HALF) {
    const number = i < BITS ? low : high
    const half = i % BITS === 0 ? number % 2 ** HALF : Math.floor(number / 2 ** HALF)
    for (let k = 0; k < HALF && i + k < isIn.length; k++) isIn[i + k] = (half >> k) & 1
  }
}
