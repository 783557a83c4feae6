import { localReference } from '../css/paint.ts'
import type { SvgElement } from '../document/tree.ts'
import type { Reading } from '../reading/reading.ts'

/**
 * Whether a reference to a clipPath, from within the one that is being gathered just now, leads round to that one.
 * Browsers leave out every reference on such a circle, and follow the one that leads into it.
 */
export function closesCircle(reading: Reading, clipPath: SvgElement): boolean {
  const inside = reading.clipPaths.at(-1)
  return inside !== undefined && (reading.clipPaths.includes(clipPath) || leadsTo(reading, clipPath, inside, new Set()))
}

function leadsTo(reading: Reading, from: SvgElement, wanted: SvgElement, seen: Set<SvgElement>): boolean {
  if (from === wanted) return true
  if (seen.has(from)) return false
  seen.add(from)
  const id = localReference(reading.cascade.declared(from)['clip-path'] ?? '')
  const clip = id === undefined ? undefined : reading.tree.byId.get(id)
  const target =
    from.name === 'use' ? reading.find(from.attributes['href'] ?? from.attributes['xlink:href']) : undefined
  return [clip, target, ...from.children].some(
    (next) => next !== undefined && typeof next !== 'string' && leadsTo(reading, next, wanted, seen),
  )
}
