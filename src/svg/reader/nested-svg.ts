import { compose } from '../../geometry/affine.ts'
import { intersectionOf } from '../../geometry/region-algebra.ts'
import type { Declared } from './css/cascade.ts'
import type { SvgElement } from './document/tree.ts'
import { boxRegion, isClipped } from './paint/clip.ts'
import { type Frame, lengthContext, type Walker } from './reading/reading.ts'
import { viewportOf } from './shapes/viewport.ts'

/** Draws a nested `svg` or a `symbol` in its own units, clipped to its viewport. */
export function drawNestedSvg(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): void {
  const viewport = viewportOf(element, lengthContext(frame))
  if (viewport === undefined) return
  const { corner, width, height, viewWidth, viewHeight } = viewport
  const clip =
    isClipped(declared) && walker.sink.purpose !== 'measure'
      ? intersectionOf(frame.clip, boxRegion(compose(frame.matrix, corner), 0, 0, width, height))
      : frame.clip
  const matrix = compose(frame.matrix, viewport.matrix)
  walker.children(element, { ...frame, matrix, clip, viewWidth, viewHeight })
}
