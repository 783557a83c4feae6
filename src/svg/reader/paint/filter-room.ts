import type { Declared } from '../css/cascade.ts'
import { lengthOf, parseLength } from '../css/lengths.ts'
import type { SvgElement } from '../document/tree.ts'
import { boundingBox } from '../reading/bounding-box.ts'
import { type Frame, lengthContext } from '../reading/frame.ts'
import type { Walker } from '../walk.ts'

/** Whether a mask or a filter asks for a region of no width or no height, in which nothing can be. */
export const hasNoRoom = ({ attributes }: SvgElement): boolean =>
  [attributes['width'], attributes['height']].some((text) => (parseLength(text ?? '')?.value ?? 1) <= 0)

/** Of what is a single line there is no bounding box to lay a mask or a filter over. */
export function isFlat(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): boolean {
  const box = boundingBox(walker, element, declared, frame)
  return box !== undefined && (box.width === 0 || box.height === 0)
}

/** Whether the region of a mask or a filter, told in user units, lies beside all that it is on. */
export function isElsewhere(
  walker: Walker,
  { attributes }: SvgElement,
  element: SvgElement,
  declared: Declared,
  frame: Frame,
): boolean {
  const box = boundingBox(walker, element, declared, frame)
  if (box === undefined) return false
  const length = (name: string, axis: 'x' | 'y', usual: string): number =>
    lengthOf(attributes[name] ?? usual, axis, lengthContext(frame), 0)
  const reach = lengthOf(frame.style['stroke-width'], 'diagonal', lengthContext(frame), 1)
  const [left, top] = [length('x', 'x', '-10%'), length('y', 'y', '-10%')]
  const [right, bottom] = [left + length('width', 'x', '120%'), top + length('height', 'y', '120%')]
  const { x, y, width, height } = box
  return left > x + width + reach || right < x - reach || top > y + height + reach || bottom < y - reach
}
