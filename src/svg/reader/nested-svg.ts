import { type Affine, compose, translation } from '../../geometry/affine.ts'
import { intersectionOf } from '../../geometry/region-algebra.ts'
import { type Declared, NOTHING } from './css/cascade.ts'
import { lengthOf } from './css/lengths.ts'
import { parseViewBox, viewBoxTransform } from './css/viewport.ts'
import type { SvgElement } from './document/tree.ts'
import { boxRegion } from './paint/clip.ts'
import { type Frame, lengthContext } from './reading/frame.ts'
import { geometry } from './shapes/shapes.ts'
import type { Walker } from './walk.ts'

/** A viewport inside the picture. */
interface Viewport {
  /** Its corner, in the units around it, and its size there. */
  readonly corner: Affine
  readonly width: number
  readonly height: number
  /** From its own units to those around it. */
  readonly matrix: Affine
  readonly viewWidth: number
  readonly viewHeight: number
}

/**
 * Its place and size are those of its attributes; browsers do not look into style sheets for them. Undefined when it
 * shows nothing.
 */
export function viewportOf(element: SvgElement, frame: Frame): Viewport | undefined {
  const context = lengthContext(frame)
  const input = { element, declared: NOTHING, frame }
  const corner = translation(geometry(input, 'x', 0), geometry(input, 'y', 0))
  const width = lengthOf(auto(element.attributes['width']), 'x', context, frame.viewWidth)
  const height = lengthOf(auto(element.attributes['height']), 'y', context, frame.viewHeight)
  if (!(width > 0 && height > 0)) return undefined
  const box = parseViewBox(element.attributes['viewBox'])
  if (box === undefined) return { corner, width, height, matrix: corner, viewWidth: width, viewHeight: height }
  if (box.width === 0 || box.height === 0) return undefined
  const inner = viewBoxTransform(box, width, height, element.attributes['preserveAspectRatio'])
  return { corner, width, height, matrix: compose(corner, inner), viewWidth: box.width, viewHeight: box.height }
}

/** Its own units, and nothing drawn outside of it. */
export function drawNestedSvg(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): void {
  const viewport = viewportOf(element, frame)
  if (viewport === undefined) return
  const { corner, width, height, viewWidth, viewHeight } = viewport
  const hides = (declared.overflow ?? 'hidden') !== 'visible' && declared.overflow !== 'auto'
  const clip =
    hides && walker.sink.purpose !== 'measure'
      ? intersectionOf(frame.clip, boxRegion(compose(frame.matrix, corner), 0, 0, width, height))
      : frame.clip
  const matrix = compose(frame.matrix, viewport.matrix)
  walker.children(element, { ...frame, matrix, clip, viewWidth, viewHeight })
}

const auto = (text: string | undefined): string | undefined => (text?.trim() === 'auto' ? undefined : text)
