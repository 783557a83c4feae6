import { applyToPoints, compose } from '../../../geometry/affine.ts'
import { type FillRule, PolygonRegion, type Region } from '../../../geometry/region.ts'
import { intersectionOf, type PaintedPart, paintedOf } from '../../../geometry/region-algebra.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Work } from '../../../geometry/work.ts'
import type { Declared } from '../css/cascade.ts'
import { luminance } from '../css/color-key.ts'
import { lengthOf } from '../css/lengths.ts'
import { fractionOf, localReference, opacityOf, paintOf } from '../css/paint.ts'
import { stretch } from '../css/transform-attribute.ts'
import { childElements, hrefOf, type SvgElement } from '../document/tree.ts'
import { boundingBox } from '../reading/bounding-box.ts'
import { pointLimit } from '../reading/options.ts'
import { type Frame, lengthContext, type Reading, type Sink, styleAt, type Walker } from '../reading/reading.ts'
import { flatten } from '../shapes/flatten.ts'
import type { Outline } from '../shapes/outline.ts'
import { SHAPES } from '../shapes/shapes.ts'
import { viewportAround } from '../shapes/viewport.ts'
import { boxRegion, ownUnits } from './clip.ts'
import { hasOwnRegion, regionInBox, userRegion } from './filter.ts'

/** The visible region of a mask, and whether the mask also has intermediate shades, or strokes. */
export interface MaskRegion {
  readonly region: Region
  readonly isShaded: boolean
}

/**
 * The part of the plane that a mask of plain filled shapes leaves visible: the light shapes, minus the dark shapes
 * above them. Undefined without a mask, and for a mask that is not displayed, has no light shape, has other content, or
 * has content in units of the bounding box. Undefined also for a mask that is being read already, because its own
 * content refers to it.
 */
export function maskRegion(
  walker: Walker,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): MaskRegion | undefined {
  const id = localReference(declared.mask ?? 'none')
  const { reading } = walker
  const mask = id === undefined ? undefined : reading.tree.byId.get(id)
  if (mask?.name !== 'mask' || mask.attributes['maskContentUnits'] === 'objectBoundingBox') return undefined
  if (reading.cascade.declared(mask).display === 'none') return undefined
  if (reading.masks.includes(mask) || !hasPlainShapes(reading, mask)) return undefined
  const sink = new MaskSink(reading, reading.cascade.declared(mask)['mask-type'] === 'alpha')
  const matrix = compose(frame.matrix, ownUnits(element, declared, frame))
  const inside: Frame = {
    ...frame,
    ...viewportAround(mask, lengthContext(frame), reading.budget),
    matrix,
    style: styleAt(reading, mask, frame),
    clip: undefined,
    opacity: 1,
    scope: undefined,
    painter: undefined,
  }
  reading.masks.push(mask)
  reading.expand(mask, () => walker.withSink(sink).children(mask, inside))
  reading.masks.pop()
  const { region, isShaded } = sink
  if (region === undefined) return undefined
  const box = maskBox(walker, mask, element, declared, frame)
  return { region: intersectionOf(box, region), isShaded }
}

/**
 * The box of a mask, outside of which the mask shows nothing. A box in units of the element's bounding box is undefined
 * in two cases: the mask has no attribute for the box, or the element has no bounding box.
 */
function maskBox(
  walker: Walker,
  mask: SvgElement,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): Region | undefined {
  const { attributes } = mask
  if (attributes['maskUnits'] === 'userSpaceOnUse') {
    const { x, y, width, height } = userRegion(walker, mask, frame)
    return boxRegion(compose(frame.matrix, ownUnits(element, declared, frame)), x, y, width, height)
  }
  if (!hasOwnRegion(mask)) return undefined
  const box = boundingBox(walker, element, declared, frame)
  if (box === undefined) return undefined
  const { x, y, width, height } = regionInBox(mask, box)
  return boxRegion(frame.matrix, x, y, width, height)
}

/** Elements that a mask of plain shapes may hold besides the shapes. */
const GROUPS = new Set(['g', 'a', 'title', 'desc', 'defs', 'metadata', 'linearGradient', 'radialGradient', 'stop'])
/** Steps of work to examine an element. */
const EXAMINATION = 50

function hasPlainShapes(reading: Reading, element: SvgElement): boolean {
  return childElements(element).every((child) => {
    reading.budget.visit(child)
    reading.budget.spend(EXAMINATION)
    const shape = child.name === 'use' ? reading.find(hrefOf(child))?.name : child.name
    if (shape !== undefined && SHAPES[shape] !== undefined) return shape !== 'line' && shape !== 'polyline'
    const declared = reading.cascade.declared(child)
    return GROUPS.has(child.name) && (declared.mask ?? 'none') === 'none' && hasPlainShapes(reading, child)
  })
}

function hasStroke(frame: Frame, work: Work): boolean {
  if (paintOf('stroke', frame.style, frame.painter, work).is === 'none') return false
  return lengthOf(frame.style['stroke-width'], 'diagonal', lengthContext(frame), 1) > 0
}

class MaskSink implements Sink {
  readonly purpose = 'clip'
  /** The light and dark shapes, in painting order. The first is a light one. */
  readonly #parts: PaintedPart[] = []
  isShaded = false
  readonly #reading: Reading
  readonly #isAlpha: boolean
  readonly #lines: StrokeWriter

  constructor(reading: Reading, isAlpha: boolean) {
    this.#reading = reading
    this.#isAlpha = isAlpha
    this.#lines = new StrokeWriter(pointLimit(reading.settings.limits.points))
  }

  /** The visible part of the plane; undefined without a light shape. */
  get region(): Region | undefined {
    return this.#parts.length === 0 ? undefined : paintedOf(this.#parts, this.#reading.budget)
  }

  shape(_: SvgElement, _declared: Declared, outline: Outline, frame: Frame): void {
    const { style, painter, matrix } = frame
    if (style.visibility !== 'visible') return
    this.#reading.countExpansion()
    if (hasStroke(frame, this.#reading.budget)) this.isShaded = true
    const paint = paintOf('fill', style, painter, this.#reading.budget)
    if (paint.is === 'none') return
    if (paint.is === 'server') this.isShaded = true
    const light = paint.is === 'color' && !this.#isAlpha ? luminance(paint.color) : 1
    const ownAlpha = paint.is === 'color' ? opacityOf(paint.color) : 1
    const alpha = frame.opacity * fractionOf(style['fill-opacity']) * ownAlpha
    if (light > 0.02 && light < 0.98) this.isShaded = true
    if (alpha < 0.98) this.isShaded = true
    // A dark shape that is more than half transparent does not hide the shapes below it.
    const shows = light * alpha >= 0.5
    if (!shows && (this.#isAlpha || alpha < 0.5 || this.#parts.length === 0)) return
    flatten(outline, this.#reading.settings.tolerance / Math.max(1e-9, stretch(matrix)), this.#lines.reset())
    this.#reading.budget.spend(5 * this.#lines.vertices)
    const { points, starts } = this.#lines.take()
    const rule: FillRule = style['fill-rule'] === 'evenodd' ? 'evenodd' : 'nonzero'
    const region = new PolygonRegion({ points: applyToPoints(matrix, points), starts }, rule, this.#reading.budget)
    this.#parts.push({ region: intersectionOf(frame.clip, region), shows })
  }

  glyphs(): void {}
}
