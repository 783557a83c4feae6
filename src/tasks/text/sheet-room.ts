import type { PlotdError } from '../../errors.ts'
import { transformStrokes, translation } from '../../geometry/affine.ts'
import { type Bounds, boundsOf, isEmpty } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { type LetterOptions, loadFont } from '../../hershey/index.ts'
import { beginningOf } from '../../values.ts'
import { paramError } from '../validate.ts'
import type { TextParams } from './schema.ts'

/** Text in its place on a sheet, mm. */
export interface SheetText {
  readonly strokes: Strokes
  readonly width: number
  readonly height: number
  /** The cap height at which the text fits the sheet or the path, mm; absent when the user gave the size. */
  readonly fittedSize?: number
}

/** The room between the margins of the sheet, mm; undefined for a side that may be as long as the text needs. */
export interface Room {
  readonly x: number | undefined
  readonly y: number | undefined
}

/** The room between the margins. @throws PlotdError ERR_PARAMS when the margins leave no room */
export function roomOf({ width, height, margin }: TextParams): Room {
  const room = (whole: number | undefined) => (whole === undefined ? undefined : whole - 2 * margin)
  const x = room(width)
  const y = room(height)
  if ((x ?? 1) <= 0 || (y ?? 1) <= 0) throw paramsError('margin', margin, 'a margin that leaves room for the text')
  return { x, y }
}

/** The box that a text is fitted into. @throws PlotdError ERR_PARAMS when a side of the sheet is not given */
export function boxToFit({ x, y }: Room): { readonly width: number; readonly height: number } {
  if (x === undefined || y === undefined)
    throw paramsError('fit', true, 'width and height of the sheet that the text must fit')
  return { width: x, height: y }
}

/**
 * A side of the sheet, mm: the given side, else the length `needed` for the ink plus both margins. The sum is rounded
 * up to a whole mm, and is at least 10.
 */
export const sideFor = (side: number | undefined, needed: number, margin: number): number =>
  side ?? Math.ceil(Math.max(10, needed + 2 * margin))

/** Places ink in the middle of its sheet. @throws PlotdError ERR_PARAMS when the ink is too large for the sheet */
export function centre(strokes: Strokes, params: TextParams, room: Room): SheetText {
  const { margin } = params
  const ink = boundsOf(strokes)
  const [inkWidth, inkHeight] = sizeOf(ink)
  mustHold(inkWidth, inkHeight, params, room)
  const width = sideFor(params.width, inkWidth, margin)
  const height = sideFor(params.height, inkHeight, margin)
  if (isEmpty(ink)) return { strokes, width, height }
  const move = translation((width - inkWidth) / 2 - ink.minX, (height - inkHeight) / 2 - ink.minY)
  return { strokes: transformStrokes(move, strokes), width, height }
}

/** Width and height of ink, mm; 0 without ink. */
export const sizeOf = (ink: Bounds): [width: number, height: number] =>
  isEmpty(ink) ? [0, 0] : [ink.maxX - ink.minX, ink.maxY - ink.minY]

/**
 * Checks that ink fits the sheet.
 *
 * @throws PlotdError ERR_PARAMS that names the size of the sheet that the text needs
 */
export function mustHold(width: number, height: number, { size, margin }: TextParams, room: Room): void {
  if (width <= (room.x ?? Infinity) + 1e-6 && height <= (room.y ?? Infinity) + 1e-6) return
  const needed = `${Math.ceil(width + 2 * margin)} × ${Math.ceil(height + 2 * margin)} mm`
  throw paramsError('size', size, `at most a size that fits the sheet (this text needs ${needed}; try fit)`)
}

export function letters(params: TextParams): LetterOptions {
  const { font, letterSpacing, slant, smooth, hand: amount, seed, language } = params
  return {
    ...{ font: loadFont(font), letterSpacing, slant, smooth },
    ...(language !== undefined && { language }),
    ...(amount > 0 && { hand: { seed, amount } }),
  }
}

export const paramsError = (field: string, value: unknown, expected: string): PlotdError =>
  paramError(field, value, expected, 'text')

export const tooLong = ({ text }: TextParams, place = 'sheet'): PlotdError =>
  paramsError('text', shorten(text), `a text short enough for the ${place}`)

/** The beginning of a text, for errors. */
export const shorten = (text: string): string => beginningOf(text, 40)
