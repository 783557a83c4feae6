import type { Work } from '../../../geometry/work.ts'
import type { Declared } from '../css/cascade.ts'
import { colorKey } from '../css/color-key.ts'
import { lengthOf } from '../css/lengths.ts'
import { fractionOf, localReference, paintOf } from '../css/paint.ts'
import { inherit } from '../css/style.ts'
import { passesConditions, switchChoice } from '../document/conditions.ts'
import { childElements, hrefOf, type SvgElement } from '../document/tree.ts'
import { type Frame, lengthContext, styleAt, type Walker } from '../reading/reading.ts'
import { SHAPES } from '../shapes/shapes.ts'
import { clipOf } from './clip.ts'
import { filterHides, hasEmptyRegion, hasMarkers, isElsewhere, isFlat } from './filter.ts'

/** Whether a mask or a filter hides an element wholly. */
export function isFullyHidden(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): boolean {
  const { mask = 'none', filter = 'none' } = declared
  if (mask === 'none' && filter === 'none') return false
  return new MaskSearch(walker).isFullyHidden(element, declared, frame)
}

/** Searches masks for visible content. Circular references are ignored, as in browsers. */
class MaskSearch {
  readonly #walker: Walker
  /** The masks and the targets of `use` that are being searched. */
  readonly #open = new Set<SvgElement>()

  constructor(walker: Walker) {
    this.#walker = walker
  }

  isFullyHidden(element: SvgElement, declared: Declared, frame: Frame): boolean {
    const { mask = 'none', filter = 'none' } = declared
    this.#walker.reading.budget.spend((mask.length + filter.length) / 2)
    if (filter !== 'none' && filterHides(this.#walker, filter, element, declared, frame)) return true
    return mask !== 'none' && mask.split(',').every((layer) => this.#hides(layer, element, declared, frame))
  }

  /**
   * Whether a layer of `mask` hides the element: the layer shows nothing, or its region is empty or does not meet the
   * element. A layer in units of the element's bounding box also hides an element whose box has no area.
   */
  #hides(layer: string, element: SvgElement, declared: Declared, frame: Frame): boolean {
    const { reading } = this.#walker
    const id = localReference(/^\s*(url\([^)]*\))/i.exec(layer)?.[1] ?? '')
    const mask = id === undefined ? undefined : reading.tree.byId.get(id)
    if (mask?.name !== 'mask' || this.#open.has(mask)) return false
    // Browsers ignore a mask that is not displayed, as they ignore such a clipPath.
    if (reading.cascade.declared(mask).display === 'none') return false
    if (hasEmptyRegion(mask)) return true
    const { maskUnits, maskContentUnits } = mask.attributes
    const usesBox = maskUnits !== 'userSpaceOnUse' || maskContentUnits === 'objectBoundingBox'
    if (isElsewhere(this.#walker, mask, maskUnits, element, declared, frame)) return true
    if (usesBox && isFlat(this.#walker, element, declared, frame)) return true
    this.#open.add(mask)
    const inside = { ...frame, style: styleAt(reading, mask, frame), scope: undefined, painter: undefined }
    const isAlpha = reading.cascade.declared(mask)['mask-type'] === 'alpha'
    reading.budget.visit(mask)
    reading.budget.spend(EXAMINATION + mask.children.length)
    const hasLight = childElements(mask).some((child) => this.#shows(child, inside, isAlpha))
    this.#open.delete(mask)
    return !hasLight
  }

  /** Whether an element of a mask shows anything. Any foreignObject or marker counts as visible. */
  #shows(element: SvgElement, outer: Frame, isAlphaOutside: boolean): boolean {
    const { reading } = this.#walker
    const { name } = element
    reading.budget.visit(element)
    reading.budget.spend(EXAMINATION + element.children.length)
    const declared = reading.cascade.declared(element, outer.scope)
    if (declared.display === 'none' || fractionOf(declared.opacity ?? '1') === 0) return false
    if (!passesConditions(element, reading.settings.language)) return false
    // A filter may turn black into white. Cairo writes such a mask for a group that is half transparent.
    const isAlpha = isAlphaOutside || (declared.filter ?? 'none') !== 'none'
    reading.checkDepth(outer.depth)
    const frame = { ...outer, style: inherit(outer.style, declared, outer), depth: outer.depth + 1 }
    if (this.isFullyHidden(element, declared, frame)) return false
    if (clipOf(this.#walker, element, declared, { ...frame, clip: undefined }) === 'nothing') return false
    if (SHAPES[name] !== undefined) return hasMarkers(frame) || isLit(element, frame, isAlpha, reading.budget)
    if (name === 'image') return this.#imageShows(hrefOf(element) ?? '')
    if (name === 'text' || name === 'tspan' || name === 'textPath') {
      const hasWords = element.children.some((child) => typeof child === 'string' && child.trim() !== '')
      if (hasWords && isLit(element, frame, isAlpha, reading.budget)) return true
    } else if (name === 'use') return this.#copyShows(element, frame, isAlpha)
    else if (name === 'switch') {
      const choice = switchChoice(element, reading.settings.language)
      return choice !== undefined && this.#shows(choice, frame, isAlpha)
    } else if (!GROUPS.has(name)) return name === 'foreignObject'
    return childElements(element).some((child) => this.#shows(child, frame, isAlpha))
  }

  #imageShows(href: string): boolean {
    if (/^\s*data:/.test(href)) return true
    const { reading, sink } = this.#walker
    if (href !== '' && sink.purpose === 'plot')
      reading.notDrawn.add('content behind a mask with a picture of another file', href)
    return false
  }

  #copyShows(element: SvgElement, frame: Frame, isAlpha: boolean): boolean {
    const target = this.#walker.reading.find(hrefOf(element))
    if (target === undefined || this.#open.has(target)) return false
    this.#open.add(target)
    const inside = { ...frame, scope: target }
    const shows =
      target.name === 'symbol'
        ? childElements(target).some((child) => this.#shows(child, inside, isAlpha))
        : this.#shows(target, inside, isAlpha)
    this.#open.delete(target)
    return shows
  }
}

/** Steps of work to examine a mask, or an element of it. */
const EXAMINATION = 200
const GROUPS = new Set(['g', 'a', 'svg'])

/** Whether a shape or a text has a paint other than black. In an alpha mask, black counts too. */
function isLit({ name }: SvgElement, frame: Frame, isAlpha: boolean, work: Work): boolean {
  const { style, painter } = frame
  if (style.visibility !== 'visible') return false
  const lights = (kind: 'fill' | 'stroke'): boolean => {
    const paint = paintOf(kind, style, painter, work)
    return paint.is === 'server' || (paint.is === 'color' && (isAlpha || colorKey(paint.color) !== '#000000'))
  }
  if (name !== 'line' && lights('fill')) return true
  return lengthOf(style['stroke-width'], 'diagonal', lengthContext(frame), 1) > 0 && lights('stroke')
}
