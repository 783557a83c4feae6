import { type Bounds, EMPTY_BOUNDS } from '../../geometry/bounds.ts'
import { at, type Line } from './curve.ts'

/** A closed shape (even-odd) with its bounding box, which makes tests of distant lines cheap. */
export interface Region {
  readonly polygon: readonly number[]
  readonly box: Bounds
}

/** A polygon with its bounding box. @param polygon  x, y interleaved, mm */
export function regionOf(polygon: readonly number[]): Region {
  let { minX, minY, maxX, maxY } = EMPTY_BOUNDS
  for (let i = 0; i < polygon.length; i += 2) {
    minX = Math.min(minX, at(polygon, i))
    maxX = Math.max(maxX, at(polygon, i))
    minY = Math.min(minY, at(polygon, i + 1))
    maxY = Math.max(maxY, at(polygon, i + 1))
  }
  return { polygon, box: { minX, minY, maxX, maxY } }
}

export function isInside({ polygon, box }: Region, px: number, py: number): boolean {
  if (px < box.minX || px > box.maxX || py < box.minY || py > box.maxY) return false
  let isIn = false
  for (let i = 0; i < polygon.length; i += 2) {
    const j = i + 2 < polygon.length ? i + 2 : 0
    const ay = at(polygon, i + 1)
    const by = at(polygon, j + 1)
    if (ay > py === by > py) continue
    if (px < at(polygon, i) + ((py - ay) / (by - ay)) * (at(polygon, j) - at(polygon, i))) isIn = !isIn
  }
  return isIn
}

/**
 * The pieces of a line inside or outside a region, cut exactly at the edge of the region. Most of a postcard's
 * rendering time is spent here, so a segment far from the region allocates no array.
 */
export function cutBy(line: readonly number[], region: Region, keep: 'inside' | 'outside'): Line[] {
  const pieces: Line[] = []
  let piece: Line | undefined
  // Whether the current part of the line is inside. The value changes only where the line crosses the edge.
  let isIn: boolean | undefined
  for (let i = 0; i + 3 < line.length; i += 2) {
    const ax = at(line, i)
    const ay = at(line, i + 1)
    const bx = at(line, i + 2)
    const by = at(line, i + 3)
    const isOutside = isFar(region.box, ax, ay, bx, by)
    const cuts = isOutside ? NO_CUTS : crossings(region.polygon, ax, ay, bx, by)
    if (isOutside) isIn = false
    for (let k = 0; k <= cuts.length; k++) {
      const from = k === 0 ? 0 : at(cuts, k - 1)
      const to = k === cuts.length ? 1 : at(cuts, k)
      if (from === to) continue
      if (isIn === undefined || cuts.length > 0) {
        const middle = (from + to) / 2
        isIn = isInside(region, ax + middle * (bx - ax), ay + middle * (by - ay))
      }
      if (isIn !== (keep === 'inside')) {
        piece = undefined
        continue
      }
      if (!piece) {
        piece = [ax + from * (bx - ax), ay + from * (by - ay)]
        pieces.push(piece)
      }
      piece.push(ax + to * (bx - ax), ay + to * (by - ay))
    }
  }
  return pieces
}

/** Whether a segment of the line may meet the box. If no segment does, no shape in the box cuts the line. */
export function mayMeet(line: readonly number[], box: Bounds): boolean {
  for (let i = 0; i + 3 < line.length; i += 2) {
    if (!isFar(box, at(line, i), at(line, i + 1), at(line, i + 2), at(line, i + 3))) return true
  }
  return false
}

const NO_CUTS: readonly number[] = []

const isFar = (box: Bounds, ax: number, ay: number, bx: number, by: number): boolean =>
  (ax < box.minX && bx < box.minX) ||
  (ax > box.maxX && bx > box.maxX) ||
  (ay < box.minY && by < box.minY) ||
  (ay > box.maxY && by > box.maxY)

/** Crossings of a segment with the edge of the region, as fractions of the segment, ascending. */
function crossings(polygon: readonly number[], ax: number, ay: number, bx: number, by: number): readonly number[] {
  const dx = bx - ax
  const dy = by - ay
  let cuts: number[] | undefined
  let px = at(polygon, polygon.length - 2)
  let py = at(polygon, polygon.length - 1)
  // The sign of `side` tells on which side of the segment's line a corner lies. The segment crosses no edge whose ends
  // lie on the same side.
  let side = (px - ax) * dy - (py - ay) * dx
  for (let i = 0; i < polygon.length; i += 2) {
    const qx = at(polygon, i)
    const qy = at(polygon, i + 1)
    const next = (qx - ax) * dy - (qy - ay) * dx
    if (side < 0 !== next < 0) {
      const across = dx * (qy - py) - dy * (qx - px)
      const t = ((px - ax) * (qy - py) - (py - ay) * (qx - px)) / across
      if (t >= 0 && t < 1) {
        if (cuts) cuts.push(t)
        else cuts = [t]
      }
    }
    px = qx
    py = qy
    side = next
  }
  if (!cuts) return NO_CUTS
  return cuts.length > 1 ? cuts.sort((a, b) => a - b) : cuts
}

export const boxPolygon = (x: number, y: number, width: number, height: number): Line => [
  x,
  y,
  x + width,
  y,
  x + width,
  y + height,
  x,
  y + height,
]
