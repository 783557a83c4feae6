import { localReference } from '../css/paint.ts'
import type { SvgElement } from '../document/tree.ts'
import type { Reading } from '../reading/reading.ts'

/**
 * Whether a reference to a clipPath, from within the one that is being gathered just now, leads round to that one.
 * Browsers leave out every reference on such a circle, and follow the one that leads into it.
 */
export function closesCircle(reading: Reading, clipPath: SvgElement): boolean {
  const inside = reading.clipPaths.at(-1)
  return inside !== undefined && (reading.clipPaths.includes(clipPath) || leadsTo(reading, clipPath, inside))
}

/** Steps of looking where an element leads. */
const LOOK = 100

function leadsTo(reading: Reading, from: SvgElement, wanted: SvgElement): boolean {
  const seen = new Set<SvgElement>()
  const waiting = [from]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === wanted) return true
    if (seen.has(next)) continue
    seen.add(next)
    reading.budget.visit(next)
    reading.budget.spend(LOOK)
    const id = localReference(reading.cascade.declared(next)['clip-path'] ?? '')
    const clip = id === undefined ? undefined : reading.tree.byId.get(id)
    if (clip !== undefined) waiting.push(clip)
    const { href = next.attributes['xlink:href'] } = next.attributes
    const target = next.name === 'use' ? reading.find(href) : undefined
    if (target !== undefined) waiting.push(target)
    for (const child of next.children) if (typeof child !== 'string') waiting.push(child)
  }
  return false
}
