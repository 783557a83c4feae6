import type { Reading } from './context.ts'
import type { Frame } from './frame.ts'
import { INITIAL, inherit, type Style } from './style.ts'
import type { SvgElement } from './tree.ts'

/** The style inside an element where it stands in the document: markers and clip paths take nothing from their users. */
export function styleAt(reading: Reading, element: SvgElement, frame: Frame): Style {
  const outer = element.parent === undefined ? INITIAL : styleAt(reading, element.parent, frame)
  return inherit(outer, reading.cascade.declared(element), frame)
}
