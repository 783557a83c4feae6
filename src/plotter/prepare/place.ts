import {
  type Affine,
  compose,
  IDENTITY,
  rotation,
  scaling,
  transformStrokes,
  translation,
} from '../../geometry/affine.ts'
import { type Bounds, boundsOf, isEmpty } from '../../geometry/bounds.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import type { PageSize } from '../../geometry/pages.ts'
import { type PrepareOptions, pageOf } from './options.ts'

/** The area within the margins, mm. */
export function marginsOf({ width, height }: PageSize, margin = 0): Bounds {
  return { minX: margin, minY: margin, maxX: width - margin, maxY: height - margin }
}

/**
 * Rotates, scales, fits and aligns a drawing on its page, in this order. With `sheet`, rotates the drawing and then
 * places its whole page (`placeSheet`). Points are not copied when nothing moves.
 *
 * @param reach  the reach of the machine; a page is turned by 90° if `isTurned` requires it
 * @throws PlotdError ERR_PARAMS for an unknown page, or a margin of half the page's shorter side or more
 */
export function place(drawing: Drawing, options: PrepareOptions, reach?: PageSize): Drawing {
  const turned = rotate(drawing, options.rotate ?? 0)
  if (options.sheet !== undefined) return placeSheet(turned, options, options.sheet, reach)
  const requested = pageOf(options, turned)
  const page =
    reach && isTurned(requested, options, reach) ? { width: requested.height, height: requested.width } : requested
  const scaled = scale(turned, options.scale ?? 1)
  const matrix = placement(scaled, marginsOf(page, options.margin), options)
  const moved = matrix === IDENTITY ? scaled : transformStrokes(matrix, scaled)
  return { ...moved, ...page }
}

/** Whether `place` turns the page of this drawing. */
export function isPageTurned({ width, height }: PageSize, options: PrepareOptions, reach: PageSize): boolean {
  const isQuarter = Math.abs((options.rotate ?? 0) % 180) === 90
  return isTurned(pageOf(options, isQuarter ? { width: height, height: width } : { width, height }), options, reach)
}

/** Programs round the size of a sheet. Two sizes that differ by at most this are one sheet, mm. */
const SAME = 0.5

/**
 * Places the drawing's page as a whole, as printers do. Turns the drawing's page to the orientation of the target page,
 * then scales and centres the drawing's page. If the target page lies within the machine's reach only after a turn,
 * turns the result counterclockwise, so that its top comes to the left.
 */
function placeSheet(
  drawing: Drawing,
  options: PrepareOptions,
  sheet: 'keep' | 'shrink' | 'fit',
  reach: PageSize | undefined,
): Drawing {
  const page = pageOf(options, drawing)
  const liesAcross = drawing.width > drawing.height !== page.width > page.height && page.width !== page.height
  const upright = liesAcross ? rotate(drawing, 270) : drawing
  const fit = Math.min(page.width / upright.width, page.height / upright.height)
  const isLarger = upright.width > page.width + SAME || upright.height > page.height + SAME
  const factor = sheet === 'fit' || (sheet === 'shrink' && isLarger) ? fit : 1
  const left = (page.width - factor * upright.width) / 2
  const top = (page.height - factor * upright.height) / 2
  const matrix = compose(translation(left, top), scaling(factor))
  const result = { ...(matrix.join() === IDENTITY.join() ? upright : transformStrokes(matrix, upright)), ...page }
  return reach && isTurned(page, options, reach) ? rotate(result, 270) : result
}

/**
 * Whether a page must be turned to lie within the machine's reach. Without `sheet`, a page is turned only if the ink is
 * fitted to the page and `landscape` is absent.
 */
function isTurned({ width, height }: PageSize, options: PrepareOptions, reach: PageSize): boolean {
  const isWhole = options.sheet !== undefined
  const isFitted = isWhole || (options.fit !== undefined && options.fit !== 'none' && options.landscape === undefined)
  const isWithin = (w: number, h: number): boolean => w <= reach.width && h <= reach.height
  return isFitted && !isWithin(width, height) && isWithin(height, width)
}

/** Turns a drawing. A multiple of 90° also turns the page. Any other angle turns the ink about the page's centre. */
function rotate(drawing: Drawing, degrees: number): Drawing {
  const turn = ((degrees % 360) + 360) % 360
  if (turn === 0) return drawing
  const { width, height } = drawing
  if (turn % 90 !== 0) return transformStrokes(rotation(turn, width / 2, height / 2), drawing)
  const quarter: Record<number, Affine> = {
    90: [0, 1, -1, 0, height, 0],
    180: [-1, 0, 0, -1, width, height],
    270: [0, -1, 1, 0, 0, width],
  }
  const turned = transformStrokes(quarter[turn] ?? IDENTITY, drawing)
  return turn === 180 ? turned : { ...turned, width: height, height: width }
}

function scale(drawing: Drawing, factor: number): Drawing {
  return factor === 1 ? drawing : transformStrokes(scaling(factor), drawing)
}

function placement(drawing: Drawing, area: Bounds, { fit = 'none', align }: PrepareOptions): Affine {
  const where = align ?? (fit === 'none' ? 'keep' : 'center')
  if (fit === 'none' && where === 'keep') return IDENTITY
  const ink = boundsOf(drawing)
  if (isEmpty(ink)) return IDENTITY
  const factor = fitFactor(ink, area, fit)
  if (where === 'keep') return fit === 'none' ? IDENTITY : scaling(factor)
  const share = where === 'center' ? 0.5 : 0
  const width = (ink.maxX - ink.minX) * factor
  const height = (ink.maxY - ink.minY) * factor
  const left = area.minX + share * (area.maxX - area.minX - width)
  const top = area.minY + share * (area.maxY - area.minY - height)
  return compose(translation(left, top), compose(scaling(factor), translation(-ink.minX, -ink.minY)))
}

function fitFactor(ink: Bounds, area: Bounds, fit: 'none' | 'shrink' | 'page'): number {
  if (fit === 'none') return 1
  const wide = (area.maxX - area.minX) / (ink.maxX - ink.minX)
  const high = (area.maxY - area.minY) / (ink.maxY - ink.minY)
  const factor = Math.min(wide, high)
  if (!Number.isFinite(factor)) return 1
  return fit === 'shrink' ? Math.min(1, factor) : factor
}
