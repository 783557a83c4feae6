import { type Bounds, boundsOf, isEmpty } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import type { MissingCharacter, SubstitutedCharacter } from '../glyphs/cells.ts'
import { arrange, extent, type PlacedText, prepare, type TextCells, type TextLine } from './arrange.ts'
import { inkOf, leanOf } from './ink.ts'
import { checkNumbers, type LineOptions } from './options.ts'

/** A box and the sizes that a text in it may have. */
export interface FitOptions extends LineOptions {
  /** Width of the box, mm, above 0. */
  readonly width: number
  /** Height of the box, mm, above 0. */
  readonly height: number
  /** Smallest cap height, mm; 1.5 when absent. */
  readonly minSize?: number
  /** Largest cap height, mm; 50 when absent. */
  readonly maxSize?: number
  /** Place of the lines in the box; 'top' when absent. */
  readonly vertical?: 'top' | 'middle' | 'bottom'
}

/** Text in a box. Coordinates in mm from the top left corner of the box. */
export interface FittedText {
  readonly strokes: Strokes
  /** The chosen cap height, mm. */
  readonly size: number
  /**
   * False when ink, the first line's ascent or the last line's descent lies outside the box. Handwriting and round
   * curves also need some white inside the box. A text that fits in no size has the smallest size.
   */
  readonly fits: boolean
  readonly lines: readonly TextLine[]
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
  readonly bounds: Bounds
}

/** Number of bisection steps: enough to find the size to within a thousandth of the range of sizes. */
const HALVINGS = 11
/** White to leave around handwriting of amount 1, in cap heights. */
const HAND_ROOM = 0.5
/** White to leave around round curves, in cap heights. No shipped glyph needs more than 0.026. */
const CURVE_ROOM = 0.03
/** Tolerance for rounding errors, mm. */
const SLACK = 1e-6

/**
 * Sets text in the largest size at which all its ink stays inside a box, wrapped to the width of the box. With
 * `breakWords`, words may be broken, which allows a larger size.
 *
 * @throws PlotdError as `layoutText`
 */
export function fitText(text: string, options: FitOptions): FittedText {
  const { minSize = 1.5, maxSize = 50 } = checkNumbers(options)
  const prepared = prepare(text, options)
  let best = attempt(prepared, minSize, options)
  let low = minSize
  let high = Math.max(minSize, maxSize)
  for (let i = 0; best.fits && i <= HALVINGS; i++) {
    const size = i === 0 ? high : (low + high) / 2
    const next = attempt(prepared, size, options)
    if (next.fits) {
      best = next
      low = size
    } else high = size
    if (low === high) break
  }
  return inBox(prepared, best, options)
}

interface Attempt {
  readonly arranged: PlacedText
  readonly size: number
  /** Bounding box of the ink, and of the ascent of the first and the descent of the last line. */
  readonly box: Bounds
  readonly fits: boolean
}

/**
 * White to leave between the box and the glyphs, mm, because handwriting and round curves exceed the bounding boxes of
 * glyphs.
 */
const roomFor = ({ hand, smooth }: FitOptions, size: number): number =>
  size * ((hand ? HAND_ROOM * (hand.amount ?? 1) : 0) + (hand || smooth ? CURVE_ROOM : 0))

function attempt(prepared: TextCells, size: number, options: FitOptions): Attempt {
  const room = roomFor(options, size)
  const width = options.width - 2 * room
  const height = options.height - 2 * room
  const lean = leanOf(options)
  let arranged = arrange(prepared, size, Math.max(width, 1e-6), options)
  let ink = extent(arranged, lean)
  const overhang = Math.max(0, -ink.minX) + Math.max(0, ink.maxX - Math.max(width, arranged.width))
  if (overhang > 0) {
    // Swashes and slant exceed the advances, so the lines must be shorter.
    arranged = arrange(prepared, size, Math.max(width - overhang, 1e-6), options)
    ink = extent(arranged, lean)
  }
  const { ascent, descent } = prepared.font.metrics
  const last = arranged.lines.at(-1)?.baseline ?? 0
  const box = {
    minX: Math.min(0, ink.minX),
    minY: Math.min(-ascent * arranged.scale, ink.minY),
    maxX: Math.max(0, ink.maxX),
    maxY: Math.max(last + descent * arranged.scale, ink.maxY),
  }
  const fits = box.maxX - box.minX <= width + SLACK && box.maxY - box.minY <= height + SLACK
  return { arranged, size, box, fits }
}

/** The fraction of the free height that lies above the text. */
function shareAbove(vertical: FitOptions['vertical']): number {
  if (vertical === 'middle') return 0.5
  return vertical === 'bottom' ? 1 : 0
}

function inBox(prepared: TextCells, { arranged, size, box, fits }: Attempt, options: FitOptions): FittedText {
  const room = roomFor(options, size)
  const spare = Math.max(0, options.height - 2 * room - (box.maxY - box.minY))
  const share = shareAbove(options.vertical)
  const dx = room - box.minX
  const dy = room + share * spare - box.minY
  const cells = arranged.cells.map((cell) => ({ ...cell, x: cell.x + dx, y: cell.y + dy }))
  const strokes = inkOf(cells, arranged.scale, size, options, prepared.font)
  const bounds = boundsOf(strokes)
  return {
    strokes,
    size,
    fits: fits && (isEmpty(bounds) || isInside(bounds, options)),
    lines: arranged.lines.map((line) => ({ ...line, x: line.x + dx, baseline: line.baseline + dy })),
    missing: prepared.missing,
    substituted: prepared.substituted,
    bounds,
  }
}

const isInside = ({ minX, minY, maxX, maxY }: Bounds, { width, height }: FitOptions): boolean =>
  minX >= -SLACK && minY >= -SLACK && maxX <= width + SLACK && maxY <= height + SLACK
