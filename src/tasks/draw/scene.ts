import type { Bounds } from '../../geometry/bounds.ts'
import { at, type Strokes } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import type { Line } from './curve.ts'
import { cutBy, type Region, regionOf } from './region.ts'
import { tidied } from './tidy.ts'

/**
 * A picture built from front to back: what is drawn later is hidden behind the shapes that already stand there.
 * A scene is white where something covers it, as an engraver leaves the plate alone.
 */
export class Scene {
  readonly #out = new StrokeWriter()
  readonly #covers: Region[] = []
  #frame: Region | undefined

  /** Nothing is drawn outside the frame. */
  constructor(frame?: readonly number[]) {
    this.#frame = frame && regionOf(frame)
  }

  /** Lines, where nothing stands before them. */
  ink(...lines: readonly (readonly number[])[]): this {
    for (const line of lines) {
      let pieces: Line[] = this.#frame ? cutBy(line, this.#frame, 'inside') : [[...line]]
      const { box } = regionOf(line)
      for (const cover of this.#covers) {
        // Boxes are compared first: most lines are nowhere near most covers.
        if (touch(box, cover.box)) pieces = pieces.flatMap((piece) => cutBy(piece, cover, 'outside'))
      }
      for (const piece of pieces) this.#out.add(piece)
    }
    return this
  }

  /** What comes later is hidden inside this shape. */
  cover(polygon: readonly number[]): this {
    this.#covers.push(regionOf(polygon))
    return this
  }

  /** A shape's outline, which also covers what comes later. */
  shape(polygon: readonly number[], ...inside: readonly (readonly number[])[]): this {
    return this.ink(...inside, closed(polygon)).cover(polygon)
  }

  /** Whether a circle touches nothing that covers: room for a thing that should be whole or not there. */
  isFree(x: number, y: number, radius: number): boolean {
    return this.#covers.every(({ box }) => {
      const [dx, dy] = [Math.max(box.minX - x, 0, x - box.maxX), Math.max(box.minY - y, 0, y - box.maxY)]
      return Math.hypot(dx, dy) >= radius
    })
  }

  take(): Strokes {
    return tidied(this.#out.take())
  }
}

export const closed = (polygon: readonly number[]): Line => [...polygon, at(polygon, 0), at(polygon, 1)]

const touch = (a: Bounds, b: Bounds): boolean =>
  a.maxX >= b.minX && a.minX <= b.maxX && a.maxY >= b.minY && a.minY <= b.maxY
