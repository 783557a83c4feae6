import { compose } from '../../geometry/affine.ts'
import type { Region } from '../../geometry/region.ts'
import { intersectionOf } from '../../geometry/region-algebra.ts'
import { isKeptEmpty } from '../layer-label.ts'
import { type Declared, NOTHING } from './css/cascade.ts'
import { fractionOf } from './css/paint.ts'
import { inherit } from './css/style.ts'
import { passesConditions, switchChoice } from './document/conditions.ts'
import { ANIMATIONS, hasText, type SvgElement } from './document/tree.ts'
import { drawForeignObject } from './foreign-object.ts'
import { boxRegion, clipOf, isClipped } from './paint/clip.ts'
import { layerOf } from './paint/layers.ts'
import { isFullyHidden } from './paint/mask.ts'
import { maskRegion } from './paint/mask-region.ts'
import { ANOTHER_WAY } from './reading/options.ts'
import { elementTransform } from './reading/placing.ts'
import { type Frame, lengthContext, type Reading, type Sink, type Walker } from './reading/reading.ts'
import { Outline } from './shapes/outline.ts'
import { outlineShape, SHAPES } from './shapes/shapes.ts'
import { viewportOf } from './shapes/viewport.ts'
import { drawText } from './text/text.ts'
import { drawUse } from './use.ts'

const NEVER_DRAWN = new Set(['image', 'video', 'audio', 'canvas', 'iframe', 'script', 'flowRoot', ...ANIMATIONS])

/** Visits the elements of a document, those that a `use` names, and those in markers, clip paths and masks. */
export class DocumentWalker implements Walker {
  readonly reading: Reading
  readonly sink: Sink
  readonly #outline = new Outline()

  constructor(reading: Reading, sink: Sink) {
    this.reading = reading
    this.sink = sink
  }

  withSink(sink: Sink): Walker {
    return new DocumentWalker(this.reading, sink)
  }

  children(element: SvgElement, frame: Frame, only?: ReadonlySet<string>): void {
    this.reading.budget.spend(element.children.length / 2)
    for (const child of element.children) {
      if (typeof child !== 'string' && (only === undefined || only.has(child.name))) this.visit(child, frame)
    }
  }

  visit(element: SvgElement, outer: Frame, content = element): void {
    const { name } = element
    if (name === '') return
    this.reading.budget.visit(element)
    this.reading.checkDepth(outer.depth)
    // A picture is not drawn, but counts for the box of the group around it.
    const isNeverDrawn = NEVER_DRAWN.has(name) && !(name === 'image' && this.sink.purpose === 'measure')
    const isDrawn = SHAPES[name] !== undefined || CONTAINERS.has(name) || (name === 'symbol' && outer.scope === element)
    if (!isDrawn && !NEVER_DRAWN.has(name)) return
    // No browser draws a link directly inside a link.
    if (name === 'a' && element.parent?.name === 'a') return
    if (!passesConditions(element, this.reading.settings.language)) return

    const declared = this.reading.cascade.declared(element, outer.scope)
    if (declared.display === 'none') {
      this.#countAnimations(element)
      return
    }
    if (isNeverDrawn) {
      this.#countNotDrawn(element)
      return
    }
    if (declared.display === 'contents') {
      this.#contents(element, declared, outer)
      return
    }
    const frame = this.#enter(element, declared, outer, content)
    if (frame === undefined || SHAPES[name] !== undefined) this.#countAnimations(element)
    if (frame !== undefined) this.draw(content, declared, frame)
  }

  draw(element: SvgElement, declared: Declared, frame: Frame): void {
    if (SHAPES[element.name] !== undefined) this.#shape(element, element, declared, frame)
    else if (this.sink.purpose === 'measure' && BOXES.has(element.name))
      this.#shape(element, { ...element, name: 'rect' }, declared, frame)
    else if (element.name === 'use') drawUse(this, element, declared, frame)
    else if (element.name === 'svg' || element.name === 'symbol') drawNestedSvg(this, element, declared, frame)
    else if (element.name === 'text') drawText(this, element, frame)
    else if (element.name === 'foreignObject') drawForeignObject(this, element, declared, frame)
    else if (element.name === 'switch') this.#switch(element, frame)
    else this.children(element, frame)
  }

