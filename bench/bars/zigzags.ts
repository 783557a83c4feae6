import type { Strokes } from '../../src/geometry/drawing.ts'
import { StrokeWriter } from '../../src/geometry/stroke-writer.ts'

/**
 * Polylines of 156 points each. Their long segments lie between random points of the page. Many of the segments cross.
 */
export function zigzags(count: number): Strokes {
  const writer = new StrokeWriter()
  let state = 1
  const below = (most: number) => {
    state = (state * 48271) % 2147483647
    return (most * state) / 2147483647
  }
  for (let i = 0; i < count; i++) writer.add(Array.from({ length: 156 }, () => [below(280), below(200)]).flat())
  return writer.take()
}
