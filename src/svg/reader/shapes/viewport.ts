import { type Affine, compose, translation } from '../../../geometry/affine.ts'
import type { Work } from '../../../geometry/work.ts'
import { NOTHING } from '../css/cascade.ts'
import { type LengthContext, lengthOf } from '../css/lengths.ts'
import { pageOf } from '../css/page.ts'
import { parseViewBox, viewBoxTransform } from '../css/viewport.ts'
import type { SvgElement } from '../document/tree.ts'
import { geometry } from './shapes.ts'

/** The viewport of a nested `svg` or of a `symbol`. */
interface Viewport {
  /** Moves the origin to the corner of the viewport, outer units. */
  readonly corner: Affine
  readonly width: number
  readonly height: number
  /** Maps the viewport's own units to the outer units. */
  readonly matrix: Affine
  readonly viewWidth: number
  readonly viewHeight: number
}

/** Steps of work to find the size of a viewport. */
const VIEWPORT = 50

/**
 * The viewport from the element's attributes. Browsers ignore style sheets here. Undefined when the viewport shows
 * nothing.
 */
export function viewportOf(element: SvgElement, lengths: LengthContext): Viewport | undefined {
  const input = { element, declared: NOTHING, lengths }
  const corner = translation(geometry(input, 'x', 0), geometry(input, 'y', 0))
  const width = lengthOf(auto(element.attributes['width']), 'x', lengths, lengths.viewWidth)
  const height = lengthOf(auto(element.attributes['height']), 'y', lengths, lengths.viewHeight)
  if (!(width > 0 && height > 0)) return undefined
  const box = parseViewBox(element.attributes['viewBox'])
  if (box === undefined) return { corner, width, height, matrix: corner, viewWidth: width, viewHeight: height }
  if (box.width === 0 || box.height === 0) return undefined
  const inner = viewBoxTransform(box, width, height, element.attributes['preserveAspectRatio'])
  return { corner, width, height, matrix: compose(corner, inner), viewWidth: box.width, viewHeight: box.height }
}

/**
 * The size of the viewport of the nearest `svg` around an element in the file, in the units of that viewport.
 * Percentages in a clipPath or a mask refer to this size, and not to the viewport of the clipped or masked element.
 */
export function viewportAround(
  element: SvgElement,
  lengths: LengthContext,
  work: Work,
): Pick<LengthContext, 'viewWidth' | 'viewHeight'> {
  let svg = element.parent
  for (; svg !== undefined && svg.name !== 'svg'; svg = svg.parent) work.spend(1)
  work.spend(VIEWPORT)
  if (svg === undefined) return lengths
  if (svg.parent === undefined) {
    const { viewWidth, viewHeight } = pageOf(svg, lengths.rootFontSize)
    return { viewWidth, viewHeight }
  }
  const outer = viewportAround(svg, lengths, work)
  const { viewWidth, viewHeight } = viewportOf(svg, { ...lengths, ...outer }) ?? outer
  return { viewWidth, viewHeight }
}

const auto = (text: string | undefined): string | undefined => (text?.trim() === 'auto' ? undefined : text)
