import { apply, compose, rotation, scaling, translation } from '../../../geometry/affine.ts'
import { intersectionOf } from '../../../geometry/region-algebra.ts'
import { type Axis, lengthOf } from '../css/lengths.ts'
import { fractionOf, localReference } from '../css/paint.ts'
import { parseAngle } from '../css/transform.ts'
import { parseViewBox, viewBoxTransform } from '../css/viewport.ts'
import type { SvgElement } from '../document/tree.ts'
import { type Frame, lengthContext, styleAt, type Walker } from '../reading/reading.ts'
import type { Outline } from '../shapes/outline.ts'
import { orientation, type Vertex, verticesOf } from '../shapes/vertices.ts'
import { boxRegion, clipOf, isClipped } from './clip.ts'

const MARKABLE = new Set(['path', 'line', 'polyline', 'polygon'])

/**
 * Draws the markers of a shape at its start, its vertices and its end (SVG 2, section 13.7).
 *
 * @param strokeWidth  width of the shape's stroke as it is drawn, user units
 */
export function drawMarkers(
  walker: Walker,
  element: SvgElement,
  outline: Outline,
  frame: Frame,
  strokeWidth: number,
): void {
  const { style } = frame
  const start = style['marker-start']
  const mid = style['marker-mid']
  const end = style['marker-end']
  if (start === 'none' && mid === 'none' && end === 'none') return
  if (!MARKABLE.has(element.name)) return
  // Each vertex takes a hundred bytes of memory, and the text of its marker reference is parsed again.
  walker.reading.budget.spend(outline.length * (25 + (start.length + mid.length + end.length) / 4))
  const vertices = verticesOf(outline)
  const last = vertices.length - 1
  vertices.forEach((vertex, i) => {
    // A single point has only an end marker, as in browsers.
    if (i === 0 && last > 0) place(walker, start, vertex, frame, strokeWidth, true)
    if (i > 0 && i < last) place(walker, mid, vertex, frame, strokeWidth, false)
    if (i === last) place(walker, end, vertex, frame, strokeWidth, false)
  })
}

function place(
  walker: Walker,
  reference: string,
  vertex: Vertex,
  frame: Frame,
  strokeWidth: number,
  isFirst: boolean,
): void {
  const id = localReference(reference)
  const marker = id === undefined ? undefined : walker.reading.tree.byId.get(id)
  if (marker?.name !== 'marker') return
  walker.reading.expand(marker, () => drawMarker(walker, marker, vertex, frame, strokeWidth, isFirst))
}

function drawMarker(
  walker: Walker,
  marker: SvgElement,
  vertex: Vertex,
  outer: Frame,
  strokeWidth: number,
  isFirst: boolean,
): void {
  const { attributes } = marker
  const declared = walker.reading.cascade.declared(marker)
  if (declared.opacity !== undefined && fractionOf(declared.opacity) === 0) return
  const box = parseViewBox(attributes['viewBox'])
  const style = styleAt(walker.reading, marker, outer)
  const context = lengthContext({ ...outer, style })
  const size = (name: string, axis: Axis): number => lengthOf(attributes[name], axis, context, 3)
  const width = size('markerWidth', 'x')
  const height = size('markerHeight', 'y')
  if (!(width > 0 && height > 0) || box?.width === 0 || box?.height === 0) return

  const unitScale = attributes['markerUnits'] === 'userSpaceOnUse' ? 1 : strokeWidth
  const turn = angleOf(attributes['orient'], vertex, isFirst)
  const inner = box === undefined ? scaling(1) : viewBoxTransform(box, width, height, attributes['preserveAspectRatio'])
  const reference = (name: 'refX' | 'refY', axis: Axis): number => lengthOf(attributes[name], axis, context, 0)
  const [refX, refY] = apply(inner, reference('refX', 'x'), reference('refY', 'y'))
  const steps = [translation(vertex.x, vertex.y), rotation(turn), scaling(unitScale), translation(-refX, -refY)]
  const matrix = steps.reduce(compose, outer.matrix)
  const opacity = outer.opacity * fractionOf(declared.opacity ?? '1')
  const inside = { ...outer, style, opacity, matrix: compose(matrix, inner) }
  const ownClip = clipOf(walker, marker, declared, inside)
  if (ownClip === 'nothing') return
  walker.children(marker, {
    ...inside,
    viewWidth: box?.width ?? width,
    viewHeight: box?.height ?? height,
    clip: isClipped(declared) ? intersectionOf(ownClip, boxRegion(matrix, 0, 0, width, height)) : ownClip,
    painter: { style: outer.style, outer: outer.painter },
    depth: outer.depth + 1,
    scope: undefined,
  })
}

/** The direction of a marker, degrees clockwise. */
function angleOf(orient: string | undefined, vertex: Vertex, isFirst: boolean): number {
  const text = orient?.trim() ?? '0'
  if (text !== 'auto' && text !== 'auto-start-reverse') return parseAngle(text) ?? (Number(text) || 0)
  const degrees = orientation(vertex)
  return text === 'auto-start-reverse' && isFirst ? degrees + 180 : degrees
}
