import { x, y } from '../../../geometry/drawing.ts'
import { push } from '../../motion/blocks.ts'
import { type Blocks, emptyBlocks } from '../../motion/index.ts'

/**
 * How to stop in the middle of a stroke without a jerk: along the stroke, at the profile's deceleration. Wherever the
 * plan goes on it never slows down harder than that, so braking is slower than the plan everywhere and takes every
 * corner.
 *
 * @param points  the stroke, mm
 * @param from    length along it at which braking begins, mm
 * @param speed   speed there, mm/s
 * @returns       the blocks to rest, and the length at which it rests
 */
export function brake(
  points: Float64Array,
  from: number,
  speed: number,
  deceleration: number,
): { readonly blocks: Blocks; readonly restsAt: number } {
  const blocks = emptyBlocks(points.length / 2 + 1)
  const distance = (speed * speed) / (2 * deceleration)
  let along = 0
  for (let i = 1; i < points.length / 2 && along < from + distance; i++) {
    const [dx, dy] = [x(points, i) - x(points, i - 1), y(points, i) - y(points, i - 1)]
    const length = Math.hypot(dx, dy)
    const [begin, end] = [Math.max(along, from), Math.min(along + length, from + distance)]
    if (end > begin) {
      const v = (s: number) => Math.sqrt(Math.max(0, speed * speed - 2 * deceleration * (s - from)))
      push(blocks, end - begin, v(begin), v(end), dx / length, dy / length)
    }
    along += length
  }
  return { blocks, restsAt: Math.min(from + distance, along) }
}
