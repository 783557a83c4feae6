import { type Affine, apply, compose, IDENTITY, translation } from '../../../geometry/affine.ts'
import { strokesOf } from '../../../geometry/drawing.ts'
import { PolygonRegion, type Region } from '../../../geometry/region.ts'
import { intersectionOf, unionOf } from '../../../geometry/region-algebra.ts'
import type { Declared } from '../css/cascade.ts'
import { localReference } from '../css/paint.ts'
import type { ReferenceBox } from '../css/transform.ts'
import { hrefOf, type SvgElement } from '../document/tree.ts'
import { boundingBox } from '../reading/bounding-box.ts'
import { ANOTHER_WAY } from '../reading/options.ts'
import { elementTransform } from '../reading/placing.ts'
import { type Frame, lengthContext, type Reading, styleAt, type Walker } from '../reading/reading.ts'
import { basicShape } from '../shapes/basic-shapes.ts'
import { Outline } from '../shapes/outline.ts'
import { geometry, SHAPES } from '../shapes/shapes.ts'
import { viewportAround, viewportOf } from '../shapes/viewport.ts'
import { ClipSink } from './clip-sink.ts'

/** Elements that a clipPath may hold. Groups are not among them. */
const CLIPPING = new Set([...Object.keys(SHAPES), 'text', 'use'])

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

/** Whether an element clips its content to its viewport. */
export const isClipped = ({ overflow = 'hidden' }: Declared): boolean => overflow !== 'visible' && overflow !== 'auto'

/**
 * The visible region after the element's `clip-path`: undefined for the whole plane, 'nothing' for an empty region. A
 * reference is ignored when it is circular, when it names anything but a clipPath (CSS Masking 1, section 5.1), or when
 * that clipPath has `display: none`.
 */
export function clipOf(
  walker: Walker,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): Region | undefined | 'nothing' {
  const text = declared['clip-path'] ?? 'none'
  if (text === 'none') return frame.clip
  return resolveClip(walker, text, element, declared, frame)
}

function resolveClip(
  walker: Walker,
  text: string,
  element: SvgElement,
  declared: Declared,
  outer: Frame,
): Region | undefined | 'nothing' {
  const { reading } = walker
  reading.checkDepth(outer.depth)
  reading.budget.spend(20 + text.length / 4)
  const frame = { ...outer, depth: outer.depth + 1 }
  const id = /^url\([^)]*\)?$/i.test(text.trim()) ? localReference(text) : undefined
  if (id === undefined) return basicClip(walker, text, element, declared, frame)
  const clipPath = reading.tree.byId.get(id)
  if (clipPath?.name !== 'clipPath' || isCircular(reading, clipPath)) return frame.clip
  if (reading.cascade.declared(clipPath).display === 'none') return frame.clip
  const region = clipPathRegion(walker, clipPath, element, declared, frame)
  return region === undefined ? 'nothing' : intersectionOf(frame.clip, region)
}

/**
 * Maps the units of an element's clip or mask to the units outside the element. `use` shifts the units; `symbol` and
 * an inner `svg` also scale them.
 */
export function ownUnits(element: SvgElement, declared: Declared, frame: Frame): Affine {
  const lengths = lengthContext(frame)
  const input = { element, declared, lengths }
  if (element.name === 'use') return translation(geometry(input, 'x', 0), geometry(input, 'y', 0))
  const isViewport = element.name === 'symbol' || (element.name === 'svg' && element.parent !== undefined)
  return (isViewport ? viewportOf(element, lengths)?.matrix : undefined) ?? IDENTITY
}

/** The box of an element in its own units. The box of the root is the page. */
function ownBox(
  walker: Walker,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
  withStrokes = false,
): ReferenceBox | undefined {
  if (element.parent === undefined) return { x: 0, y: 0, ...frame.page }
  const box = boundingBox(walker, element, declared, frame, { withStrokes })
  if (box === undefined) return undefined
  const [sx, , , sy, x, y] = ownUnits(element, declared, frame)
  return { x: (box.x - x) / sx, y: (box.y - y) / sy, width: box.width / sx, height: box.height / sy }
}

