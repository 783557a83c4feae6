import { insideAlong, type PieceSink } from './cut.ts'
import type { Region } from './region.ts'
import { intersectionOf } from './region-algebra.ts'
import type { Work } from './work.ts'

/** Distance from a line, mm, at which both of its sides are tested. */
const BESIDE = 1e-3

/**
 * Writes the parts of a region's border that lie inside a shape. When the shape is cut to the region, the outline of
 * the cut shape runs along these parts. Parts along the shape's own border are left out, because the outline of the
 * whole shape covers them.
 *
 * @throws what `work` throws
 */
export function borderInside(region: Region, shape: Region, into: PieceSink, work: Work): void {
  const both = intersectionOf(region, shape)
  const { minX, minY, maxX, maxY } = both.bounds
  const crossings: number[] = []
  for (const line of region.outlines()) {
    let endX = Number.NaN
    let endY = Number.NaN
    work.spend(line.length)
    for (let i = 2; i < line.length; i += 2) {
      const ax = line[i - 2] as number
      const ay = line[i - 1] as number
      const bx = line[i] as number
      const by = line[i + 1] as number
      if (Math.max(ax, bx) < minX || Math.min(ax, bx) > maxX || Math.max(ay, by) < minY || Math.min(ay, by) > maxY)
        continue
      const length = Math.hypot(bx - ax, by - ay)
      if (length === 0) continue
      crossings.length = 0
      both.crossings(ax, ay, bx, by, crossings)
      const stops = [0, ...crossings.filter((t) => t > 1e-9 && t < 1 - 1e-9).sort((s, t) => s - t), 1]
      work.spend(20 * stops.length)
      const offX = (-(by - ay) / length) * BESIDE
      const offY = ((bx - ax) / length) * BESIDE
      const left = [ax + offX, ay + offY, bx + offX, by + offY] as const
      const right = [ax - offX, ay - offY, bx - offX, by - offY] as const
      const [bothLeft, bothRight] = [left, right].map((side) => insideAlong(both, side, stops.length))
      const [shapeLeft, shapeRight] = [left, right].map((side) => insideAlong(shape, side, stops.length))
      for (let s = 1; s < stops.length; s++) {
        const from = stops[s - 1] ?? 0
        const to = stops[s] ?? 1
        if (to - from < 1e-9) continue
        const middle = (from + to) / 2
        if (bothLeft?.(middle) === bothRight?.(middle)) continue
        if (!(shapeLeft?.(middle) && shapeRight?.(middle))) continue
        const fx = ax + (bx - ax) * from
        const fy = ay + (by - ay) * from
        if (!(Math.abs(fx - endX) < 1e-9 && Math.abs(fy - endY) < 1e-9)) into.moveTo(fx, fy)
        endX = ax + (bx - ax) * to
        endY = ay + (by - ay) * to
        into.lineTo(endX, endY)
      }
    }
  }
}
