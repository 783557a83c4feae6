import { type Strokes, strokeCount, x, y } from './drawing.ts'

/** Length of all strokes together, mm. */
export function inkLength({ points, starts }: Strokes): number {
  let length = 0
  for (let s = 0; s + 1 < starts.length; s++) {
    const end = starts[s + 1] as number
    for (let i = (starts[s] as number) + 1; i < end; i++) {
      length += distanceTo(points, i)
    }
  }
  return length
}

/**
 * Distance from the previous vertex to this vertex, mm. Math.sqrt is several times as fast as Math.hypot. No drawing is
 * so large that a square overflows.
 */
export function distanceTo(points: Float64Array, vertex: number): number {
  const dx = x(points, vertex) - x(points, vertex - 1)
  const dy = y(points, vertex) - y(points, vertex - 1)
  return Math.sqrt(dx * dx + dy * dy)
}

/** Length of the pen-up travel in the given order, from home (0, 0) and back, mm. */
export function travelLength(strokes: Strokes): number {
  const { points, starts } = strokes
  let length = 0
  let penX = 0
  let penY = 0
  for (let s = 0; s < strokeCount(strokes); s++) {
    const first = starts[s] as number
    const last = (starts[s + 1] as number) - 1
    length += Math.hypot(x(points, first) - penX, y(points, first) - penY)
    penX = x(points, last)
    penY = y(points, last)
  }
  return length + Math.hypot(penX, penY)
}

/** Length along a polyline (x, y interleaved) from its first vertex to another, mm. */
export function lengthTo(points: Float64Array, vertex: number): number {
  let length = 0
  for (let i = 1; i <= vertex; i++) length += distanceTo(points, i)
  return length
}