  /** Passes the outline of `shape` to the sink, for `element`. */
  #shape(element: SvgElement, shape: SvgElement, declared: Declared, frame: Frame): void {
    const outline = this.#outline
    outlineShape({ element: shape, declared, lengths: lengthContext(frame) }, outline, this.reading.budget)
    if (outline.length > 0) this.sink.shape(element, declared, outline, frame, this)
  }

  clip(element: SvgElement, declared: Declared, frame: Frame): Region | undefined | 'nothing' {
    return clipOf(this, element, declared, frame)
  }

  isFullyHidden(element: SvgElement, declared: Declared, frame: Frame): boolean {
    return isFullyHidden(this, element, declared, frame)
  }

  /** Visits an element with `display: contents`. The children replace the element, and still inherit from it. */
  #contents(element: SvgElement, declared: Declared, outer: Frame): void {
    if (!DISSOLVABLE.has(element.name)) return
    const frame = { ...outer, style: inherit(outer.style, declared, outer), depth: outer.depth + 1 }
    if (element.name === 'use') drawUse(this, element, declared, frame)
    else this.children(element, frame)
  }

  #switch(element: SvgElement, frame: Frame): void {
    this.reading.budget.spend(10 * element.children.length)
    const choice = switchChoice(element, this.reading.settings.language)
    if (choice !== undefined) this.visit(choice, frame)
  }

  /** The frame for the content of an element; undefined when none of the content is visible. */
  #enter(element: SvgElement, declared: Declared, outer: Frame, content: SvgElement): Frame | undefined {
    const isPlot = this.sink.purpose === 'plot'
    const { 'animation-name': animation } = declared
    if (isPlot && animation !== undefined && this.reading.isAnimated(animation))
      this.reading.notDrawn.add('CSS animation', ANOTHER_WAY.withoutIt)
    if (isPlot && (declared['offset-path'] ?? 'none') !== 'none')
      this.reading.notDrawn.add('offset-path', ANOTHER_WAY.withoutIt)
    if (isPlot && declared.opacity !== undefined && fractionOf(declared.opacity) === 0) return undefined
    const layer = isPlot ? layerOf(this.reading, element, outer.layer) : outer.layer
    if (layer === undefined) return undefined
    if (isPlot && layer !== outer.layer && isKeptEmpty(element.attributes)) this.sink.emptyLayer?.(layer)

    // Most elements of large files are plain shapes, for which the frame stays the same.
    const isLeaf = SHAPES[element.name] !== undefined
    if (isLeaf && declared === NOTHING && element.attributes['transform'] === undefined) return outer

    const style = inherit(outer.style, declared, outer)
    const transform = elementTransform(this, element, declared, { ...outer, style })
    if (transform === undefined) return undefined
    const matrix = compose(outer.matrix, transform)
    const opacity = outer.opacity * fractionOf(declared.opacity ?? '1')
    const frame: Frame = { ...outer, style, matrix, layer, opacity, depth: outer.depth + 1 }
    if (this.sink.purpose === 'measure') return frame
    if (isPlot && isFullyHidden(this, element, declared, frame)) return undefined
    const maskPart = isPlot ? this.#visiblePart(content, declared, frame) : undefined
    const clip = clipOf(this, content, declared, frame)
    if (clip === 'nothing') return undefined
    const region = maskPart === undefined ? clip : intersectionOf(clip, maskPart)
    return region === undefined ? frame : { ...frame, clip: region }
  }

  #countNotDrawn(element: SvgElement): void {
    const { name } = element
    if (this.sink.purpose !== 'plot') return
    // Inkscape leaves empty text frames (flowRoot) in its files.
    if (name === 'flowRoot' && !hasText(element)) return
    if (ANIMATIONS.has(name)) this.reading.notDrawn.add('animation', ANOTHER_WAY.asItBegins)
    else this.reading.notDrawn.add(name)
  }

  /** Counts the animations of an element whose children are not read. */
  #countAnimations({ children }: SvgElement): void {
    this.reading.budget.spend(children.length / 2)
    for (const child of children)
      if (typeof child !== 'string' && ANIMATIONS.has(child.name)) this.#countNotDrawn(child)
  }

  /** The region that the element's mask shows; undefined without such a region. Counts effects that are not drawn. */
  #visiblePart(element: SvgElement, declared: Declared, frame: Frame): Region | undefined {
    const { filter = 'none', mask = 'none' } = declared
    if (filter !== 'none') this.reading.notDrawn.add('filter', ANOTHER_WAY.withoutIt)
    if (mask === 'none') return undefined
    const region = this.reading.settings.clipEdges ? maskRegion(this, element, declared, frame) : undefined
    if (region === undefined) this.reading.notDrawn.add('mask', ANOTHER_WAY.withoutIt)
    else if (region.isShaded) this.reading.notDrawn.add('mask', ANOTHER_WAY.shapesOfMask)
    return region?.region
  }
}

/** Draws a nested `svg` or a `symbol` in its own units, clipped to its viewport if `isClipped`. */
function drawNestedSvg(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): void {
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

/** Elements whose attributes give their bounding box. */
const BOXES = new Set(['image', 'foreignObject'])
const CONTAINERS = new Set(['g', 'a', 'svg', 'use', 'switch', 'text', 'foreignObject'])
const DISSOLVABLE = new Set(['g', 'a', 'svg', 'use'])
