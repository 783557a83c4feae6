import { applyToPoints } from '../../geometry/affine.ts'
import { PolygonRegion, type Region } from '../../geometry/region.ts'
import { intersectionOf } from '../../geometry/region-algebra.ts'
import type { Declared } from './cascade.ts'
import type { Reading } from './context.ts'
import { flatten } from './flatten.ts'
import type { Frame } from './frame.ts'
import type { Outline } from './outline.ts'
import { Polylines } from './polylines.ts'
import { stretch } from './transform.ts'
import type { SvgElement } from './tree.ts'
import type { Sink } from './walk.ts'

/** Gathers the shapes of a clipPath as regions in mm. */
export class ClipSink implements Sink {
  readonly purpose = 'clip'
  readonly regions: Region[] = []
  readonly #reading: Reading
  readonly #lines: Polylines

  constructor(reading: Reading) {
    this.#reading = reading
    this.#lines = new Polylines(reading.settings.limits.points)
  }

  shape(element: SvgElement, _declared: Declared, outline: Outline, frame: Frame): void {
    if (frame.style.visibility !== 'visible' || element.name === 'line') return
    this.#reading.countExpansion()
    const lines = this.#lines.reset()
    flatten(outline, this.#reading.settings.tolerance / Math.max(1e-9, stretch(frame.matrix)), lines)
    const strokes = lines.take()
    if (strokes.points.length === 0) return
    const points = applyToPoints(frame.matrix, strokes.points)
    const rule = frame.style['clip-rule'] === 'evenodd' ? 'evenodd' : 'nonzero'
    const region = new PolygonRegion({ points, starts: strokes.starts }, rule)
    this.regions.push(frame.clip === undefined ? region : intersectionOf(frame.clip, region))
  }

  /** A stroke font has no inside to draw in. */
  glyphs(): void {
    this.#reading.notDrawn.add('text in a clip path')
  }
}
