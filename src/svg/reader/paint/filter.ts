import { evaluate } from '../css/calc.ts'
import type { Declared } from '../css/cascade.ts'
import { lengthOf, parseLength } from '../css/lengths.ts'
import { fractionOf, isTransparent, localReference } from '../css/paint.ts'
import type { ReferenceBox } from '../css/transform.ts'
import { stretch } from '../css/transform-attribute.ts'
import { childElements, hrefOf, type SvgElement } from '../document/tree.ts'
import { boundingBox } from '../reading/bounding-box.ts'
import { type Frame, lengthContext, styleAt, type Walker } from '../reading/reading.ts'
import { viewportAround } from '../shapes/viewport.ts'

const PRIMITIVE =
  /^fe(?:Blend|ColorMatrix|ComponentTransfer|Composite|ConvolveMatrix|DiffuseLighting|DisplacementMap|DropShadow|Flood|GaussianBlur|Image|Merge|Morphology|Offset|SpecularLighting|Tile|Turbulence)$/

const OPACITY = /(?:^|\s)opacity\(\s*((?:[^()\s]|\([^()]*\))(?:[^()]|\([^()]*\))*)\)/gi

/**
 * Whether a filter hides its element wholly (Filter Effects 1, sections 5 and 9, as in Chromium).
 *
 * The element is hidden in each of these cases:
 *
 * - A function `opacity()` of the filter has the value 0, and no such function has a negative value.
 * - The filter has no primitives, or its last primitive is invalid or draws nothing.
 * - The region of the filter is empty.
 * - The region does not meet the element, and each primitive paints only where its input has paint.
 * - The region is in units of the element's bounding box, and this box has no area.
 *
 * A reference to anything but a filter is ignored, and so is a reference by the root of the document.
 */
export function filterHides(
  walker: Walker,
  text: string,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): boolean {
  const opacities = [...text.matchAll(OPACITY)].map(([, value = '']) => value.trim())
  const isValid = !opacities.some((value) => value.startsWith('-'))
  if (isValid && opacities.some((value) => fractionOf(value) === 0)) return true
  const id = /^url\([^)]*\)$/i.test(text.trim()) ? localReference(text) : undefined
  const filter = id === undefined ? undefined : walker.reading.tree.byId.get(id)
  if (filter?.name !== 'filter' || element.parent === undefined) return false
  walker.reading.budget.visit(filter)
  walker.reading.budget.spend(2 * filter.children.length)
  const primitives = childElements(filter).filter(({ name }) => PRIMITIVE.test(name))
  const last = primitives.at(-1)
  if (last === undefined || hasEmptyRegion(filter) || drawsNothing(walker, last)) return true
  const units = filter.attributes['filterUnits']
  if (primitives.every(paintsInPlace) && isElsewhere(walker, filter, units, element, declared, frame)) return true
  return units !== 'userSpaceOnUse' && isFlat(walker, element, declared, frame)
}

/** Whether a primitive paints only where its input has paint. A blur or a flood also paints elsewhere. */
function paintsInPlace({ name, attributes: { dx, dy, k4 } }: SvgElement): boolean {
  if (name === 'feOffset') return dx === undefined && dy === undefined
  // A composite adds its k4 everywhere.
  return name === 'feBlend' || name === 'feMerge' || (name === 'feComposite' && k4 === undefined)
}

