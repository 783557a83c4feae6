import { type Affine, IDENTITY, scaling } from '../../../geometry/affine.ts'
import type { SvgElement } from '../document/tree.ts'
import { type LengthContext, PIXEL, parseLength, resolveLength } from './lengths.ts'
import type { ReferenceBox } from './transform.ts'
import { parseViewBox, type ViewBox, viewBoxTransform } from './viewport.ts'

export interface Page {
  /** Size in px, as far as it is known. */
  readonly box: ReferenceBox
  /** From the px of the page to mm, before the viewBox: where a transform of the root stands. */
  readonly toMm: Affine
  /** mm; undefined when the file does not say, and the drawing's own extent counts. */
  readonly width: number | undefined
  readonly height: number | undefined
  /** From the root's user units to px. */
  readonly matrix: Affine
  /** A viewBox of no width or no height: nothing is drawn (SVG 2, section 8.6). */
  readonly isBlank: boolean
  readonly viewWidth: number
  readonly viewHeight: number
}

/** What browsers take when nothing is said (CSS 2, section 10.3.2). */
export const USUAL = { width: 300, height: 150 }

/**
 * The paper. A width or height that is missing or a percentage follows from the viewBox (its size in px, or its
 * proportion to the other side); without a viewBox it is left to the drawing.
 */
export function pageOf(root: SvgElement, fontSize: number): Page {
  const context = { fontSize, rootFontSize: fontSize, viewWidth: USUAL.width, viewHeight: USUAL.height, page: USUAL }
  const box = parseViewBox(root.attributes['viewBox'])
  const usable = box !== undefined && box.width > 0 && box.height > 0 ? box : undefined
  const [width, height] = sides(side(root, 'width', context), side(root, 'height', context), usable)
  const pageBox = { x: 0, y: 0, width: width ?? USUAL.width, height: height ?? USUAL.height }
  const isBlank = box !== undefined && usable === undefined
  const common = { isBlank, width: mm(width), height: mm(height), box: pageBox, toMm: scaling(PIXEL) }
  if (usable === undefined || width === undefined || height === undefined) {
    return { ...common, matrix: IDENTITY, viewWidth: pageBox.width, viewHeight: pageBox.height }
  }
  const matrix = viewBoxTransform(usable, width, height, root.attributes['preserveAspectRatio'])
  return { ...common, matrix, viewWidth: usable.width, viewHeight: usable.height }
}

/** To a nanometre, so that 210mm stays 210 on its way through px. */
const mm = (px: number | undefined): number | undefined =>
  px === undefined ? undefined : Math.round(px * PIXEL * 1e6) / 1e6

/** px; undefined when it is missing, a percentage, or nothing that a page could measure. */
function side({ attributes }: SvgElement, name: 'width' | 'height', context: LengthContext): number | undefined {
  const length = parseLength(attributes[name] ?? '')
  if (length === undefined || length.unit === '%') return undefined
  const value = resolveLength(length, name === 'width' ? 'x' : 'y', context)
  return value !== undefined && value > 0 && value < 1e8 ? value : undefined
}

function sides(
  width: number | undefined,
  height: number | undefined,
  box: ViewBox | undefined,
): [width: number | undefined, height: number | undefined] {
  if (box === undefined) return [width, height]
  if (width === undefined && height === undefined) return [box.width, box.height]
  if (width === undefined) return [((height ?? 0) * box.width) / box.height, height]
  return [width, height ?? (width * box.height) / box.width]
}

/** The size that a drawing needs when its file says none, mm: from the corner to its far ends. */
export function extent(stated: number | undefined, far: number): number {
  if (stated !== undefined) return stated
  return Number.isFinite(far) && far > 0 ? far : USUAL.height * PIXEL
}
