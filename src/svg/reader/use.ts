import { compose, translation } from '../../geometry/affine.ts'
import { intersectionOf } from '../../geometry/region-algebra.ts'
import type { Declared } from './cascade.ts'
import { boxRegion } from './clip.ts'
import { type Frame, lengthContext } from './frame.ts'
import { lengthOf } from './lengths.ts'
import { geometry, SHAPES } from './shapes.ts'
import type { SvgElement } from './tree.ts'
import { parseViewBox, viewBoxTransform } from './viewport.ts'
import type { Walker } from './walk.ts'

const REFERENCEABLE = new Set([...Object.keys(SHAPES), 'g', 'a', 'svg', 'use', 'switch', 'text', 'symbol'])

/** `use` (SVG 2, section 5.5): the referenced element, drawn here, with the style of here around it. */
export function drawUse(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): void {
  const { reading } = walker
  const href = element.attributes['href'] ?? element.attributes['xlink:href']
  const target = reading.find(href)
  if (target === undefined) {
    const what = href === undefined || href.startsWith('#') ? 'use of nothing' : 'use of another file'
    if (walker.sink.purpose === 'plot') reading.notDrawn.add(what, href)
    return
  }
  if (!REFERENCEABLE.has(target.name) || reading.uses.concat(element).some((use) => isInside(use, target))) return
  if (walker.sink.purpose === 'clip' && SHAPES[target.name] === undefined && target.name !== 'text') return
  const input = { element, declared, frame }
  const matrix = compose(frame.matrix, translation(geometry(input, 'x', 0), geometry(input, 'y', 0)))
  reading.uses.push(element)
  reading.expand(target, () => {
    const painter = { style: frame.style, outer: frame.painter }
    const inner = { ...frame, matrix, scope: target, painter }
    if (target.name === 'symbol') drawSymbol(walker, target, element, inner)
    else if (target.name === 'svg') walker.visit(sized(target, element), inner)
    else walker.visit(target, inner)
  })
  reading.uses.pop()
}

const isInside = (element: SvgElement, outer: SvgElement): boolean => {
  for (let up: SvgElement | undefined = element; up !== undefined; up = up.parent) if (up === outer) return true
  return false
}

/** A copy with the width and height that `use` asks for. */
function sized(target: SvgElement, { attributes: { width, height } }: SvgElement): SvgElement {
  if (width === undefined && height === undefined) return target
  const size = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) }
  return { ...target, attributes: { ...target.attributes, ...size } }
}

function drawSymbol(walker: Walker, symbol: SvgElement, use: SvgElement, frame: Frame): void {
  const { width = symbol.attributes['width'], height = symbol.attributes['height'] } = use.attributes
  const attributes = {
    ...symbol.attributes,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  }
  walker.visit({ ...symbol, name: 'svg', attributes }, frame)
}

/** A viewport inside the picture: its own units, and nothing drawn outside of it. */
export function drawNestedSvg(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): void {
  const context = lengthContext(frame)
  const input = { element, declared, frame }
  const [x, y] = [geometry(input, 'x', 0), geometry(input, 'y', 0)]
  const width = lengthOf(auto(declared.width ?? element.attributes['width']), 'x', context, frame.viewWidth)
  const height = lengthOf(auto(declared.height ?? element.attributes['height']), 'y', context, frame.viewHeight)
  if (!(width > 0 && height > 0)) return

  const matrix = compose(frame.matrix, translation(x, y))
  const hides = (declared.overflow ?? 'hidden') !== 'visible' && declared.overflow !== 'auto'
  const clip =
    hides && walker.sink.purpose !== 'measure'
      ? intersectionOf(frame.clip, boxRegion(matrix, 0, 0, width, height))
      : frame.clip
  const box = parseViewBox(element.attributes['viewBox'])
  if (box === undefined) {
    walker.children(element, { ...frame, matrix, clip, viewWidth: width, viewHeight: height })
    return
  }
  if (box.width === 0 || box.height === 0) return
  const inner = compose(matrix, viewBoxTransform(box, width, height, element.attributes['preserveAspectRatio']))
  walker.children(element, { ...frame, matrix: inner, clip, viewWidth: box.width, viewHeight: box.height })
}

const auto = (text: string | undefined): string | undefined => (text?.trim() === 'auto' ? undefined : text)
