import Flatbush from 'flatbush'
import { at } from '../../geometry/drawing.ts'

const NEIGHBOURS = 8

/**
 * A short closed tour through points (x, y interleaved): nearest neighbours first, then 2-opt over each point's
 * neighbours (Bentley 1992) for at most 40 rounds. An exchange that removes a crossing always shortens the tour.
 *
 * @returns the points' indices in the order of the tour
 */
export function tour(points: Float64Array): number[] {
  const count = points.length / 2
  if (count < 4) return Array.from({ length: count }, (_, i) => i)
  const index = new Flatbush(count)
  for (let i = 0; i < count; i++) index.add(at(points, 2 * i), at(points, 2 * i + 1))
  index.finish()
  const order = greedy(points, index)
  const near = Array.from({ length: count }, (_, i) =>
    index.neighbors(at(points, 2 * i), at(points, 2 * i + 1), NEIGHBOURS + 1).filter((j) => j !== i),
  )
  improve(order, near, points)
  return Array.from(order)
}

function greedy(points: Float64Array, index: Flatbush): Int32Array {
  const count = points.length / 2
  const order = new Int32Array(count)
  const used = new Uint8Array(count)
  for (let i = 0, current = 0; i < count; i++) {
    order[i] = current
    used[current] = 1
    const [next] = index.neighbors(
      at(points, 2 * current),
      at(points, 2 * current + 1),
      1,
      Infinity,
      (j) => used[j] === 0,
    )
    current = next ?? current
  }
  return order
}

/** Reverses parts of the tour while that shortens the tour. The work is bounded, because drawings may be huge. */
function improve(order: Int32Array, near: readonly number[][], points: Float64Array): void {
  const count = order.length
  const place = new Int32Array(count)
  order.forEach((point, i) => {
    place[point] = i
  })
  const length = (a: number, b: number) =>
    Math.hypot(at(points, 2 * a) - at(points, 2 * b), at(points, 2 * a + 1) - at(points, 2 * b + 1))
  const follower = (point: number) => at(order, (at(place, point) + 1) % count)
  const leader = (point: number) => at(order, (at(place, point) + count - 1) % count)
  let hasImproved = true
  for (let round = 0; hasImproved && round < 40; round++) {
    hasImproved = false
    for (let a = 0; a < count; a++) {
      for (const neighbour of [follower, leader]) {
        const b = neighbour(a)
        const now = length(a, b)
        for (const c of near[a] ?? []) {
          if (length(a, c) >= now) break
          const d = neighbour(c)
          if (c === b || d === a || length(a, c) + length(b, d) >= now + length(c, d) - 1e-9) continue
          if (neighbour === follower) reverse(order, place, at(place, b), at(place, c))
          else reverse(order, place, at(place, c), at(place, b))
          hasImproved = true
          break
        }
      }
    }
  }
}

/** Reverses the part between two places, or the rest of the tour if the rest is shorter. Both give the same tour. */
function reverse(order: Int32Array, place: Int32Array, from: number, to: number): void {
  const count = order.length
  let span = ((to - from + count) % count) + 1
  if (2 * span > count) {
    ;[from, to] = [(to + 1) % count, (from - 1 + count) % count]
    span = count - span
  }
  for (let k = 0; k < span >> 1; k++) {
    const i = (from + k) % count
    const j = (to - k + count) % count
    const a = at(order, i)
    const b = at(order, j)
    order[i] = b
    order[j] = a
    place[b] = i
    place[a] = j
  }
}
