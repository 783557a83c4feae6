import type { Strokes } from '../../geometry/drawing.ts'
import type { Glyph, StrokeFont } from '../fonts/font.ts'
import { spaceAdvance } from '../glyphs/resolve.ts'
import { type Unevenness, unevennessOf } from './hand.ts'
import type { LetterOptions } from './options.ts'
import { roundCurves } from './smooth.ts'
import { type Wander, wanderOf } from './wander.ts'
import { type Point, writtenStrokes } from './written.ts'

/** A glyph and its place on the paper, mm. */
export interface PlacedCell {
  readonly char: string
  readonly glyph: Glyph
  /** The glyph's origin. */
  readonly x: number
  readonly y: number
  /** Direction of the baseline, radians clockwise; 0 when absent. */
  readonly angle?: number
  /** Distance of the origin along its line. */
  readonly along: number
  /** Number of the line, from 0. */
  readonly line: number
  /** Width as a multiple of the glyph's width; 1 when absent. */
  readonly wide?: number
}

/** Horizontal shift per unit of height. */
export const leanOf = ({ slant = 0 }: LetterOptions): number => Math.tan((slant * Math.PI) / 180)

/** Longest chord of handwriting, in cap heights. Longer chords would give the curves visible corners. */
const LONGEST_CHORD = 0.1

/** The mapping from glyphs to the paper. */
interface Paper {
  /** mm per font unit. */
  readonly scale: number
  readonly lean: number
  readonly uneven: Unevenness | undefined
}

/**
 * The strokes of placed glyphs in the order of writing: letter by letter, joined where the font joins. The first
 * `mains` strokes of a glyph are written with its letter. Its other strokes, such as dots and bars, follow the word.
 *
 * @param scale  mm per font unit
 * @param size   cap height, mm
 */
export function inkOf(
  cells: readonly PlacedCell[],
  scale: number,
  size: number,
  options: LetterOptions,
  font: StrokeFont,
): Strokes {
  const { hand } = options
  const paper = { scale, lean: leanOf(options), uneven: hand && unevennessOf(hand, size) }
  const longest = hand ? (LONGEST_CHORD * size) / scale : Infinity
  const space = spaceAdvance(font) * scale
  const separates = font.info.style !== 'script' && font.isCursive !== true
  const wander = hand && wanderOf(cells, hand, font.metrics.xHeight * scale, space, separates)
  const manner = {
    ...font,
    capHeight: font.metrics.capHeight,
    joinsLetters: font.faces !== undefined,
    seed: hand?.seed ?? 1,
    longest,
  }
  // Handwriting needs round curves, but the glyphs of most fonts consist of chords.
  const isRound = (options.smooth || hand) && !font.faces
  return writtenStrokes(cells, manner, (cell, i) => ({
    strokes: isRound ? roundCurves(cell.glyph, size / scale / 3) : cell.glyph.strokes,
    place: placing(cell, paper, wander?.[i]),
  }))
}

function placing(cell: PlacedCell, { scale, lean, uneven }: Paper, wander?: Wander): (gx: number, gy: number) => Point {
  const cos = Math.cos(cell.angle ?? 0)
  const sin = Math.sin(cell.angle ?? 0)
  const own = scale * (wander?.size ?? 1)
  const { wide = 1 } = cell
  const slope = lean + (wander?.lean ?? 0)
  return (gx, gy) => {
    let down = gy * own
    let right = gx * own * wide - slope * down
    if (wander) {
      right += wander.aside
      down += wander.down
    }
    if (uneven) {
      const [dx, dy] = uneven(cell.along + right, down, cell.line)
      right += dx
      down += dy
    }
    return [cell.x + cos * right - sin * down, cell.y + sin * right + cos * down]
  }
}
