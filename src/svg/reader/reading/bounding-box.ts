import { IDENTITY } from '../../../geometry/affine.ts'
import { at } from '../../../geometry/drawing.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Declared } from '../css/cascade.ts'
import { lengthOf } from '../css/lengths.ts'
import type { ReferenceBox } from '../css/transform.ts'
import { stretch } from '../css/transform-attribute.ts'
import type { SvgElement } from '../document/tree.ts'
import { flatten } from '../shapes/flatten.ts'
import { SHAPES } from '../shapes/shapes.ts'
import { pointLimit } from './options.ts'
import { type Frame, lengthContext, type Sink, type Walker } from './reading.ts'

/** Choices for `boundingBox`. */
interface BoxOptions {
  /** Whether the width of the strokes of shapes counts; default false. Joins and caps do not count. */
  readonly withStrokes?: boolean
  /** Gets the frame of each shape and each piece of text in the element. */
  readonly onPart?: (part: Frame) => void
}

/**
 * The bounding box of an element's geometry, in the user units of `frame`. Clips and markers do not count (SVG 2,
 * section 8.10). Undefined when the element has no geometry.
 */
export function boundingBox(
  walker: Walker,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
  { withStrokes = false, onPart }: BoxOptions = {},
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
    shape: ({ name }, _declared, outline, inner) => {
      flatten(outline, tolerance / Math.max(1e-9, stretch(inner.matrix)), lines.reset())
      walker.reading.budget.spend(5 * lines.vertices)
      include(lines, inner)
      const { stroke, 'stroke-width': width } = inner.style
      if (!withStrokes || stroke === 'none' || SHAPES[name] === undefined) return
      walker.reading.budget.spend(20 * lines.vertices)
      include(edgesOf(lines, lengthOf(width, 'diagonal', lengthContext(inner), 1) / 2), inner)
    },
    glyphs: include,
  }
  walker.withSink(sink).draw(element, declared, { ...frame, matrix: IDENTITY, clip: undefined })
  return minX <= maxX ? { x: minX, y: minY, width: maxX - minX, height: maxY - minY } : undefined
}

/** The edges of the strokes along lines: both sides of each segment. @param half  half the width of the strokes */
function edgesOf(lines: StrokeWriter, half: number): StrokeWriter {
  const edges = new StrokeWriter()
  for (let s = 0; s < lines.strokes; s++) {
    const line = lines.line(s)
    for (let i = 2; i < line.length; i += 2) {
      const [ax, ay, bx, by] = [at(line, i - 2), at(line, i - 1), at(line, i), at(line, i + 1)]
      const share = half / Math.hypot(bx - ax, by - ay)
      if (share === Infinity) continue
      const [dx, dy] = [(by - ay) * share, (ax - bx) * share]
      edges.add([ax + dx, ay + dy, bx + dx, by + dy])
      edges.add([ax - dx, ay - dy, bx - dx, by - dy])
    }
  }
  return edges
}
