import { type LengthContext, parseLength, resolveAgainst, splitList } from '../css/lengths.ts'
import type { Outline } from './outline.ts'

/** Size of a reference box, user units. */
export interface BoxSize {
  readonly width: number
  readonly height: number
}

type Corner = readonly [rx: number, ry: number]

/** Radii of the corners, clockwise from the top left. */
type Radii = readonly Corner[]

const ACROSS: Readonly<Record<string, number>> = { left: 0, center: 0.5, right: 1 }
const DOWN: Readonly<Record<string, number>> = { top: 0, center: 0.5, bottom: 1 }

/** A `<position>` in a box: keywords in either order, lengths, or lengths from named sides (CSS Values 4). */
export function positionIn(text: string, box: BoxSize, context: LengthContext): [x: number, y: number] {
  const parts = splitList(text)
  const { width, height } = box
  if (parts.length > 2) return [offset(parts, ACROSS, width, context), offset(parts, DOWN, height, context)]
  let [x = 'center', y = 'center'] = parts
  if (/^(?:top|bottom)$/.test(x) || /^(?:left|right)$/.test(y)) [x, y] = [y, x]
  const place = (part: string, words: Readonly<Record<string, number>>, whole: number): number =>
    words[part] === undefined ? lengthIn(part, whole, context) : words[part] * whole
  return [place(x, ACROSS, width), place(y, DOWN, height)]
}

/** The coordinate at a distance from a named side, such as `right 10px`; the middle when no side is named. */
function offset(
  parts: readonly string[],
  words: Readonly<Record<string, number>>,
  whole: number,
  context: LengthContext,
): number {
  const i = parts.findIndex((part) => words[part] !== undefined && part !== 'center')
  if (i < 0) return whole / 2
  const distance = lengthIn(parts[i + 1] ?? '', whole, context)
  return words[parts[i] ?? ''] === 1 ? whole - distance : distance
}

/** The radii that follow the keyword `round`, in the grammar of `border-radius`. All radii are 0 without a text. */
export function radiiOf(text: string | undefined, box: BoxSize, context: LengthContext): Radii {
  const [across = '', down = across] = (text ?? '').split('/')
  const four = (list: string, whole: number): number[] => {
    const [a = 0, b = a, c = a, d = b] = splitList(list).map((part) => Math.max(0, lengthIn(part, whole, context)))
    return [a, b, c, d]
  }
  const rx = four(across, box.width)
  const ry = four(down, box.height)
  return rx.map((value, i) => [value, ry[i] ?? 0])
}

/** A length in user units, whose percentages refer to `whole`; 0 for invalid text. */
export function lengthIn(text: string, whole: number, context: LengthContext): number {
  const length = parseLength(text)
  return (length && resolveAgainst(length, whole, context)) ?? 0
}

/**
 * Adds a rectangle whose radii are reduced to fit (CSS Backgrounds 3, section 4.5). An empty rectangle adds nothing.
 */
export function roundRect(
  outline: Outline,
  [x, y, ex, ey]: readonly [x: number, y: number, ex: number, ey: number],
  radii: Radii,
): void {
  if (!(ex > x && ey > y)) return
  const [[ax, ay], [bx, by], [cx, cy], [dx, dy]] = fitRadii(radii, ex - x, ey - y)
  const corner = (mx: number, my: number, rx: number, ry: number, quarter: number): void => {
    const from = (quarter * Math.PI) / 2
    const to = ((quarter + 1) * Math.PI) / 2
    const end = [mx + rx * Math.round(Math.cos(to)), my + ry * Math.round(Math.sin(to))] as const
    outline.line(mx + rx * Math.round(Math.cos(from)), my + ry * Math.round(Math.sin(from)))
    if (rx > 0 && ry > 0) outline.arc(mx, my, rx, ry, 0, from, Math.PI / 2, ...end)
  }
  outline.move(x, y + ay)
  corner(x + ax, y + ay, ax, ay, 2)
  corner(ex - bx, y + by, bx, by, 3)
  corner(ex - cx, ey - cy, cx, cy, 0)
  corner(x + dx, ey - dy, dx, dy, 1)
  outline.close()
}

/** The radii, reduced by one factor so that all fit the sides. */
function fitRadii(radii: Radii, width: number, height: number): readonly [Corner, Corner, Corner, Corner] {
  const [a = NONE, b = NONE, c = NONE, d = NONE] = radii.map(([rx, ry]) =>
    rx > 0 && ry > 0 ? ([rx, ry] as const) : NONE,
  )
  const shrinkTo = (whole: number, one: number, other: number): number =>
    one + other > whole ? whole / (one + other) : 1
  const share = Math.min(
    shrinkTo(width, a[0], b[0]),
    shrinkTo(width, d[0], c[0]),
    shrinkTo(height, a[1], d[1]),
    shrinkTo(height, b[1], c[1]),
  )
  const scale = ([rx, ry]: Corner): Corner => [rx * share, ry * share]
  return [scale(a), scale(b), scale(c), scale(d)]
}

const NONE: Corner = [0, 0]
