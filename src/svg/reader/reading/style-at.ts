import { INITIAL, inherit, type Style } from '../css/style.ts'
import type { SvgElement } from '../document/tree.ts'
import type { Frame } from './frame.ts'
import type { Reading } from './reading.ts'

/** The style inside an element where it stands in the document: markers and clip paths take nothing from their users. */
export function styleAt(reading: Reading, element: SvgElement, frame: Frame): Style {
  reading.budget.spend(20)
  const outer = element.parent === undefined ? INITIAL : styleAt(reading, element.parent, frame)
  return inherit(outer, reading.cascade.declared(element), frame)
}
