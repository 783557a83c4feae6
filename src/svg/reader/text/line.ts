import { type Affine, compose, rotation, translation } from '../../../geometry/affine.ts'
import { verticalForm } from '../../../hershey/index.ts'
import { fontSize, type Style } from '../css/style.ts'
import type { Position } from './lists.ts'
import type { Place } from './places.ts'

/** Cap height of a usual text face, in ems. The capitals of a stroke font get this height. */
export const CAP_HEIGHT = 0.7

/** Font metrics in ems: those of usual text faces, for every stroke font. */
export const FONT_METRICS = { ascent: 0.9, descent: 0.2, xHeight: 0.5 } as const

const { ascent, descent } = FONT_METRICS

/** Direction of a line. */
export type Run = 'across' | 'down' | 'up'

export function runOf(style: Style): Run {
  const mode = style['writing-mode']
  if (mode === 'sideways-lr') return 'up'
  return /^(?:tb|vertical|sideways)/.test(mode) ? 'down' : 'across'
}

/** Whether a character stands upright in a vertical line: those of Chinese, Japanese and Korean do (UAX 50). */
const standsUpright = (text: string): boolean => verticalForm(text) !== 'turned'

/** Whether a letter stands upright in a line that runs down. */
export const isUpright = (style: Style, text: string): boolean => {
  if (!/^(?:tb|vertical)/.test(style['writing-mode'])) return false
  const orientation = style['text-orientation']
  return orientation === 'upright' || (!orientation.startsWith('sideways') && standsUpright(text))
}

/** The way from an upright letter to the next, ems: a square for those of Chinese, Japanese and Korean. */
export const uprightAdvance = (text: string): number => (standsUpright(text) ? 1 : ascent + descent)

/** Whether the default baseline is the middle of the letters. */
export const hasCentralLine = (style: Style): boolean =>
  /^(?:tb|vertical)/.test(style['writing-mode']) && !style['text-orientation'].startsWith('sideways')

/** Converts a position on the page to one on a line: x along it, y to its right. */
export function onRun(run: Run, position: Position): Position {
  const { x, y, dx, dy, rotate } = position
  const less = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value)
  if (run === 'down') return { x: y, y: less(x), dx: dy, dy: -dx, rotate }
  return run === 'up' ? { x: less(y), y: x, dx: -dy, dy: dx, rotate } : position
}

/** Rotation of a line's axes. */
const TURNED: Readonly<Record<Run, Affine>> = { across: rotation(0), down: rotation(90), up: rotation(-90) }

/**
 * The transform from a letter's own coordinates, with its origin on the baseline, to user units.
 *
 * @param width  of the letter, user units
 */
export function onLine({ x, y, char }: Place, width: number): Affine {
  const { style } = char.frame
  const [run, size, below] = [runOf(style), fontSize(style), y + char.lowered]
  if (run === 'across') return compose(translation(x, below), rotation(char.rotate))
  const standing = isUpright(style, char.text)
    ? translation(-below + ((ascent - descent) / 2) * size - width / 2, x + ascent * size)
    : compose(TURNED[run], translation(x, below))
  if (char.rotate === 0 || run === 'up') return compose(standing, rotation(char.rotate))
  // Browsers rotate a letter of a vertical line about the foot of an upright letter in its place.
  const [cx, cy] = [-below - descent * size, x + ascent * size]
  return compose(compose(translation(cx, cy), rotation(char.rotate)), compose(translation(-cx, -cy), standing))
}