/** Clips to a shape of CSS in a box, by default the box with the strokes (CSS Masking 1, section 5.1). */
function basicClip(
  walker: Walker,
  text: string,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): Region | undefined | 'nothing' {
  if (/^\s*(?:[a-z]+-box\s+)?shape\(/i.test(text) && walker.sink.purpose === 'plot')
    walker.reading.notDrawn.add('clip-path: shape()', ANOTHER_WAY.withoutIt)
  const box = /\bview-box\b/.test(text)
    ? { x: 0, y: 0, width: frame.viewWidth, height: frame.viewHeight }
    : ownBox(walker, element, declared, frame, !/\b(?:fill|content|padding)-box\b/.test(text))
  const outline = new Outline()
  walker.reading.budget.spend(20 * text.length)
  // The name of a box alone clips to that box.
  const shape = /^\s*(?:fill|stroke|view|content|padding|border|margin)-box\s*$/i.test(text) ? 'inset(0)' : text
  if (box === undefined || !basicShape(shape, outline, box, lengthContext(frame))) return frame.clip
  const sink = new ClipSink(walker.reading)
  const rule = /\(\s*evenodd\b/.test(text) ? 'evenodd' : 'nonzero'
  const style = { ...frame.style, visibility: 'visible', 'clip-rule': rule }
  const units = ownUnits(element, declared, frame)
  const matrix = compose(compose(frame.matrix, units), translation(box.x, box.y))
  // `ClipSink` ignores a `line`. But a basic shape also clips a `line`, so the element gets another name here.
  sink.shape({ ...element, name: 'path' }, declared, outline, { ...frame, matrix, style, clip: undefined })
  const [region] = sink.regions
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
  walker.reading.clipPaths.push(clipPath)
  walker.reading.expand(clipPath, () => {
    const nested = { ...declared, 'clip-path': own['clip-path'] ?? 'none' }
    outer = clipOf(walker, element, nested, { ...frame, clip: undefined })
    const matrix = [ownUnits(element, declared, frame), transform, units].reduce(compose, frame.matrix)
    const around = viewportAround(clipPath, lengthContext(frame), walker.reading.budget)
    const inner: Frame = { ...frame, ...around, matrix, style, clip: undefined, scope: undefined }
    walker.withSink(sink).children(clipPath, inner, CLIPPING)
  })
  walker.reading.clipPaths.pop()
  if (outer === 'nothing' || sink.regions.length === 0) return undefined
  return intersectionOf(outer, unionOf(sink.regions, walker.reading.budget))
}

/** The units of a clipPath: the element's units or bounding box. Undefined when the box is flat or missing. */
function clipUnits(
  walker: Walker,
  { attributes }: SvgElement,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): Affine | undefined {
  if (attributes['clipPathUnits'] !== 'objectBoundingBox') return IDENTITY
  const box = ownBox(walker, element, declared, frame)
  if (box === undefined || box.width === 0 || box.height === 0) return undefined
  return [box.width, 0, 0, box.height, box.x, box.y]
}

/**
 * Whether a reference to a clipPath leads back to the clipPath that is being read. Browsers ignore every reference
 * inside such a circle. Browsers follow a reference from outside into the circle.
 */
function isCircular(reading: Reading, clipPath: SvgElement): boolean {
  const current = reading.clipPaths.at(-1)
  return current !== undefined && (reading.clipPaths.includes(clipPath) || leadsTo(reading, clipPath, current))
}

/** Steps of work to follow the references of an element. */
const REFERENCE = 100

function leadsTo(reading: Reading, from: SvgElement, goal: SvgElement): boolean {
  const visited = new Set<SvgElement>()
  const queue = [from]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next === goal) return true
    if (visited.has(next)) continue
    visited.add(next)
    reading.budget.visit(next)
    reading.budget.spend(REFERENCE)
    const id = localReference(reading.cascade.declared(next)['clip-path'] ?? '')
    const clip = id === undefined ? undefined : reading.tree.byId.get(id)
    if (clip !== undefined) queue.push(clip)
    const target = next.name === 'use' ? reading.find(hrefOf(next)) : undefined
    if (target !== undefined) queue.push(target)
    for (const child of next.children) if (typeof child !== 'string') queue.push(child)
  }
  return false
}
