/** Links, places or pairs, with the factor of each. */
export interface Terms {
  readonly of: readonly number[]
  readonly factors: readonly number[]
}

/**
 * A condition on a solution of the linear program. The share of a link, 0 to 1, is how much of the link the solution
 * uses. A pair counts the shares of its links, and a place the shares of all links there. The shares of the row's
 * links, places and pairs, times their factors, must sum up to at least `least`.
 */
export interface Row {
  readonly links: Terms
  readonly places: Terms
  readonly pairs: Terms
  readonly least: number
}

/** Some links, places or pairs with the same factor, as a part of a row. */
export const sum = (of: readonly number[], factor = 1): Terms => ({ of, factors: of.map(() => factor) })

/** A row that has only pairs. */
export const rowOfPairs = (pairs: Terms, least: number): Row => ({ links: sum([]), places: sum([]), pairs, least })
