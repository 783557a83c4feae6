import { type Affine, compose, IDENTITY, isInvertible, translation } from '../../../geometry/affine.ts'
import type { Declared } from '../css/cascade.ts'
import { splitAtBlanks } from '../css/lengths.ts'
import { parseCssTransform, type ReferenceBox, transformOrigin } from '../css/transform.ts'
import { parseTransform } from '../css/transform-attribute.ts'
import type { SvgElement } from '../document/tree.ts'
import { boundingBox } from './bounding-box.ts'
import { type Frame, lengthContext, type Walker } from './reading.ts'

/**
 * The element's own transform about `transform-origin`: `translate`, `rotate`, `scale`, then `transform` from CSS, else
 * from the attribute. Undefined for a singular transform. The element then shows nothing.
 *
 * @param page  the box of the page in px; given only for the root, whose default origin is the middle of this box
 */
export function elementTransform(
  walker: Walker,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
  page?: ReferenceBox,
): Affine | undefined {
  const attribute = element.attributes['transform']
  const { transform: css, 'transform-origin': origin } = declared
  const single = singleTransforms(declared)
  if (css === undefined && attribute === undefined && single === undefined) return IDENTITY

  const characters = (attribute?.length ?? 0) + (css?.length ?? 0) + (single?.length ?? 0)
  walker.reading.budget.spend(20 + 4 * characters)
  const needsBox = [css, origin, single, declared['transform-box']].some((value) => value !== undefined)
  const box = page ?? (needsBox ? referenceBox(walker, element, declared, frame) : NO_BOX)
  const context = lengthContext(frame)
  const fromCss = css === undefined ? undefined : parseCssTransform(css, box, context)
  const own = fromCss ?? (attribute === undefined ? IDENTITY : (parseTransform(attribute) ?? IDENTITY))
  const before = single === undefined ? IDENTITY : (parseCssTransform(single, box, context) ?? IDENTITY)
  const matrix = compose(before, own)
  if (!isInvertible(matrix)) return undefined
  if (origin === undefined && box === NO_BOX) return matrix

  const [ox, oy] = transformOrigin(origin, box, context, page === undefined ? '0 0' : '50% 50%')
  return ox === 0 && oy === 0 ? matrix : compose(compose(translation(ox, oy), matrix), translation(-ox, -oy))
}

/** The properties `translate`, `rotate` and `scale`, written as one `transform` (CSS Transforms 2, section 5). */
function singleTransforms({ translate, rotate, scale }: Declared): string | undefined {
  const calls = [callOf('translate', translate), rotationOf(rotate), callOf('scale', scale)]
  return calls.join(' ').trim() || undefined
}

/** `45deg`, or an axis with an angle: `x 45deg`, `45deg y`, `0 0 1 45deg` (CSS Transforms 2, section 5.2). */
function rotationOf(value: string | undefined): string {
  if (value === undefined || value === 'none') return ''
  const values = splitAtBlanks(value)
  if (values.length === 1) return `rotate(${value})`
  const angle = values.find((each) => !/^(?:[xyz]|[-+.\de]+)$/i.test(each)) ?? ''
  const axis = values.filter((each) => each !== angle)
  return axis.length === 1 ? `rotate${axis[0]}(${angle})` : `rotate3d(${[...axis, angle].join(',')})`
}

function callOf(name: string, value: string | undefined): string {
  if (value === undefined || value === 'none') return ''
  const values = splitAtBlanks(value)
  return `${name}${values.length === 3 ? '3d' : ''}(${values.join(',')})`
}

const NO_BOX: ReferenceBox = { x: 0, y: 0, width: 0, height: 0 }

function referenceBox(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): ReferenceBox {
  const kind = declared['transform-box'] ?? 'view-box'
  if (!/^(?:fill|stroke|content|border)-box$/.test(kind)) {
    return { x: 0, y: 0, width: frame.viewWidth, height: frame.viewHeight }
  }
  const withStrokes = /^(?:stroke|border)-box$/.test(kind)
  return boundingBox(walker, element, declared, frame, { withStrokes }) ?? NO_BOX
}
