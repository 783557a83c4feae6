import type { Links } from './link-cost.ts'
import type { LocalSearch } from './local-search.ts'

/** Longest segment that a kick moves, strokes. The local search repairs a small kick in a short time. */
const SEGMENT = 30

/**
 * Each kick begins at one of this many consecutive strokes. The next kick has nearly the same choice, so the data of
 * these strokes is still in the cache.
 */
const AROUND = 1000

/**
 * Maximum number of steps of the local search to repair a kick. Nearly all kicks need a few dozen steps. The ends that
 * are queued after the last step stay in the queue.
 */
const REPAIR = 5000

/** xorshift32 (G. Marsaglia, 2003): gives the same kicks on every machine. */
export class Dice {
  #state = 0x9e3779b9

  /** An integer from 0 to n − 1. */
  below(n: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) % n
  }
}

/**
 * Runs one round of iterated local search. The kick swaps two neighbouring segments (a double bridge of Martin, Otto
 * and Felten). Then the local search repairs the tour. `kick` undoes everything if the tour is not better.
 *
 * @param near  number of a stroke; the kick begins at this stroke or at one of the next `AROUND` − 1 by number
 * @returns the gain, s, 0 or more
 */
export function kick(search: LocalSearch, links: Links, dice: Dice, near: number): number {
  const { tour } = search
  const most = Math.min(SEGMENT, Math.floor((tour.size - 2) / 2))
  if (most < 1) return 0
  const p = tour.position[(near + dice.below(AROUND)) % tour.size] as number
  const q = p + 1 + dice.below(most)
  const r = q + 1 + dice.below(most)
  const entry = (i: number) => tour.entry[i % tour.size] as number
  const [a, b1, b2, c1, c2, d] = [entry(p) ^ 1, entry(p + 1), entry(q) ^ 1, entry(q + 1), entry(r) ^ 1, entry(r + 1)]
  if (r + 1 - p >= tour.size) return 0
  const worse =
    links.between(a, c1) +
    links.between(c2, b1) +
    links.between(b2, d) -
    links.between(a, b1) -
    links.between(b2, c1) -
    links.between(c2, d)
  tour.commit()
  search.swapSegments(a, b1, b2, c1, c2)
  for (const node of [a, b1, b2, c1, c2, d]) search.push(node)
  const gain = search.improve(REPAIR, true) - worse
  if (gain > 1e-9) return gain
  tour.undo(0)
  return 0
}
