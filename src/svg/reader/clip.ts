import { type Affine, apply, compose, translation } from '../../geometry/affine.ts'
import { strokesOf } from '../../geometry/drawing.ts'
import { PolygonRegion, type Region } from '../../geometry/region.ts'
import { intersectionOf, unionOf } from '../../geometry/region-algebra.ts'
import { boundingBox } from './bounding-box.ts'
import type { Declared } from './cascade.ts'
import { ClipSink } from './clip-sink.ts'
import type { Frame } from './frame.ts'
import { localReference } from './paint.ts'
import { elementTransform } from './placing.ts'
import { styleAt } from './style-at.ts'
import type { SvgElement } from './tree.ts'
import type { Walker } from './walk.ts'

/** A box in user units, as a region in mm. */
export function boxRegion(matrix: Affine, x: number, y: number, width: number, height: number): Region {
  const corners = [
    apply(matrix, x, y),
    apply(matrix, x + width, y),
    apply(matrix, x + width, y + height),
    apply(matrix, x, y + height),
  ]
  return new PolygonRegion(strokesOf(corners.flat()), 'nonzero')
}

/**
 * What is left to draw in once the element's `clip-path` is taken into account; undefined when that is everything.
 * A reference to something that is no clipPath counts as none (CSS Masking 1, section 5.1); one that leads back to
 * itself leaves nothing.
 */
export function clipOf(
  walker: Walker,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): Region | undefined | 'nothing' {
  const id = localReference(declared['clip-path'] ?? '')
  const clipPath = id === undefined ? undefined : walker.reading.tree.byId.get(id)
  if (clipPath?.name !== 'clipPath') return frame.clip
  if (walker.reading.isActive(clipPath)) return 'nothing'
  const region = clipPathRegion(walker, clipPath, element, declared, frame)
  return region === undefined ? 'nothing' : intersectionOf(frame.clip, region)
}

function clipPathRegion(
  walker: Walker,
  clipPath: SvgElement,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): Region | undefined {
  const own = walker.reading.cascade.declared(clipPath)
  const units = clipUnits(walker, clipPath, element, declared, frame)
  if (units === undefined) return undefined
  const style = styleAt(walker.reading, clipPath, frame)
  const transform = elementTransform(walker, clipPath, own, { ...frame, style })
  if (transform === undefined) return undefined

  const sink = new ClipSink(walker.reading)
  let outer: Region | undefined | 'nothing'
  walker.reading.expand(clipPath, () => {
    outer = clipOf(walker, element, { 'clip-path': own['clip-path'] ?? 'none' }, { ...frame, clip: undefined })
    const inner: Frame = { ...frame, ...units, matrix: compose(units.matrix, transform), style, clip: undefined }
    walker.withSink(sink).children(clipPath, inner)
  })
  if (outer === 'nothing' || sink.regions.length === 0) return undefined
  return intersectionOf(outer, unionOf(sink.regions))
}

type Units = Pick<Frame, 'matrix'>

/** The user space of the clip path: that of the element, or the unit square of its bounding box. */
function clipUnits(
  walker: Walker,
  { attributes }: SvgElement,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): Units | undefined {
  if (attributes['clipPathUnits'] !== 'objectBoundingBox') return { matrix: frame.matrix }
  const box = boundingBox(walker, element, declared, frame)
  if (box === undefined) return undefined
  const unitSquare = compose(translation(box.x, box.y), [box.width, 0, 0, box.height, 0, 0])
  return { matrix: compose(frame.matrix, unitSquare) }
}
