import { PlotdError } from '../errors.ts'
import { transformStrokes, translation } from '../geometry/affine.ts'
import type { Strokes } from '../geometry/drawing.ts'
import { graphemesOf, type TextLayout, type TextOptions, textLayouts } from '../hershey/index.ts'

/** A place for text, mm, and the range of cap heights, mm. */
export interface TextPlace {
  readonly width: number
  readonly height: number
  readonly largest: number
  readonly smallest: number
}

/** A layout in the size that fits. */
export interface FittedText extends TextLayout {
  /** Cap height, mm. */
  readonly size: number
}

/** Maximum number of attempts at one size. Each further attempt sets narrower lines, so that the swashes fit. */
const MAX_TRIES = 3
/** Ratio of two sizes that look the same. */
const CLOSE = 1.02

/**
 * Sets text in the largest size at which it stays in a place, wrapped to the width of the place. Finds the size by
 * bisection, because a text that fits in one size fits in each smaller size.
 *
 * @returns undefined when the smallest size does not fit
 */
export function fitText(text: string, place: TextPlace, options: TextOptions = {}): FittedText | undefined {
  const layouts = textLayouts(hyphenateLongWords(text), options)
  const layoutAt = (size: number): FittedText | undefined => {
    let { width } = place
    for (let tries = 0; width > 0 && tries < MAX_TRIES; tries++) {
      const layout = layouts(size, width)
      if (fits(layout, place)) return { ...layout, size }
      // Swashes exceed the advances that line breaking uses, so the lines must be shorter.
      const excess = inkWidth(layout) - place.width
      if (excess <= 0) return undefined
      width = Math.min(width, widest(layout)) - excess
    }
    return undefined
  }
  return largestFit(place, layoutAt)
}

/**
 * The result of `trial` at the largest size that fits, found to 2 % by bisection.
 *
 * @param trial  returns undefined for a size that does not fit
 * @returns undefined when the smallest size does not fit
 */
export function largestFit<T>(
  { largest: most, smallest }: Pick<TextPlace, 'largest' | 'smallest'>,
  trial: (size: number) => T | undefined,
): T | undefined {
  let best = trial(most)
  let small = smallest
  let large = most
  if (best || small >= large) return best
  best = trial(small)
  while (best && large / small > CLOSE) {
    const middle = Math.sqrt(small * large)
    const fitted = trial(middle)
    if (fitted) best = fitted
    if (fitted) small = middle
    else large = middle
  }
  return best
}

/** Words of at least this many characters get soft hyphens. */
const LONG_WORD = 30
const SOFT_HYPHEN = '\u00ad'

/** Adds soft hyphens to very long words, so that no long word makes the whole text small. */
export const hyphenateLongWords = (text: string): string =>
  text.replace(new RegExp(`\\S{${LONG_WORD},}`, 'gu'), (word) =>
    graphemesOf(word)
      .map((grapheme, i) => grapheme + (i % 10 === 9 ? SOFT_HYPHEN : ''))
      .join(''),
  )

/** A box on the sheet, mm. */
export interface TextBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * The strokes of a layout in a box. A layout whose ink exceeds the box moves back into the box if the ink fits.
 *
 * @param down  fraction of the free height that stays above the text, 0 … 1
 */
export function textIn(box: TextBox, layout: TextLayout, down = 0): Strokes {
  const { bounds, ascent, height, strokes } = layout
  if (bounds.minX > bounds.maxX) return strokes
  const dx = nudge(bounds.minX, bounds.maxX, box.width)
  const top = ascent + down * Math.max(0, box.height - height)
  const dy = top + nudge(bounds.minY + top, bounds.maxY + top, box.height)
  return transformStrokes(translation(box.x + dx, box.y + dy), strokes)
}

/**
 * Distance by which a span must move to lie in 0 … room. A span that begins before 0 starts at 0, even if it is too
 * long.
 */
const nudge = (min: number, max: number, room: number) => Math.max(0, -min) || Math.min(0, room - max)

/** Compares both the ink and the advances, because script capitals exceed their cells. */
function fits(layout: TextLayout, { width, height }: TextPlace): boolean {
  const { bounds } = layout
  if (bounds.minX > bounds.maxX) return true
  return inkWidth(layout) <= width + 1e-6 && Math.max(layout.height, bounds.maxY - bounds.minY) <= height + 1e-6
}

const widest = ({ lines }: TextLayout): number => lines.reduce((most, { width }) => Math.max(most, width), 0)
const inkWidth = (layout: TextLayout): number => Math.max(widest(layout), layout.bounds.maxX - layout.bounds.minX)

/**
 * Like `fitText`, but for text that must be drawn.
 *
 * @throws PlotdError ERR_PARAMS that names `field`, when the text does not fit
 */
export function mustFit(field: string, text: string, place: TextPlace, options: TextOptions = {}): FittedText {
  const fitted = fitText(text, place, options)
  if (fitted) return fitted
  throw tooLong(field, text, place)
}

export function tooLong(field: string, text: string, place: TextPlace): PlotdError {
  const width = Math.round(place.width)
  const height = Math.round(place.height)
  return new PlotdError(
    'ERR_PARAMS',
    `${field}: ${Array.from(text).length} characters do not fit into ${width} × ${height} mm, ` +
      `not even ${place.smallest} mm high; expected a shorter text or a larger sheet`,
    { issues: [{ field, value: text, expected: `expected a text that fits into ${width} × ${height} mm` }] },
  )
}
