import { boundsOf } from '../../../geometry/bounds.ts'
import { at, type Strokes, strokeCount, x, y } from '../../../geometry/drawing.ts'

/** Least result of `blockSize`. */
const BLOCK = 6
/** Largest difference between the costs of stops that count as equal, s. */
const SAME_STOP = 1e-4
/** Margin of the radii of blocks and of rings (`VertexBlocks`), mm, so that rounding excludes no vertex. */
const ROUNDING = 1e-9

/**
 * Number of vertices in a block: about the square root of the number of a stroke's vertices. Then a long stroke has
 * about as many blocks as a block has vertices.
 */
export const blockSize = (vertices: number): number => Math.max(BLOCK, Math.ceil(Math.sqrt(vertices)))

/**
 * The vertices of closed strokes in blocks of consecutive vertices, so that a search can skip blocks that are too far
 * away. All vertices of a stroke lie in a ring (annulus) round the stroke's centre.
 */
export class VertexBlocks {
  /** For each stroke: 1 if it is closed and a stop costs the same at every vertex. */
  readonly hasEqualStops: Uint8Array
  /** For each block: x and y of its centre, and its radius, mm. */
  readonly blocks: Float64Array
  /**
   * For each stroke, the index of its first block. A block has `blockSize` vertices; a stroke's last block may have
   * fewer.
   */
  readonly firstBlock: Int32Array
  /**
   * For each stroke: x and y of its centre, and the least and the greatest distance of its vertices from the centre,
   * mm.
   */
  readonly #annuli: Float64Array

  /** @param closed  1 for closed strokes @param stop  the cost of a stop at each vertex, s */
  constructor(strokes: Strokes, closed: Uint8Array, stop: Float64Array) {
    const count = strokeCount(strokes)
    const { starts } = strokes
    this.hasEqualStops = closed.slice()
    this.firstBlock = new Int32Array(count + 1)
    this.#annuli = new Float64Array(4 * count)
    for (let i = 0; i < count; i++) {
      const segmentCount = at(starts, i + 1) - at(starts, i) - 1
      this.firstBlock[i + 1] =
        at(this.firstBlock, i) + (closed[i] === 1 ? Math.ceil(segmentCount / blockSize(segmentCount)) : 0)
    }
    this.blocks = new Float64Array(3 * at(this.firstBlock, count))
    for (let i = 0; i < count; i++) {
      if (closed[i] !== 1) continue
      const [first, last] = [at(starts, i), at(starts, i + 1) - 1]
      this.#measure(strokes, i, first, last)
      for (let v = first; v < last; v++)
        if (Math.abs(at(stop, v) - at(stop, first)) > SAME_STOP) this.hasEqualStops[i] = 0
    }
  }

  /** A lower bound of the distance between a place and the vertices of closed stroke i, mm. */
  gap(i: number, px: number, py: number): number {
    const annuli = this.#annuli
    const dx = (annuli[4 * i] as number) - px
    const dy = (annuli[4 * i + 1] as number) - py
    const d = Math.sqrt(dx * dx + dy * dy)
    return Math.max(0, (annuli[4 * i + 2] as number) - d, d - (annuli[4 * i + 3] as number))
  }

  #measure({ points }: Strokes, i: number, first: number, last: number): void {
    const size = blockSize(last - first)
    let block = 3 * at(this.firstBlock, i)
    for (let begin = first; begin < last; begin += size, block += 3) {
      const disc = discOf(points, begin, Math.min(last, begin + size))
      this.blocks.set([disc.x, disc.y, disc.radius + ROUNDING], block)
    }
    const { x: mx, y: my } = discOf(points, first, last)
    let [least, most] = [Infinity, 0]
    for (let v = first; v < last; v++) {
      const d = Math.hypot(x(points, v) - mx, y(points, v) - my)
      least = Math.min(least, d)
      most = Math.max(most, d)
    }
    this.#annuli.set([mx, my, least - ROUNDING, most + ROUNDING], 4 * i)
  }
}

/** The disc around the bounding box of some vertices: x and y of its centre, and its radius, mm. */
export function discOf(
  points: Strokes['points'],
  first: number,
  end: number,
): { x: number; y: number; radius: number } {
  const { minX, minY, maxX, maxY } = boundsOf({ points: points.subarray(2 * first, 2 * end) })
  return { x: (minX + maxX) / 2, y: (minY + maxY) / 2, radius: Math.hypot(maxX - minX, maxY - minY) / 2 }
}
