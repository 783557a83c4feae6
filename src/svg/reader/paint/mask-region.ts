import { applyToPoints } from '../../../geometry/affine.ts'
import { type FillRule, PolygonRegion, type Region } from '../../../geometry/region.ts'
import { intersectionOf, type PaintedPart, paintedOf } from '../../../geometry/region-algebra.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Declared } from '../css/cascade.ts'
import { luminance } from '../css/color-key.ts'
import { fractionOf, localReference, opacityOf, paintOf } from '../css/paint.ts'
import { stretch } from '../css/transform-attribute.ts'
import { childElements, type SvgElement } from '../document/tree.ts'
import { pointLimit } from '../reading/options.ts'
import { type Frame, type Reading, type Sink, styleAt, type Walker } from '../reading/reading.ts'
import { flatten } from '../shapes/flatten.ts'
import type { Outline } from '../shapes/outline.ts'
import { SHAPES } from '../shapes/shapes.ts'

/** The visible region of a mask, and whether the mask also has intermediate shades. */
export interface MaskRegion {
  readonly region: Region
  readonly isShaded: boolean
}

/**
 * The part of the plane that a mask of plain filled shapes leaves visible: the light shapes, without the dark shapes
 * above them. Undefined for any other mask: without a light shape, with other content, with content in units of the
 * bounding box, or used within itself.
 */
export function maskRegion(walker: Walker, { mask: text = 'none' }: Declared, frame: Frame): MaskRegion | undefined {
  const id = localReference(text)
  const { reading } = walker
  const mask = id === undefined ? undefined : reading.tree.byId.get(id)
  if (mask?.name !== 'mask' || mask.attributes['maskContentUnits'] === 'objectBoundingBox') return undefined
  if (reading.masks.includes(mask) || !hasPlainShapes(reading, mask)) return undefined
  const sink = new MaskSink(reading, reading.cascade.declared(mask)['mask-type'] === 'alpha')
  const inside: Frame = {
    ...frame,
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
  return region === undefined ? undefined : { region, isShaded }
}

/** Elements that a mask of plain shapes may hold besides the shapes. */
const GROUPS = new Set(['g', 'a', 'title', 'desc', 'defs', 'metadata', 'linearGradient', 'radialGradient', 'stop'])
/** Steps of work to examine an element. */
const EXAMINATION = 50

function hasPlainShapes(reading: Reading, element: SvgElement): boolean {
  return childElements(element).every((child) => {
    reading.budget.visit(child)
    reading.budget.spend(EXAMINATION)
    if (SHAPES[child.name] !== undefined) return child.name !== 'line' && child.name !== 'polyline'
    const declared = reading.cascade.declared(child)
    return GROUPS.has(child.name) && (declared.mask ?? 'none') === 'none' && hasPlainShapes(reading, child)
  })
}

class MaskSink implements Sink {
  readonly purpose = 'clip'
  /** The shapes that show or hide, in painting order; the first one shows. */
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
