import type { Links } from '../order/link-cost.ts'
import type { Relaxation } from './relaxation.ts'

/** Directions on the paper along which prices may rise. */
const DIRECTIONS = [
  [1, 0],
  [0, 1],
  [Math.SQRT1_2, Math.SQRT1_2],
  [Math.SQRT1_2, -Math.SQRT1_2],
  [-1, 0],
  [0, -1],
  [-Math.SQRT1_2, -Math.SQRT1_2],
  [-Math.SQRT1_2, Math.SQRT1_2],
] as const
/** Number of slopes (prices per distance, s/mm) that are tried for a direction, in equal steps up to the steepest. */
const SLOPES = 8
/**
 * A slope is kept only if its bound differs from `enough` by less than this fraction of the difference before the tilt.
 */
const SHARE = 0.05

/**
 * Makes prices rise evenly in a direction if that raises the bound nearly to `enough`. A route through parallel lines
 * goes to the last line and returns by one long link. Prices that rise from line to line bring the bound near the
 * cost of such a route. `Relaxation.raise` alone would need too many rounds to find such prices.
 *
 * At the steepest slope, home's links to its nearest and to its farthest stroke in that direction weigh the same
 * (weight: see `index.ts`).
 *
 * @param enough  the bound to reach, s
 */
export function tilt(relaxation: Relaxation, links: Links, enough: number): void {
  const even = relaxation.prices
  const before = relaxation.bound()
  const share = SHARE * (enough - before)
  let best = { bound: enough - share, prices: even }
  for (const direction of DIRECTIONS) {
    const distance = distances(links, direction)
    const steepest = steepestSlope(distance, links)
    for (let k = 1; k <= SLOPES; k++) {
      const slope = (steepest * k) / SLOPES
      relaxation.prices = { ...even, nodes: even.nodes.map((price, n) => price + slope * (distance[n] as number)) }
      const bound = relaxation.bound()
      if (bound > best.bound && bound < enough + share) best = { bound, prices: relaxation.prices }
    }
  }
  relaxation.prices = best.prices
}

/** How far the middle of each node's stroke lies from home in a direction, mm; 0 where it lies behind. */
function distances({ xy, nodes }: Links, [dx, dy]: readonly [number, number]): Float64Array {
  const along = (n: number): number => dx * (xy[2 * n] as number) + dy * (xy[2 * n + 1] as number)
  const home = along(nodes - 2) + along(nodes - 1)
  return Float64Array.from({ length: nodes }, (_, n) => Math.max(0, (along(n) + along(n ^ 1) - home) / 2))
}

function steepestSlope(distance: Float64Array, links: Links): number {
  const strokes = distance.subarray(0, -2)
  const [near, far] = [strokes.reduce((p, q) => Math.min(p, q)), strokes.reduce((p, q) => Math.max(p, q))]
  return far === near ? 0 : (links.ofDistance2(far * far) - links.ofDistance2(near * near)) / (far - near)
}
