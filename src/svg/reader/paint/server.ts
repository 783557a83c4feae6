import { parseLength } from '../css/lengths.ts'
import { fractionOf, opacityOf } from '../css/paint.ts'
import { parseViewBox } from '../css/viewport.ts'
import { childElements, hrefOf, type SvgElement } from '../document/tree.ts'
import type { Reading } from '../reading/reading.ts'
import type { Outline } from '../shapes/outline.ts'

/**
 * The state of a paint server, which is a gradient or a pattern. A 'usable' server paints. A 'translucent' server also
 * paints, but not opaquely. An 'empty' server paints nothing, even with a fallback. An 'unusable' server leaves the
 * paint to the fallback.
 */
export type ServerState = 'usable' | 'translucent' | 'empty' | 'unusable'

const MAX_LINKS = 20
const isServer = ({ name }: SvgElement): boolean => /^(?:linearGradient|radialGradient|pattern)$/.test(name)

/**
 * The state of a gradient or pattern for a shape, as in browsers. A server in units of the bounding box is unusable for
 * a shape of no width or no height (SVG 2, section 13.2).
 *
 * @param id       of the gradient or pattern; an unknown id is unusable
 * @param outline  of the shape; undefined for text, whose box is never flat
 */
export function serverState(reading: Reading, id: string, outline: Outline | undefined): ServerState {
  const server = reading.tree.byId.get(id)
  if (server === undefined || !isServer(server)) return 'unusable'
  const isPattern = server.name === 'pattern'
  if (outline !== undefined) reading.budget.spend(outline.length)
  const sameKind = links(reading, server).filter(({ name }) => (name === 'pattern') === isPattern)
  const attribute = (name: string): string | undefined =>
    sameKind.find(({ attributes }) => attributes[name] !== undefined)?.attributes[name]

  const usesBox = attribute(isPattern ? 'patternUnits' : 'gradientUnits') !== 'userSpaceOnUse'
  if (usesBox && outline?.isFlat()) return 'unusable'
  if (!isPattern) return gradientState(reading, sameKind)
  if (!isSize(attribute('width')) || !isSize(attribute('height'))) return 'unusable'
  reading.budget.spend(sameKind.reduce((sum, { children }) => sum + children.length, 0))
  const contents = sameKind.find(hasContents)
  if (contents === undefined) return 'empty'
  return childElements(contents).some((child) => coversTile(reading, child, attribute)) ? 'usable' : 'translucent'
}

/** Whether a text is a length above 0, or a calc(). */
function isSize(text = ''): boolean {
  const { value = 0, calc } = parseLength(text) ?? {}
  return calc !== undefined || value > 0
}

/** Whether an element of a pattern is an opaque rectangle over a whole tile. Other patterns may show shapes below. */
function coversTile(reading: Reading, element: SvgElement, attribute: (name: string) => string | undefined): boolean {
  reading.budget.spend(20)
  if (element.name !== 'rect' || attribute('patternContentUnits') === 'objectBoundingBox') return false
  const isInUnits = attribute('patternUnits') === 'userSpaceOnUse'
  const size = isInUnits
    ? { x: 0, y: 0, width: Number(attribute('width')), height: Number(attribute('height')) }
    : undefined
  const tile = parseViewBox(attribute('viewBox')) ?? size
  const { x = '0', y = '0', width, height, transform } = element.attributes
  if (tile === undefined || transform !== undefined) return false
  const { fill = 'black', opacity = '1', 'fill-opacity': fillOpacity = '1' } = reading.cascade.declared(element)
  return (
    Number(x) <= tile.x &&
    Number(y) <= tile.y &&
    Number(x) + Number(width) >= tile.x + tile.width &&
    Number(y) + Number(height) >= tile.y + tile.height &&
    fill !== 'none' &&
    fractionOf(opacity) * fractionOf(fillOpacity) * opacityOf(fill) > 0.99
  )
}

/** The server, followed by the servers from which it inherits attributes and content by `href`. */
function links(reading: Reading, server: SvgElement): SvgElement[] {
  const all: SvgElement[] = []
  let link: SvgElement | undefined = server
  while (link !== undefined && isServer(link) && !all.includes(link) && all.length < MAX_LINKS) {
    all.push(link)
    link = reading.find(hrefOf(link))
  }
  return all
}

function hasContents(pattern: SvgElement): boolean {
  return childElements(pattern).some(({ name }) => name !== '' && !/^(?:title|desc|metadata)$/.test(name))
}

/** The state of a gradient by its stops. The stops come from the first gradient of the `href` chain that has stops. */
function gradientState(reading: Reading, gradients: readonly SvgElement[]): ServerState {
  const lists = gradients.map((gradient) => childElements(gradient).filter(({ name }) => name === 'stop'))
  const stops = lists.find(({ length }) => length > 0) ?? []
  reading.budget.spend(2 * gradients.reduce((sum, { children }) => sum + children.length, 0))
  const opacities = stops.map((stop) => {
    reading.budget.spend(20)
    const { 'stop-opacity': opacity = '1', 'stop-color': color = 'black' } = reading.cascade.declared(stop)
    return fractionOf(opacity) * opacityOf(color)
  })
  if (opacities.every((opacity) => opacity === 0)) return 'empty'
  return opacities.every((opacity) => opacity > 0.99) ? 'usable' : 'translucent'
}
