import { PlotdError } from '../../errors.ts'
import { transformStrokes, translation } from '../../geometry/affine.ts'
import { type Bounds, boundsOf, isEmpty } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { type LetterOptions, loadFont } from '../../hershey/index.ts'
import type { TextParams } from './schema.ts'

/** Text in its place on a sheet, mm. */
export interface SetText {
  readonly strokes: Strokes
  readonly width: number
  readonly height: number
  /** The cap height that was chosen to fit the sheet, mm. */
  readonly fitted?: number
}

/** The room between the margins of the sheet, mm; undefined where the sheet may be as large as the text needs. */
export interface Room {
  readonly x: number | undefined
  readonly y: number | undefined
}

/** @throws PlotdError ERR_PARAMS when the margin leaves nothing */
export function roomOf({ width, height, margin }: TextParams): Room {
  const room = (whole: number | undefined) => (whole === undefined ? undefined : whole - 2 * margin)
  const [x, y] = [room(width), room(height)]
  if ((x ?? 1) <= 0 || (y ?? 1) <= 0) throw problem('margin', margin, 'a margin that leaves room for the text')
  return { x, y }
}

/** @throws PlotdError ERR_PARAMS when there is no box to fit a text into */
export function boxToFit({ x, y }: Room): { readonly width: number; readonly height: number } {
  if (x === undefined || y === undefined) throw problem('fit', true, 'width and height to fit the text into')
  return { width: x, height: y }
}

/** A side of the sheet, mm: the given one, or the one that the ink needs. */
export const sideFor = (side: number | undefined, needed: number, margin: number): number =>
  side ?? Math.ceil(Math.max(10, needed + 2 * margin))

/** The ink in the middle of its sheet. @throws PlotdError ERR_PARAMS when it is too large for it */
export function centred(strokes: Strokes, params: TextParams, room: Room): SetText {
  const { margin } = params
  const ink = boundsOf(strokes)
  const [inkWidth, inkHeight] = sizeOf(ink)
  mustHold(inkWidth, inkHeight, params, room)
  const [width, height] = [sideFor(params.width, inkWidth, margin), sideFor(params.height, inkHeight, margin)]
  if (isEmpty(ink)) return { strokes, width, height }
  const move = translation((width - inkWidth) / 2 - ink.minX, (height - inkHeight) / 2 - ink.minY)
  return { strokes: transformStrokes(move, strokes), width, height }
}

export const sizeOf = (ink: Bounds): [width: number, height: number] =>
  isEmpty(ink) ? [0, 0] : [ink.maxX - ink.minX, ink.maxY - ink.minY]

/** @throws PlotdError ERR_PARAMS saying how large a sheet it needs */
export function mustHold(width: number, height: number, { size, margin }: TextParams, room: Room): void {
  if (width <= (room.x ?? Infinity) + 1e-6 && height <= (room.y ?? Infinity) + 1e-6) return
  const needed = `${Math.ceil(width + 2 * margin)} × ${Math.ceil(height + 2 * margin)} mm`
  throw problem('size', size, `at most what fits the sheet (this text needs ${needed}; try fit)`)
}

/** The options of the letters from the parameters. */
export function letters(params: TextParams): LetterOptions {
  const { font, letterSpacing, slant, smooth, hand: amount, seed, language } = params
  return {
    ...{ font: loadFont(font), letterSpacing, slant, smooth },
    ...(language !== undefined && { language }),
    ...(amount > 0 && { hand: { seed, amount } }),
  }
}

export function problem(field: string, value: unknown, expected: string): PlotdError {
  const issue = { field, value, expected: `expected ${expected}` }
  return new PlotdError('ERR_PARAMS', `text: ${field} is ${JSON.stringify(value)}, ${issue.expected}`, {
    issues: [issue],
  })
}

/** A text in the short form for errors. */
export const briefly = (text: string): string => text.slice(0, 40)
