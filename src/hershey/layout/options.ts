import { PlotdError } from '../../errors.ts'
import type { StrokeFont } from '../fonts/font.ts'

export type Align = 'left' | 'center' | 'right' | 'justify'

/** How the letters look: the same for text in lines, in a box and on a path. */
export interface LetterOptions {
  /** A name of `fontNames()`, or a font of your own; Roman simplex when left out. */
  readonly font?: string | StrokeFont
  /** mm added between characters; 0. */
  readonly letterSpacing?: number
  /** Lean in degrees, to the right when positive; 0. */
  readonly slant?: number
  /** Take single glyphs that the font lacks from other fonts; true. */
  readonly borrow?: boolean
  /** Round the polygons that Hershey's curves are; for letters larger than about 10 mm. False. */
  readonly smooth?: boolean
  /** As if written by hand: the same seed gives the same hand. */
  readonly hand?: Hand
}

export interface Hand {
  readonly seed: number
  /** 0 is none, 1 (when left out) looks written, 2 looks hurried. */
  readonly amount?: number
}

/** How lines are broken and placed. */
export interface LineOptions extends LetterOptions {
  readonly align?: Align
  /** Baseline to baseline, as a multiple of the font's own; 1. */
  readonly lineSpacing?: number
  /** Break a word that is wider than a whole line where the line ends, instead of letting it stick out; false. */
  readonly breakWords?: boolean
  /** mm between tab stops; eight spaces. */
  readonly tabWidth?: number
}

export interface TextOptions extends LineOptions {
  /** Cap height in mm, > 0; 5 when left out. */
  readonly size?: number
  /** Wrap to this many mm; without it lines end only at newlines. */
  readonly width?: number
  /** Turn about the start of the first baseline, degrees clockwise; 0. */
  readonly rotation?: number
}

/** Least value, and whether it is itself too small. */
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

/** The options themselves. @throws PlotdError ERR_PARAMS naming the first number out of range */
export function checked<T extends object>(options: T): T {
  for (const [name, value] of Object.entries(options)) {
    if (name === 'hand' && typeof value === 'object') checked(value as Hand)
    const limit = LIMITS[name]
    if (!limit || value === undefined) continue
    const [least, open] = limit
    if (typeof value === 'number' && Number.isFinite(value) && (open ? value > least : value >= least)) continue
    const expected = least === -Infinity ? 'a number' : `a number ${open ? 'above' : 'of at least'} ${least}`
    throw new PlotdError('ERR_PARAMS', `${name} must be ${expected}, got ${JSON.stringify(value)}`, { field: name })
  }
  return options
}
