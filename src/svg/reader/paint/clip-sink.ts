import { applyToPoints } from '../../../geometry/affine.ts'
import type { Strokes } from '../../../geometry/drawing.ts'
import { type FillRule, PolygonRegion, type Region } from '../../../geometry/region.ts'
import { intersectionOf } from '../../../geometry/region-algebra.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Declared } from '../css/cascade.ts'
import { fontSize } from '../css/style.ts'
import { stretch } from '../css/transform-attribute.ts'
import type { SvgElement } from '../document/tree.ts'
import { ANOTHER_WAY, pointLimit } from '../reading/options.ts'
import type { Frame, Reading, Sink } from '../reading/reading.ts'
import { flatten } from '../shapes/flatten.ts'
import type { Outline } from '../shapes/outline.ts'
import { HALF_STEM, letterBars } from '../text/letter-bars.ts'

/** Collects the shapes of a clipPath, or one basic shape, as regions in mm. */
export class ClipSink implements Sink {
  readonly purpose = 'clip'
  readonly regions: Region[] = []
  readonly #reading: Reading
  readonly #lines: StrokeWriter

  constructor(reading: Reading) {
    this.#reading = reading
    this.#lines = new StrokeWriter(pointLimit(reading.settings.limits.points))
  }

  shape(element: SvgElement, _declared: Declared, outline: Outline, frame: Frame): void {
    if (frame.style.visibility !== 'visible' || element.name === 'line') return
    this.#reading.countExpansion()
    const lines = this.#lines.reset()
    flatten(outline, this.#reading.settings.tolerance / Math.max(1e-9, stretch(frame.matrix)), lines)
    this.#reading.budget.spend(5 * lines.vertices)
    const strokes = lines.take()
    if (strokes.points.length === 0) return
    this.#add(strokes, frame.style['clip-rule'] === 'evenodd' ? 'evenodd' : 'nonzero', frame)
  }

  /** Letters of a stroke font have no inside, so each stroke gets the width of a usual stem. */
  glyphs(lines: StrokeWriter, frame: Frame): void {
    if (frame.style.visibility !== 'visible') return
    this.#reading.countExpansion()
    this.#reading.notDrawn.add('text in a clip path', ANOTHER_WAY.boldLetters)
    this.#add(letterBars(lines.take(), HALF_STEM * fontSize(frame.style)), 'nonzero', frame)
  }

  /** Adds the inside of polygons in user units, cut to the clip of the frame. */
  #add({ points, starts }: Strokes, rule: FillRule, { matrix, clip }: Frame): void {
    const region = new PolygonRegion({ points: applyToPoints(matrix, points), starts }, rule, this.#reading.budget)
    this.regions.push(clip === undefined ? region : intersectionOf(clip, region))
  }
}
