import type { StrokeFont } from '../fonts/font.ts'
import { fontNames, loadFont } from '../fonts/library.ts'
import { type Cells, cellsOf } from './cells.ts'

/** How many characters of a text a font can draw. */
export interface Coverage extends Pick<Cells, 'missing' | 'substituted'> {
  readonly font: string
  /** Number of characters without the spaces. Missing characters count, and a ligature counts as one character. */
  readonly characters: number
  /** Number of characters that the font draws itself, composed characters included. */
  readonly own: number
  /** True when the font draws all characters itself. */
  readonly complete: boolean
}

/**
 * Counts the characters of a text that a font draws itself, and those that are substituted or missing. Characters that
 * other fonts lend count as substituted.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN
 */
export function coverage(text: string, font: string | StrokeFont): Coverage {
  const loaded = typeof font === 'string' ? loadFont(font) : font
  const { paragraphs, missing, substituted } = cellsOf(text, loaded, true)
  const characters = paragraphs.flat().filter((cell) => cell.kind === 'ink' && cell.char.trim() !== '').length
  const otherCount = countOf([...missing, ...substituted])
  return {
    font: loaded.info.name,
    characters,
    own: characters - otherCount,
    complete: otherCount === 0,
    missing,
    substituted,
  }
}

/** The coverage of a text by each font with letters: fewest missing characters first, then most own characters. */
export function fontsFor(text: string): Coverage[] {
  return fontNames()
    .filter((info) => info.style !== 'symbols')
    .map((info) => coverage(text, info.name))
    .sort((a, b) => countOf(a.missing) - countOf(b.missing) || b.own - a.own)
}

const countOf = (list: readonly { count: number }[]): number => list.reduce((sum, entry) => sum + entry.count, 0)
