import { rotation, transformStrokes } from '../../geometry/affine.ts'
import { boundsOf, isEmpty } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { type PathText, textOnPath } from '../../hershey/index.ts'
import { pathPoints } from '../../svg/index.ts'
import { nearest } from '../nearest.ts'
import { GUIDES, type GuideName, guideFor, lengthOf } from './guide.ts'
import { SMALLEST, type TextParams } from './schema.ts'
import {
  boxToFit,
  centre,
  letters,
  paramsError,
  type Room,
  roomOf,
  type SheetText,
  shorten,
  sizeOf,
  tooLong,
} from './sheet-room.ts'

/** Text along the built-in line that `path` names, or along the user's own path data. @throws PlotdError ERR_PARAMS */
export function alongPath(params: TextParams, path: string): SheetText {
  const room = roomOf(params)
  const name = GUIDES.find((guide) => guide === path.trim())
  return name === undefined ? alongUserPath(params, path, room) : alongGuide(params, name, room)
}

/**
 * Text along a built-in line. The line grows nearly in proportion to the size of the letters, so `fit` estimates the
 * size from one layout.
 */
function alongGuide(params: TextParams, name: GuideName, room: Room): SheetText {
  const strokesAt = (size: number): Strokes => {
    const length = textOnPath(params.text, guideFor(name, 1, 1), options(params, size)).length
    const { strokes } = textOnPath(params.text, guideFor(name, length, size), {
      ...options(params, size),
      align: 'center',
    })
    return rotate(strokes, params)
  }
  const strokes = strokesAt(params.size)
  if (!params.fit) return centre(strokes, params, room)
  const box = boxToFit(room)
  const [width, height] = sizeOf(boundsOf(strokes))
  if (width === 0 && height === 0) return centre(strokes, params, room)
  const scale = Math.min(box.width / Math.max(width, 1e-6), box.height / Math.max(height, 1e-6)) * 0.999
  // Spacing in mm does not grow with the letters, so the estimated size may be too large and is reduced.
  for (let size = params.size * scale; size >= SMALLEST; size *= 0.97) {
    const [x, y] = sizeOf(boundsOf(strokesAt(size)))
    if (x <= box.width && y <= box.height) return { ...centre(strokesAt(size), params, room), fittedSize: size }
  }
  throw tooLong(params)
}

const options = (params: TextParams, size: number) => ({
  ...letters(params),
  size,
  offset: params.pathOffset,
  ...(params.tabWidth !== undefined && { tabWidth: params.tabWidth }),
})

/** Text along the user's own line. On a sheet whose width and height are given, the line keeps its coordinates. */
function alongUserPath(params: TextParams, path: string, room: Room): SheetText {
  const points = pathPoints(path)
  if (typeof points === 'string') {
    const suggestion = nearest(path.trim(), GUIDES)
    const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`
    throw paramsError('path', shorten(path), `${GUIDES.join(', ')}, or ${points}${hint}`)
  }
  const align = params.align === 'justify' ? 'left' : params.align
  const textAt = (size: number) => textOnPath(params.text, points, { ...options(params, size), align })
  const size = params.fit ? sizeFor(params, points, textAt) : params.size
  const fitted = params.fit && { fittedSize: size }
  const text = textAt(size)
  if (text.beyond > 0 && params.fit) throw tooLong(params, 'path')
  if (text.beyond > 0) throw tooShort(params, text)
  const strokes = rotate(text.strokes, params)
  const { width, height, margin } = params
  if (width === undefined || height === undefined) return { ...centre(strokes, params, room), ...fitted }
  const ink = boundsOf(strokes)
  const isInside =
    isEmpty(ink) ||
    (Math.min(ink.minX, ink.minY) >= margin - 1e-6 &&
      ink.maxX <= width - margin + 1e-6 &&
      ink.maxY <= height - margin + 1e-6)
  if (isInside) return { strokes, width, height, ...fitted }
  throw paramsError(
    'path',
    shorten(path),
    `a line that keeps its letters inside the margin of ${margin} mm (${inkText(ink)})`,
  )
}

const inkText = ({ minX, minY, maxX, maxY }: ReturnType<typeof boundsOf>): string => {
  const [left, top, right, bottom] = [minX, minY, maxX, maxY].map((value) => value.toFixed(1))
  return `they reach from ${left}, ${top} to ${right}, ${bottom}`
}

/**
 * The size up to 300 mm in which the length of the text is nearest to the length of its line. The length grows evenly
 * with the size, except for spacing in mm and for letters that negative spacing lays on top of each other.
 */
function sizeFor(params: TextParams, points: Float64Array, textAt: (size: number) => PathText): number {
  const room = 0.999 * lengthOf(points)
  let size = params.size
  for (let i = 0; i < 4; i++) {
    const { length } = textAt(size)
    const growth = (textAt(2 * size).length - length) / size
    size = Math.min(300, Math.max(SMALLEST, size + (room - length) / Math.max(growth, 1e-6)))
  }
  return size
}

function tooShort({ size, text }: TextParams, { length, pathLength, beyond }: PathText) {
  const lost = beyond === 1 ? '1 character' : `${beyond} characters`
  const expected = `a size that fits the path: the text is ${length.toFixed(0)} mm long, the path ${pathLength.toFixed(0)} mm, so that ${lost} of “${shorten(text)}” would not be drawn (try fit)`
  return paramsError('size', size, expected)
}

const rotate = (strokes: Strokes, { rotation: degrees }: TextParams): Strokes =>
  degrees % 360 === 0 ? strokes : transformStrokes(rotation(degrees), strokes)
