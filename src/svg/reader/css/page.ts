import { type Affine, IDENTITY, scaling } from '../../../geometry/affine.ts'
import type { SvgElement } from '../document/tree.ts'
import { type LengthContext, PIXEL, parseLength, resolveLength } from './lengths.ts'
import type { ReferenceBox } from './transform.ts'
import { parseViewBox, type ViewBox, viewBoxTransform } from './viewport.ts'

export interface Page {
  /** Size in px. An unknown width counts as 300, an unknown height as 150. */
  readonly box: ReferenceBox
  /** Maps px of the page to mm. A transform of the root applies between `matrix` and `toMm`. */
  readonly toMm: Affine
  /** Width of the page, mm. Undefined when the file gives no size. Then the drawing's extent counts. */
  readonly width: number | undefined
  readonly height: number | undefined
  /** Maps the root's user units to px. */
  readonly matrix: Affine
  /** Whether a side of the page or of the viewBox is 0. Then nothing is drawn (SVG 2, section 8.6). */
  readonly isBlank: boolean
  readonly viewWidth: number
  readonly viewHeight: number
}

/** The default size in browsers, px (CSS 2, section 10.3.2). */
export const DEFAULT_SIZE = { width: 300, height: 150 }

/**
 * The size of the page and its coordinates. A side without a usable size (`side`) follows from the viewBox: from its
 * size in px, or from its proportions and the other side. Without a viewBox such a side stays unknown.
 */
export function pageOf(root: SvgElement, fontSize: number): Page {
  const context = {
    fontSize,
    rootFontSize: fontSize,
    viewWidth: DEFAULT_SIZE.width,
    viewHeight: DEFAULT_SIZE.height,
    page: DEFAULT_SIZE,
  }
  const box = parseViewBox(root.attributes['viewBox'])
  const viewBox = box !== undefined && box.width > 0 && box.height > 0 ? box : undefined
  const [width, height] = sides(side(root, 'width', context), side(root, 'height', context), viewBox)
  const pageBox = { x: 0, y: 0, width: width ?? DEFAULT_SIZE.width, height: height ?? DEFAULT_SIZE.height }
  const isBlank = (box !== undefined && viewBox === undefined) || isZero(root, 'width') || isZero(root, 'height')
  const common = { isBlank, width: mm(width), height: mm(height), box: pageBox, toMm: scaling(PIXEL) }
  if (viewBox === undefined || width === undefined || height === undefined) {
    return { ...common, matrix: IDENTITY, viewWidth: pageBox.width, viewHeight: pageBox.height }
  }
  const matrix = viewBoxTransform(viewBox, width, height, root.attributes['preserveAspectRatio'])
  return { ...common, matrix, viewWidth: viewBox.width, viewHeight: viewBox.height }
}

/** Converts px to mm, rounded to a nanometre, so that 210mm stays 210 after conversion to px and back. */
const mm = (px: number | undefined): number | undefined =>
  px === undefined ? undefined : Math.round(px * PIXEL * 1e6) / 1e6

/**
 * A side of the page, px; undefined when the attribute is missing, a percentage, or not a size that a page can have.
 */
function side({ attributes }: SvgElement, name: 'width' | 'height', context: LengthContext): number | undefined {
  const length = parseLength(attributes[name] ?? '')
  if (length === undefined || length.unit === '%') return undefined
  const value = resolveLength(length, name === 'width' ? 'x' : 'y', context)
  return value !== undefined && value > 0 && value < 1e8 ? value : undefined
}

/** Whether an attribute of the root sets a side to 0. */
const isZero = ({ attributes }: SvgElement, name: 'width' | 'height'): boolean => {
  const length = parseLength(attributes[name] ?? '')
  return length !== undefined && length.calc === undefined && length.value === 0
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

/** A side of the page, mm: the declared one, else up to the far end of the drawing, else 150 px. */
export function extent(declared: number | undefined, farEnd: number): number {
  if (declared !== undefined) return declared
  return Number.isFinite(farEnd) && farEnd > 0 ? farEnd : DEFAULT_SIZE.height * PIXEL
}
