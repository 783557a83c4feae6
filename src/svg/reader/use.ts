import { compose, translation } from '../../geometry/affine.ts'
import type { Work } from '../../geometry/work.ts'
import type { Declared } from './css/cascade.ts'
import { parseLength } from './css/lengths.ts'
import { hrefOf, type SvgElement } from './document/tree.ts'
import { type Frame, lengthContext, type Walker } from './reading/reading.ts'
import { geometry, SHAPES } from './shapes/shapes.ts'

/** Elements that a `use` copies. An image is among them, so that the walker reports each copy as not drawn. */
const REFERENCEABLE = new Set([...Object.keys(SHAPES), 'g', 'a', 'svg', 'use', 'switch', 'text', 'symbol', 'image'])

/** Draws a `use` (SVG 2, section 5.5): a copy of the referenced element that inherits the style of the `use`. */
export function drawUse(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): void {
  const { reading } = walker
  const href = hrefOf(element)
  const target = reading.find(href)
  if (target === undefined) {
    const what = href === undefined || href.startsWith('#') ? 'use of a missing element' : 'use of another file'
    if (walker.sink.purpose === 'plot') reading.notDrawn.add(what, href)
    return
  }
  const isInTarget = (inner: SvgElement): boolean => isInside(inner, target, reading.budget)
  if (!REFERENCEABLE.has(target.name) || isInTarget(element)) return
  if (reading.uses.some((use) => isInTarget(use.element))) return
  if (walker.sink.purpose === 'clip' && SHAPES[target.name] === undefined && target.name !== 'text') return
  const input = { element, declared, lengths: lengthContext(frame) }
  const hasBox = declared.display !== 'contents'
  const shift = translation(hasBox ? geometry(input, 'x', 0) : 0, hasBox ? geometry(input, 'y', 0) : 0)
  const matrix = compose(frame.matrix, shift)
  reading.uses.push({ element, scope: frame.scope, declared: new Map() })
  reading.expand(target, () => {
    const painter = { style: frame.style, outer: frame.painter }
    const inner = { ...frame, matrix, scope: target, painter }
    const isSized = target.name === 'symbol' || target.name === 'svg'
    walker.visit(target, inner, isSized ? withSize(target, element) : target)
  })
  reading.uses.pop()
}

function isInside(element: SvgElement, outer: SvgElement, work: Work): boolean {
  let up: SvgElement | undefined = element
  for (; up !== undefined && up !== outer; up = up.parent) work.spend(1)
  return up !== undefined
}

/** A copy of a symbol or svg with the width and height of the `use`. An invalid length counts as 0. */
function withSize(target: SvgElement, { attributes: { width, height } }: SvgElement): SvgElement {
  if (width === undefined && height === undefined) return target
  const valid = (text: string): string => (parseLength(text) === undefined ? '0' : text)
  const size = {
    ...(width === undefined ? {} : { width: valid(width) }),
    ...(height === undefined ? {} : { height: valid(height) }),
  }
  return { ...target, attributes: { ...target.attributes, ...size } }
}
