import { Delaunay } from 'd3-delaunay'
import type { Bounds } from '../../geometry/bounds.ts'
import { at } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { type Line, smooth } from '../draw/curve.ts'
import { number, whole } from '../fields.ts'
import { definePattern, type Sheet } from './pattern.ts'

/**
 * Cells around points, made more even by Lloyd's method (1982). Each cell is drawn as rings of one rounded shape.
 */
export const voronoi = definePattern({
  name: 'voronoi',
  summary: 'cells like those of a leaf, ringed inwards like pebbles',
  params: {
    cells: whole(2, 3000, 74, 'number of cells'),
    even: whole(0, 60, 2, 'number of passes that make the cells more even'),
    crowd: number(0, 1, 0.75, 'crowding of the cells at one place: 0 is even'),
    gap: number(0, 10, 0.9, 'white gap between cells, mm'),
    rings: whole(1, 60, 9, 'largest number of rings in a cell'),
    spacing: number(
      0.3,
      10,
      0.95,
      'about the distance between the two outermost rings, mm; inner rings are further apart',
    ),
  },
  draw: (sheet, p) => {
    const out = new StrokeWriter()
    const { box } = sheet
    const bounds: [number, number, number, number] = [box.minX, box.minY, box.maxX, box.maxY]
    let points: ArrayLike<number> = scatterPoints(sheet, p.cells, p.crowd)
    // A cell of d3 ends with its first corner.
    const cells = () => [...new Delaunay(points).voronoi(bounds).cellPolygons()].map((cell) => cell.slice(0, -1).flat())
    for (let i = 0; i < p.even; i++) points = cells().flatMap(middle)
    for (const polygon of cells()) {
      const [cx, cy] = middle(polygon)
      const inner = inradius(polygon, cx, cy)
      const ringAt = (share: number) => smooth(shrinkRing(polygon, cx, cy, share), 0.5, true)
      const inBox = shrinkToBox(ringAt(1 - p.gap / 2 / inner), box, cx, cy)
      for (let ring = 0; ring < p.rings; ring++) {
        const inset = p.gap / 2 + ring * p.spacing * (1 + 0.12 * ring)
        if (inner - inset < 0.5) break
        out.add(ringAt((inBox * (inner - inset)) / inner))
      }
    }
    return out.take()
  },
})

function scatterPoints({ box, random }: Sheet, count: number, crowd: number): Float64Array {
  const fx = random.between(0.2, 0.8)
  const fy = random.between(0.25, 0.75)
  const points = new Float64Array(2 * count)
  for (let i = 0; i < count; i++) {
    const pull = crowd * random.next() ** 0.7
    const u = random.next()
    const v = random.next()
    points[2 * i] = box.minX + (u + (fx - u) * pull) * (box.maxX - box.minX)
    points[2 * i + 1] = box.minY + (v + (fy - v) * pull) * (box.maxY - box.minY)
  }
  return points
}

/** Mean of the corners, which is near enough to the centroid for Lloyd's method. */
function middle(polygon: readonly number[]): [number, number] {
  let sx = 0
  let sy = 0
  for (let i = 0; i < polygon.length; i += 2) {
    sx += at(polygon, i)
    sy += at(polygon, i + 1)
  }
  return [(2 * sx) / polygon.length, (2 * sy) / polygon.length]
}

/**
 * Factor by which a ring about a point must shrink to stay in the box. The curve of a ring may leave the box although
 * its corners do not.
 */
function shrinkToBox(ring: readonly number[], box: Bounds, cx: number, cy: number): number {
  return ring.reduce((share, value, i) => {
    const [low, high, middle] = i % 2 === 0 ? [box.minX, box.maxX, cx] : [box.minY, box.maxY, cy]
    const edge = value > middle ? high : low
    return value > high || value < low ? Math.min(share, (edge - middle) / (value - middle)) : share
  }, 1)
}

/** Distance from a point inside to the nearest edge. */
function inradius(polygon: readonly number[], cx: number, cy: number): number {
  let nearest = Infinity
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length
    const dx = at(polygon, j) - at(polygon, i)
    const dy = at(polygon, j + 1) - at(polygon, i + 1)
    const length = Math.hypot(dx, dy)
    if (length < 1e-9) continue
    nearest = Math.min(nearest, Math.abs(dx * (at(polygon, i + 1) - cy) - dy * (at(polygon, i) - cx)) / length)
  }
  return nearest
}

/**
 * Shrinks a ring towards the centre. The corners of the new ring are the middles of the edges, so that the smooth ring
 * is round and hardly leaves the cell.
 */
function shrinkRing(polygon: readonly number[], cx: number, cy: number, share: number): Line {
  const out: Line = []
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length
    const mx = (at(polygon, i) + at(polygon, j)) / 2
    const my = (at(polygon, i + 1) + at(polygon, j + 1)) / 2
    out.push(cx + (mx - cx) * share, cy + (my - cy) * share)
  }
  return out
}
