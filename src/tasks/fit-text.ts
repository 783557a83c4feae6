import { PlotdError } from '../errors.ts'
import { transformed, translation } from '../geometry/affine.ts'
import type { Strokes } from '../geometry/drawing.ts'
import { type TextLayout, type TextOptions, textLayouts } from '../hershey/index.ts'

/** A place for text, in mm, and the sizes (cap height, mm) it may be set in. */
export interface TextPlace {
  readonly width: number
  readonly height: number
  readonly largest: number
  readonly smallest: number
}

export interface FittedText extends TextLayout {
  /** Cap height, mm. */
  readonly size: number
}

/** Lines broken anew because a swash stuck out; a word that is too wide on its own is seen after one. */
const MOST_TRIES = 3
/** Sizes closer than this, as a ratio, look the same. */
const CLOSE = 1.02

/**
 * Text in the largest size that keeps it, ascenders and descenders and all, within a place; wrapped to its width.
 * Found by bisection, which takes for granted that what fits in one size fits in every smaller one.
 *
 * @returns undefined when not even the smallest size fits
 */
export function fitText(text: string, place: TextPlace, options: TextOptions = {}): FittedText | undefined {
  const layouts = textLayouts(breakable(text), options)
  const at = (size: number): FittedText | undefined => {
    let { width } = place
    for (let tries = 0; width > 0 && tries < MOST_TRIES; tries++) {
      const layout = layouts(size, width)
      if (fits(layout, place)) return { ...layout, size }
      // Swashes reach beyond the advances that lines are broken by: the widest line must become that much shorter.
      const over = inkWidth(layout) - place.width
      if (over <= 0) return undefined
      width = Math.min(width, widest(layout)) - over
    }
    return undefined
  }
  return largest(place, at)
}

/** The largest size that gives something, to a fiftieth, by bisection; undefined when the smallest gives nothing. */
export function largest<T>(
  { largest: most, smallest }: Pick<TextPlace, 'largest' | 'smallest'>,
  at: (size: number) => T | undefined,
): T | undefined {
  let [best, small, large] = [at(most), smallest, most]
  if (best || small >= large) return best
  best = at(small)
  while (best && large / small > CLOSE) {
    const middle = Math.sqrt(small * large)
    const fitted = at(middle)
    if (fitted) best = fitted
    if (fitted) small = middle
    else large = middle
  }
  return best
}

const LONGEST_WORD = 30
const SOFT_HYPHEN = '\u00ad'

/** Words too long for any line get places to break, so that one of them does not make all the text small. */
export const breakable = (text: string): string =>
  text.replace(new RegExp(`\\S{${LONGEST_WORD},}`, 'gu'), (word) =>
    Array.from(
      new Intl.Segmenter('und').segment(word),
      ({ segment }, i) => segment + (i % 10 === 9 ? SOFT_HYPHEN : ''),
    ).join(''),
  )

export interface TextBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * The strokes of a layout with its top left at the box's, or as far down as `down` (0 … 1) of the room left over.
 * Ink that leans out of its cell is moved back into the box, where it fits.
 */
export function textIn(box: TextBox, layout: TextLayout, down = 0): Strokes {
  const { bounds, ascent, height, strokes } = layout
  if (bounds.minX > bounds.maxX) return strokes
  const dx = nudge(bounds.minX, bounds.maxX, box.width)
  const top = ascent + down * Math.max(0, box.height - height)
  const dy = top + nudge(bounds.minY + top, bounds.maxY + top, box.height)
  return transformed(translation(box.x + dx, box.y + dy), strokes)
}

/** How far a span must move to lie within 0 … room; its start wins when it cannot. */
const nudge = (min: number, max: number, room: number) => Math.max(0, -min) || Math.min(0, room - max)

/** By the ink as well as by the advances: script capitals reach out of their cells. */
function fits(layout: TextLayout, { width, height }: TextPlace): boolean {
  const { bounds } = layout
  if (bounds.minX > bounds.maxX) return true
  return inkWidth(layout) <= width + 1e-6 && Math.max(layout.height, bounds.maxY - bounds.minY) <= height + 1e-6
}

const widest = ({ lines }: TextLayout): number => lines.reduce((most, { width }) => Math.max(most, width), 0)
const inkWidth = (layout: TextLayout): number => Math.max(widest(layout), layout.bounds.maxX - layout.bounds.minX)

/** As `fitText`, for text that must be drawn. @throws PlotdError ERR_PARAMS naming the field */
export function mustFit(field: string, text: string, place: TextPlace, options: TextOptions = {}): FittedText {
  const fitted = fitText(text, place, options)
  if (fitted) return fitted
  throw tooLong(field, text, place)
}

export function tooLong(field: string, text: string, place: TextPlace): PlotdError {
  const [width, height] = [place.width, place.height].map((side) => Math.round(side))
  return new PlotdError(
    'ERR_PARAMS',
    `${field}: ${Array.from(text).length} characters do not fit into ${width} × ${height} mm, ` +
      `not even ${place.smallest} mm high; expected a shorter text or a larger sheet`,
    { issues: [{ field, value: text, expected: `text that fits into ${width} × ${height} mm` }] },
  )
}
