import { type Affine, compose, rotation, translation } from '../../../geometry/affine.ts'
import { verticalForm } from '../../../hershey/index.ts'
import { fontSize, type Style } from '../css/style.ts'
import type { Position } from './lists.ts'
import type { Place } from './places.ts'

/** Cap height of a usual text face, in ems. The capitals of a stroke font get this height. */
export const CAP_HEIGHT = 0.7

/** The metrics that every stroke font gets, in ems: the metrics of usual text faces. */
export const FONT_METRICS = { ascent: 0.9, descent: 0.2, xHeight: 0.5 } as const

const { ascent, descent } = FONT_METRICS

/** 'across' is a horizontal line. The letters of a vertical line follow one another down or up. */
export type LineDirection = 'across' | 'down' | 'up'

/** The direction of lines that the `writing-mode` of a style sets. */
export function lineDirection(style: Style): LineDirection {
  const mode = style['writing-mode']
  if (mode === 'sideways-lr') return 'up'
  return /^(?:tb|vertical|sideways)/.test(mode) ? 'down' : 'across'
}

/** Whether a character stands upright in a vertical line, as characters of Chinese, Japanese and Korean do (UAX 50). */
const standsUpright = (text: string): boolean => verticalForm(text) !== 'turned'

/** Whether a letter stands upright in a line that runs down. */
export const isUpright = (style: Style, text: string): boolean => {
  if (!/^(?:tb|vertical)/.test(style['writing-mode'])) return false
  const orientation = style['text-orientation']
  return orientation === 'upright' || (!orientation.startsWith('sideways') && standsUpright(text))
}

/** Distance from an upright letter to the next, ems: 1 for characters of Chinese, Japanese and Korean. */
export const uprightAdvance = (text: string): number => (standsUpright(text) ? 1 : ascent + descent)

/** Whether the default baseline is the middle of the letters. */
export const hasCentralLine = (style: Style): boolean =>
  /^(?:tb|vertical)/.test(style['writing-mode']) && !style['text-orientation'].startsWith('sideways')

/** Converts a position on the page to a position on a line: x along the line, y to the right of its direction. */
export function toLineAxes(direction: LineDirection, position: Position): Position {
  const { x, y, dx, dy, rotate } = position
  const negate = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value)
  if (direction === 'down') return { x: y, y: negate(x), dx: dy, dy: -dx, rotate }
  return direction === 'up' ? { x: negate(y), y: x, dx: -dy, dy: dx, rotate } : position
}

/** Rotation from the axes of a line to the page. */
const ROTATIONS: Readonly<Record<LineDirection, Affine>> = {
  across: rotation(0),
  down: rotation(90),
  up: rotation(-90),
}

/**
 * The transform from a letter's own coordinates, with its origin on the baseline, to user units.
 *
 * @param width  width of the letter, user units
 */
export function letterMatrix({ x, y, char }: Place, width: number): Affine {
  const { style } = char.frame
  const direction = lineDirection(style)
  const size = fontSize(style)
  const below = y + char.drop
  if (direction === 'across') return compose(translation(x, below), rotation(char.rotate))
  const unrotated = isUpright(style, char.text)
    ? translation(-below + ((ascent - descent) / 2) * size - width / 2, x + ascent * size)
    : compose(ROTATIONS[direction], translation(x, below))
  if (char.rotate === 0 || direction === 'up') return compose(unrotated, rotation(char.rotate))
  // In a line that runs down, browsers rotate any letter about one point: at the left edge of the line, on the baseline
  // of an upright letter.
  const cx = -below - descent * size
  const cy = x + ascent * size
  return compose(compose(translation(cx, cy), rotation(char.rotate)), compose(translation(-cx, -cy), unrotated))
}
