import { type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'
import { cornerSpeed2 } from '../../motion/limits.ts'
import { SAME } from '../../motion/path-window.ts'
import type { LinkCosts } from './link-cost.ts'
import { isClosed } from './sequence.ts'

/** Sums of speeds that differ by less are equal, mm/s. */
const EQUAL = 1e-6

type Vector = readonly [x: number, y: number]

/**
 * Chooses the direction of each closed stroke. The time model of the search does not see this direction, because the
 * model stops the pen at each end of a stroke. But the pen does not stop at a join, and its speed there depends on the
 * corners. So the sum of the speeds at all joins is made as great as possible (dynamic programming: R. Bellman, 1957).
 *
 * @param strokes  strokes in drawing order
 * @returns the same strokes in the same order; no stroke begins or ends elsewhere
 */
export function directed(strokes: Strokes, { join, down }: LinkCosts): Strokes {
  const { points, starts } = strokes
  const count = strokeCount(strokes)
  /** For each stroke forwards and backwards, the direction of the stroke before: 1 is backwards. */
  const before = new Uint8Array(2 * count)
  let sums: readonly [forwards: number, backwards: number] = [0, -Infinity]
  for (let i = 0; i < count; i++) {
    const gap = i === 0 ? undefined : gapBefore(strokes, i)
    const speed = (previous: number, own: number): number =>
      gap && length(gap) <= join ? speedAt(ahead(strokes, i - 1, 1 - previous), gap, ahead(strokes, i, own), down) : 0
    const best = (own: number): number => {
      const [forwards, backwards] = [sums[0] + speed(0, own), sums[1] + speed(1, own)]
      before[2 * i + own] = backwards > forwards + EQUAL ? 1 : 0
      return Math.max(forwards, backwards)
    }
    sums = [best(0), isClosed(strokes, i) ? best(1) : -Infinity]
  }
  let turned: Float64Array<ArrayBuffer> | undefined
  let direction = sums[1] > sums[0] + EQUAL ? 1 : 0
  for (let i = count - 1; i >= 0; i--) {
    const [first, end] = [starts[i] as number, starts[i + 1] as number]
    if (direction === 1) {
      turned ??= points.slice()
      for (let v = first, w = end - 1; v < end; v++, w--) turned.set([x(points, w), y(points, w)], 2 * v)
    }
    direction = before[2 * i + direction] as number
  }
  return turned ? { points: turned, starts } : strokes
}

/** From the end of the stroke before stroke i to the start of stroke i. */
function gapBefore({ points, starts }: Strokes, i: number): Vector {
  const v = starts[i] as number
  return [x(points, v) - x(points, v - 1), y(points, v) - y(points, v - 1)]
}

/** The first segment of stroke i, drawn forwards (0) or backwards (1). */
function ahead({ points, starts }: Strokes, i: number, direction: number): Vector {
  const [first, last] = [starts[i] as number, (starts[i + 1] as number) - 1]
  if (last <= first) return [0, 0]
  const [v, w] = direction === 0 ? [first, first + 1] : [last, last - 1]
  return [x(points, w) - x(points, v), y(points, w) - y(points, v)]
}

/**
 * About the speed at which the pen passes a join, mm/s.
 *
 * @param back  the last segment before the join, backwards
 * @param out   the first segment after the join
 */
function speedAt(back: Vector, gap: Vector, out: Vector, down: LinkCosts['down']): number {
  const into: Vector = [-back[0], -back[1]]
  // The motion planner leaves out a shorter gap.
  const corners = length(gap) < SAME ? [] : [cosine(into, gap), cosine(gap, out)]
  const speeds2 = [cosine(into, out), ...corners].map((cos) => cornerSpeed2(cos, down))
  return Math.min(down.speed, Math.sqrt(Math.min(...speeds2)))
}

const length = ([dx, dy]: Vector): number => Math.sqrt(dx * dx + dy * dy)

/** Cosine of the angle between two vectors; 1 if one of them has no length. */
function cosine(a: Vector, b: Vector): number {
  const lengths = length(a) * length(b)
  return lengths === 0 ? 1 : (a[0] * b[0] + a[1] * b[1]) / lengths
}
