import { at, x, y } from '../../../geometry/drawing.ts'
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

/** What is left of a stroke after `length` mm: at least its last point. */
export function remainder(points: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  let along = 0
  for (let i = 1; i < points.length / 2; i++) {
    const [ax, ay] = [x(points, i - 1), y(points, i - 1)]
    const [dx, dy] = [x(points, i) - ax, y(points, i) - ay]
    const segment = Math.hypot(dx, dy)
    if (along + segment > length && segment > 0) {
      const t = Math.max(0, (length - along) / segment)
      return Float64Array.of(ax + t * dx, ay + t * dy, ...points.subarray(2 * i))
    }
    along += segment
  }
  return points.slice(-2)
}

/** Length of a polyline, mm. */
export function lengthOf(points: Float64Array): number {
  let length = 0
  for (let i = 2; i < points.length; i += 2) {
    length += Math.hypot(at(points, i) - at(points, i - 2), at(points, i + 1) - at(points, i - 1))
  }
  return length
}