function drawsNothing(walker: Walker, primitive: SvgElement): boolean {
  const { name, attributes } = primitive
  // Lists of numbers take longer to split than other attributes take to read.
  walker.reading.budget.spend(20 + 2 * primitive.size + primitive.children.length)
  if (hasEmptyRegion(primitive)) return true
  switch (name) {
    case 'feFlood': {
      const { 'flood-color': color = 'black', 'flood-opacity': opacity = '1' } =
        walker.reading.cascade.declared(primitive)
      return isTransparent(color) || fractionOf(opacity) === 0
    }
    case 'feImage': {
      const href = (hrefOf(primitive) ?? '').trim()
      if (href.startsWith('data:') || walker.reading.find(href) !== undefined) return false
      if (!/^(?:#|$)/.test(href) && walker.sink.purpose === 'plot')
        walker.reading.notDrawn.add('content behind a filter with a picture of another file', href)
      return true
    }
    case 'feMerge':
      return childElements(primitive).every((child) => child.name !== 'feMergeNode')
    case 'feTurbulence':
      return numbers(attributes['baseFrequency']).every((frequency) => frequency <= 0)
    case 'feDiffuseLighting':
    case 'feSpecularLighting':
      return childElements(primitive).every((child) => !/^fe(?:Distant|Point|Spot)Light$/.test(child.name))
    case 'feConvolveMatrix':
      return isInvalidMatrix(attributes)
    default:
      return false
  }
}

/** Whether the matrix of a convolution has the wrong size, or its target lies outside of the matrix. */
function isInvalidMatrix(attributes: SvgElement['attributes']): boolean {
  const [columns = 3, rows = columns] = numbers(attributes['order'])
  if (columns <= 0 || rows <= 0 || numbers(attributes['kernelMatrix']).length !== columns * rows) return true
  const [x = 0] = numbers(attributes['targetX'])
  const [y = 0] = numbers(attributes['targetY'])
  return x < 0 || x >= columns || y < 0 || y >= rows
}

const numbers = (text = ''): number[] =>
  text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => parseLength(part)?.value ?? 0)

/**
 * Whether the region of a mask, a filter or a filter primitive has no width or no height. A size from a calc() with
 * units counts as above 0.
 */
export const hasEmptyRegion = ({ attributes }: SvgElement): boolean =>
  [attributes['width'], attributes['height']].some((text) => {
    const { value = 1, calc } = parseLength(text ?? '') ?? {}
    return calc === undefined && value <= 0
  })

/** Whether the bounding box of an element has no area. Then masks and filters in units of the box hide the element. */
export function isFlat(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): boolean {
  const box = boundingBox(walker, element, declared, frame)
  return box !== undefined && (box.width === 0 || box.height === 0)
}

/** The region of a mask or a filter whose region is given in user units. */
export function userRegion({ reading }: Walker, effect: SvgElement, frame: Frame): ReferenceBox {
  const { attributes } = effect
  const lengths = lengthContext({ ...frame, style: styleAt(reading, effect, frame) })
  // As in Chromium, percentages of a filter refer to the viewport of the filtered element.
  const context = effect.name === 'mask' ? { ...lengths, ...viewportAround(effect, lengths, reading.budget) } : lengths
  const length = (name: string, axis: 'x' | 'y', fallback: string): number =>
    lengthOf(attributes[name] ?? fallback, axis, context, 0)
  return {
    x: length('x', 'x', '-10%'),
    y: length('y', 'y', '-10%'),
    width: length('width', 'x', '120%'),
    height: length('height', 'y', '120%'),
  }
}

/**
 * Whether a mask or a filter states its place or its size. Otherwise a region in units of an element's bounding box
 * contains this box.
 */
export const hasOwnRegion = ({ attributes }: SvgElement): boolean =>
  ['x', 'y', 'width', 'height'].some((name) => attributes[name] !== undefined)

/** The region of a mask or a filter whose region is given in units of the bounding box of an element. */
export function regionInBox({ attributes }: SvgElement, box: ReferenceBox): ReferenceBox {
  const share = (name: string, fallback: number): number => {
    const { value, unit, calc } = parseLength(attributes[name] ?? '') ?? { value: fallback, unit: '' }
    if (calc !== undefined) return evaluate(calc, (n, u) => (u === '%' ? n / 100 : n)) ?? fallback
    return unit === '%' ? value / 100 : value
  }
  return {
    x: box.x + share('x', -0.1) * box.width,
    y: box.y + share('y', -0.1) * box.height,
    width: share('width', 1.2) * box.width,
    height: share('height', 1.2) * box.height,
  }
}

export const hasMarkers = ({ style }: Frame): boolean =>
  (['marker-start', 'marker-mid', 'marker-end'] as const).some((name) => style[name] !== 'none')

/**
 * Whether the region of a mask or a filter does not meet its element. Markers may reach anywhere, so the result is
 * false for an element that contains a shape with markers.
 *
 * @param units  the units of the region: `maskUnits` or `filterUnits`
 */
export function isElsewhere(
  walker: Walker,
  effect: SvgElement,
  units: string | undefined,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): boolean {
  const isInUserUnits = units === 'userSpaceOnUse'
  if (hasMarkers(frame) || (!isInUserUnits && !hasOwnRegion(effect))) return false
  const lineWidth = (part: Frame): number => {
    walker.reading.budget.spend(20 + part.style['stroke-width'].length)
    return lengthOf(part.style['stroke-width'], 'diagonal', lengthContext(part), 1)
  }
  let reach = lineWidth(frame)
  let mayHaveMarkers = false
  const onPart = (part: Frame): void => {
    mayHaveMarkers ||= hasMarkers(part)
    reach = Math.max(reach, lineWidth(part) * stretch(part.matrix))
  }
  const box = boundingBox(walker, element, declared, frame, { onPart })
  if (box === undefined || mayHaveMarkers) return false
  const region = isInUserUnits ? userRegion(walker, effect, frame) : regionInBox(effect, box)
  const { x, y, width, height } = box
  return (
    region.x > x + width + reach ||
    region.x + region.width < x - reach ||
    region.y > y + height + reach ||
    region.y + region.height < y - reach
  )
}
