import type { Bounds } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { at, type Line } from './curve.ts'
import { boxPolygon, cutBy, mayMeet, type Region, regionOf } from './region.ts'
import { tidy } from './tidy.ts'

/** A picture that is built from front to back. Shapes hide the lines that are drawn after them. */
export class Scene {
  readonly #out = new StrokeWriter()
  readonly #covers: Region[] = []
  readonly #frame: Bounds | undefined
  readonly #frameRegion: Region | undefined

  /** @param frame  mm; nothing is drawn outside of it */
  constructor(frame?: Bounds) {
    this.#frame = frame
    this.#frameRegion =
      frame && regionOf(boxPolygon(frame.minX, frame.minY, frame.maxX - frame.minX, frame.maxY - frame.minY))
  }

  /** Draws lines where no shape covers them. */
  ink(...lines: readonly (readonly number[])[]): this {
    for (const line of lines) {
      const { box } = regionOf(line)
      let pieces = this.#clipToFrame(line, box)
      for (const cover of this.#covers) {
        // Boxes are compared first, because most lines are far from most covers.
        if (!overlap(box, cover.box)) continue
        pieces = uncoveredParts(cover, pieces)
        if (pieces.length === 0) break
      }
      for (const piece of pieces) this.#out.add(piece)
    }
    return this
  }

  #clipToFrame(line: readonly number[], box: Bounds): readonly (readonly number[])[] {
    if (!this.#frame || !this.#frameRegion || isWithin(box, this.#frame)) return [line]
    return cutBy(line, this.#frameRegion, 'inside')
  }

  /** Hides later lines inside this shape. */
  cover(polygon: readonly number[]): this {
    this.#covers.push(regionOf(polygon))
    return this
  }

  /** Draws the outline of a shape and lines inside it, and hides later lines inside it. */
  shape(polygon: readonly number[], ...inside: readonly (readonly number[])[]): this {
    return this.ink(...inside, closeLine(polygon)).cover(polygon)
  }

  /** Whether a circle lies outside the bounding boxes of all covering shapes, so that they hide nothing inside it. */
  isFree(x: number, y: number, radius: number): boolean {
    return this.#covers.every(({ box }) => {
      const dx = Math.max(box.minX - x, 0, x - box.maxX)
      const dy = Math.max(box.minY - y, 0, y - box.maxY)
      return Math.hypot(dx, dy) >= radius
    })
  }

  /** The strokes of the picture, without very short ones. */
  take(): Strokes {
    return tidy(this.#out.take())
  }
}

/** The parts of lines outside a cover; the same list when no line is near the cover. */
function uncoveredParts(cover: Region, lines: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (!lines.some((line) => mayMeet(line, cover.box))) return lines
  return lines.flatMap((line) => (mayMeet(line, cover.box) ? cutBy(line, cover, 'outside') : [line]))
}

/** A polygon as a line that returns to its first point. */
export const closeLine = (polygon: readonly number[]): Line => [...polygon, at(polygon, 0), at(polygon, 1)]

const isWithin = (a: Bounds, b: Bounds): boolean =>
  a.minX >= b.minX && a.maxX <= b.maxX && a.minY >= b.minY && a.maxY <= b.maxY

const overlap = (a: Bounds, b: Bounds): boolean =>
  a.maxX >= b.minX && a.minX <= b.maxX && a.maxY >= b.minY && a.minY <= b.maxY
