import { strokesOf } from '../../geometry/drawing.ts'
import { type Line, roundCorners } from '../draw/curve.ts'
import { flag, number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

interface Square {
  /** The centre, mm. */
  readonly x: number
  readonly y: number
  /** Half axes a and b. The curve enters the square at the corner −a −b, and leaves the square at the corner +a −b. */
  readonly ax: number
  readonly ay: number
  readonly bx: number
  readonly by: number
}

/** At a smaller distance, mm, neighbouring lines only blacken the sheet, so the curve is not divided further. */
const SMALLEST = 0.2

/**
 * Hilbert's curve (1891), with a depth that noise varies. The curve is one line through every part of the sheet, fine
 * where the noise is high, and coarse where the noise is low.
 */
export const hilbert = definePattern({
  name: 'hilbert',
  summary: 'one space-filling line, finer in some places than in others',
  params: {
    order: whole(1, 8, 6, 'number of divisions in the finest parts'),
    variety: number(
      0,
      1,
      0.85,
      'extent of the parts that are one or two divisions coarser: 0 is equally fine everywhere',
    ),
    scale: number(5, 500, 46, 'size of the light and dark parts, mm'),
    round: flag(true, 'rounds the corners'),
  },
  draw: ({ box, cx, cy, random }, p) => {
    const noise = random.noise()
    const line: Line = []
    const rx = (box.maxX - box.minX) / 2
    const ry = (box.maxY - box.minY) / 2
    // Squares side by side fill a long sheet better than one square. The curve continues from each square into the
    // next.
    const pieces = Math.max(1, Math.round(Math.max(rx, ry) / Math.min(rx, ry)))
    const finest = Math.floor(Math.log2((2 * Math.min(rx, ry)) / SMALLEST))
    const order = Math.max(1, Math.min(p.order, finest))
    const visit = ({ x, y, ax, ay, bx, by }: Square, depth: number): void => {
      const dark = 0.5 + 0.5 * noise(x / p.scale, y / p.scale)
      const isLeaf =
        depth >= order || (depth > 0 && depth >= order - 2 && dark < p.variety * (depth === order - 1 ? 0.62 : 0.38))
      if (isLeaf) {
        line.push(x, y)
        return
      }
      const half = { ax: ax / 2, ay: ay / 2, bx: bx / 2, by: by / 2 }
      const transposed = { ax: half.bx, ay: half.by, bx: half.ax, by: half.ay }
      const back = { ax: -half.bx, ay: -half.by, bx: -half.ax, by: -half.ay }
      visit({ x: x - half.ax - half.bx, y: y - half.ay - half.by, ...transposed }, depth + 1)
      visit({ x: x - half.ax + half.bx, y: y - half.ay + half.by, ...half }, depth + 1)
      visit({ x: x + half.ax + half.bx, y: y + half.ay + half.by, ...half }, depth + 1)
      visit({ x: x + half.ax - half.bx, y: y + half.ay - half.by, ...back }, depth + 1)
    }
    const isWide = rx >= ry
    for (let i = 0; i < pieces; i++) {
      const shift = (2 * i + 1) / pieces - 1
      const piece = isWide
        ? { x: cx + shift * rx, y: cy, ax: rx / pieces, ay: 0, bx: 0, by: -ry }
        : { x: cx, y: cy + shift * ry, ax: 0, ay: ry / pieces, bx: rx, by: 0 }
      visit(piece, 0)
    }
    return strokesOf(p.round ? roundCorners(line, 3) : line)
  },
})
