/** Minimum change of a link's share (`Gains` explains link and share). A smaller change counts as this one. */
const MIN_SHARE = 0.05
/** Minimum gain in a score, s. A smaller gain counts as this one. */
const NO_GAIN = 1e-5
/** Number of trials of a link after which its gains count as known. A trial fixes the link once out and once in. */
const KNOWN = 2

/** Sum and number of gains. */
interface GainSum {
  sum: number
  count: number
}

const isIn = (way: -1 | 1): number => (way === 1 ? 1 : 0)

/**
 * Predicts from earlier trials how far the bound rises when a link is fixed in or out of the route, s. This rise is the
 * gain. For `branch-and-cut`, a link here is a pair of nodes. `share` is the share of the link in the average tree, or
 * of the pair in the solution of the linear program. Fixing the link changes the share to 1 or 0. The prediction is
 * the mean of gain / change in earlier trials, times the change now. A link without trials gets the mean of all trials.
 *
 * Source: reliability branching, by T. Achterberg, T. Koch and A. Martin, 2005.
 */
export class Gains {
  /** The key is 2 · link + 1 for fixing a link in, and 2 · link for fixing it out. */
  readonly #of = new Map<number, GainSum>()
  readonly #all: readonly [GainSum, GainSum] = [
    { sum: 0, count: 0 },
    { sum: 0, count: 0 },
  ]

  /** Records one half of a trial: with the link fixed in (1) or out (−1), the bound rose by `gain`, s. */
  add(link: number, way: -1 | 1, share: number, gain: number): void {
    const key = 2 * link + isIn(way)
    const own = this.#of.get(key) ?? { sum: 0, count: 0 }
    this.#of.set(key, own)
    for (const each of [own, this.#all[isIn(way) as 0 | 1]]) {
      each.sum += gain / shareChange(way, share)
      each.count++
    }
  }

  isKnown(link: number): boolean {
    return (this.#of.get(2 * link)?.count ?? 0) >= KNOWN
  }

  /** The score of a link by its predicted gains, s². */
  score(link: number, share: number): number {
    return worth(this.#gain(link, -1, share), this.#gain(link, 1, share))
  }

  #gain(link: number, way: -1 | 1, share: number): number {
    const { sum, count } = this.#of.get(2 * link + isIn(way)) ?? this.#all[isIn(way) as 0 | 1]
    return count === 0 ? 0 : (sum / count) * shareChange(way, share)
  }
}

/** The score of a link: the product of the gains of fixing it out and in, s². */
export const worth = (out: number, into: number): number => Math.max(NO_GAIN, out) * Math.max(NO_GAIN, into)

const shareChange = (way: -1 | 1, share: number): number => Math.max(MIN_SHARE, way === 1 ? 1 - share : share)
