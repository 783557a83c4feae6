import { contours as contoursOf } from 'd3-contour'
import { clip } from '../../geometry/clip.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

/** The map of an imagined land: lines of equal height through layered noise (marching squares). */
export const contours = definePattern({
  name: 'contours',
  summary: 'the contour lines of an imagined land',
  params: {
    levels: whole(1, 120, 26, 'number of heights that get a line'),
    scale: number(5, 1000, 78, 'size of the hills, mm'),
    roughness: number(0, 1, 0.36, 'share of fine noise in the land'),
    resolution: number(
      0.4,
      10,
      1,
      'distance between the samples of the land, mm; at least a 1200th of the diagonal between the margins',
    ),
  },
  draw: ({ box, random }, p) => {
    const octaves = [random.noise(), random.noise(), random.noise()]
    const fine = Math.max(p.resolution, Math.hypot(box.maxX - box.minX, box.maxY - box.minY) / 1200)
    const columns = Math.ceil((box.maxX - box.minX) / fine) + 3
    const rows = Math.ceil((box.maxY - box.minY) / fine) + 3
    const heights = Float64Array.from({ length: columns * rows }, (_, i) => {
      const u = ((i % columns) * fine) / p.scale
      const v = (Math.floor(i / columns) * fine) / p.scale
      return octaves.reduce((sum, noise, k) => sum + p.roughness ** k * noise(u * 2 ** k, v * 2 ** k), 0)
    })
    const [low, high] = heights.reduce(([a, b], h) => [Math.min(a, h), Math.max(b, h)], [Infinity, -Infinity])
    const thresholds = Array.from({ length: p.levels }, (_, i) => low + ((i + 0.5) / p.levels) * (high - low))
    const out = new StrokeWriter()
    for (const { coordinates } of contoursOf().size([columns, rows]).thresholds(thresholds)(Array.from(heights))) {
      for (const ring of coordinates.flat()) {
        ring.forEach(([u = 0, v = 0], i) => {
          const point = [box.minX + (u - 1.5) * fine, box.minY + (v - 1.5) * fine] as const
          if (i === 0) out.moveTo(...point)
          else out.lineTo(...point)
        })
      }
    }
    // A ring that reaches the outermost samples closes along them, outside the box. The clip removes that part.
    const border = fine / 2
    return clip(out.take(), {
      minX: box.minX + border,
      minY: box.minY + border,
      maxX: box.maxX - border,
      maxY: box.maxY - border,
    })
  },
})
