import { PlotdError } from '../../errors.ts'
import type { StrokeFont } from '../fonts/font.ts'

/** The alignment of lines. */
export type Align = 'left' | 'center' | 'right' | 'justify'

/** The look of the letters, in lines, in a box and on a path. */
export interface LetterOptions {
  /** A name from `fontNames()`, or a loaded font; Roman simplex when absent. */
  readonly font?: string | StrokeFont
  /** White to add between characters, mm; 0 when absent. */
  readonly letterSpacing?: number
  /** Slant in degrees to the right; 0 when absent. */
  readonly slant?: number
  /** Whether other fonts may lend glyphs that the font lacks; true when absent. */
  readonly borrow?: boolean
  /**
   * Whether to round the curves that a font draws with chords, as Hershey's fonts do; false when absent, and always
   * true with `hand`. Letters above about 10 mm look better round. In a font with several forms of each letter,
   * `smooth` has no effect.
   */
  readonly smooth?: boolean
  /** Language of the text as a BCP 47 tag, such as `sr`: some fonts have other forms of letters for some languages. */
  readonly language?: string
  /** Makes the text uneven. The same seed gives the same result. */
  readonly hand?: Hand
}

/** Uneven letters and lines, as of handwriting. */
export interface Hand {
  /** A number that chooses the unevenness. */
  readonly seed: number
  /** 0 for even letters, 1 for calm handwriting, 2 for hurried handwriting; 1 when absent. */
  readonly amount?: number
}

/** Line breaks and alignment. */
export interface LineOptions extends LetterOptions {
  readonly align?: Align
  /** Distance between baselines as a multiple of the font's line height; 1 when absent. */
  readonly lineSpacing?: number
  /** Whether to break a word that is wider than the line; false when absent, and the word then exceeds the width. */
  readonly breakWords?: boolean
  /** Distance between tab stops, mm; eight spaces when absent. */
  readonly tabWidth?: number
}

/** The look of a text, its size and its width. */
export interface TextOptions extends LineOptions {
  /** Cap height in mm, above 0; 5 when absent. */
  readonly size?: number
  /** Width in mm at which lines wrap. When absent, lines end only at newlines. */
  readonly width?: number
  /** Rotation about the start of the first baseline, degrees clockwise; 0 when absent. */
  readonly rotation?: number
}

/** Minimum value of each number. `open` is true when that value itself is too small. */
const LIMITS: Readonly<Record<string, readonly [least: number, open: boolean]>> = {
  size: [0, true],
  width: [0, true],
  height: [0, true],
  minSize: [0, true],
  maxSize: [0, true],
  lineSpacing: [0, true],
  tabWidth: [0, true],
  letterSpacing: [-Infinity, false],
  slant: [-80, false],
  rotation: [-Infinity, false],
  start: [-Infinity, false],
  offset: [-Infinity, false],
  seed: [-Infinity, false],
  amount: [0, false],
}

/**
 * Checks the numbers of the options, and returns the options.
 *
 * @throws PlotdError ERR_PARAMS for a number out of range
 */
export function checkNumbers<T extends object>(options: T): T {
  for (const [name, value] of Object.entries(options)) {
    if (name === 'hand' && typeof value === 'object') checkNumbers(value as Hand)
    const limit = LIMITS[name]
    if (!limit || value === undefined) continue
    const [least, open] = limit
    if (typeof value === 'number' && Number.isFinite(value) && (open ? value > least : value >= least)) continue
    const range = least === -Infinity ? '' : ` ${open ? 'above' : 'of at least'} ${least}`
    const got = typeof value === 'number' ? value : JSON.stringify(value) // JSON writes NaN and Infinity as null
    throw new PlotdError('ERR_PARAMS', `${name} must be a finite number${range}, got ${got}`, { field: name })
  }
  return options
}
