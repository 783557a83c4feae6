import type { ProgramLinks } from './program-links.ts'

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

/** The share of each pair: the sum of the shares of its links. */
export function sharesOfPairs({ pairA, pairOf }: ProgramLinks, shares: Float64Array): Float64Array {
  const sums = new Float64Array(pairA.length)
  for (let e = 0; e < shares.length; e++) {
    const share = shares[e] as number
    if (share !== 0) sums[pairOf[e] as number] = (sums[pairOf[e] as number] as number) + share
  }
  return sums
}
