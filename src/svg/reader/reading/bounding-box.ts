import { IDENTITY } from '../../../geometry/affine.ts'
import { at } from '../../../geometry/drawing.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Declared } from '../css/cascade.ts'
import type { ReferenceBox } from '../css/transform.ts'
import { stretch } from '../css/transform-attribute.ts'
import type { SvgElement } from '../document/tree.ts'
import { flatten } from '../shapes/flatten.ts'
import { pointLimit } from './options.ts'
import type { Frame, Sink, Walker } from './reading.ts'

/**
 * The bounding box of an element's geometry, in the element's own user units. Line widths, clips and markers do not
 * count (SVG 2, section 8.10). Undefined when the element has no geometry.
 *
 * @param onPart  gets the frame of each shape and each piece of text in the element
 */
export function boundingBox(
  walker: Walker,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
  onPart?: (part: Frame) => void,
): ReferenceBox | undefined {
  let minX = Infinity
  let minY = Infinity
  let maxX = -Infinity
  let maxY = -Infinity
  walker.reading.budget.spend(500)
  const lines = new StrokeWriter(pointLimit(walker.reading.settings.limits.points))
  const tolerance = walker.reading.settings.tolerance / Math.max(1e-9, stretch(frame.matrix))

  const include = (strokes: StrokeWriter, part: Frame): void => {
    onPart?.(part)
    const [a, b, c, d, e, f] = part.matrix
    for (let i = 0; i < 2 * strokes.vertices; i += 2) {
      const ux = at(strokes.points, i)
      const uy = at(strokes.points, i + 1)
      const px = a * ux + c * uy + e
      const py = b * ux + d * uy + f
      minX = Math.min(minX, px)
      maxX = Math.max(maxX, px)
      minY = Math.min(minY, py)
      maxY = Math.max(maxY, py)
    }
  }
  const sink: Sink = {
    purpose: 'measure',
    shape: (_element, _declared, outline, inner) => {
      flatten(outline, tolerance / Math.max(1e-9, stretch(inner.matrix)), lines.reset())
      walker.reading.budget.spend(5 * lines.vertices)
      include(lines, inner)
    },
    glyphs: include,
  }
  walker.withSink(sink).draw(element, declared, { ...frame, matrix: IDENTITY, clip: undefined })
  return minX <= maxX ? { x: minX, y: minY, width: maxX - minX, height: maxY - minY } : undefined
}
