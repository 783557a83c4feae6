import type { StrokeFont } from '../fonts/font.ts'
import { fontNames, loadFont } from '../fonts/library.ts'
import { type Cells, cellsOf } from './cells.ts'

/** How well a font serves a text. */
export interface Coverage extends Pick<Cells, 'missing' | 'substituted'> {
  readonly font: string
  /** Characters with ink, and how many of them the font draws itself (accents put together included). */
  readonly characters: number
  readonly own: number
  /** True when everything will be drawn by the font itself. */
  readonly complete: boolean
}

/** What of a text a font draws itself, what it replaces or borrows, and what stays missing. */
export function coverage(text: string, font: string | StrokeFont, borrow = true): Coverage {
  const asked = typeof font === 'string' ? loadFont(font) : font
  const { paragraphs, missing, substituted } = cellsOf(text, asked, borrow)
  const characters = paragraphs.flat().filter((cell) => cell.kind === 'ink' && cell.char.trim() !== '').length
  const others = [...missing, ...substituted].reduce((sum, { count }) => sum + count, 0)
  const complete = others === 0
  return { font: asked.info.name, characters, own: characters - others, complete, missing, substituted }
}

/** The fonts for letters, those that serve a text best first. */
export function fontsFor(text: string): Coverage[] {
  return fontNames()
    .filter((info) => info.style !== 'symbols')
    .map((info) => coverage(text, info.name))
    .sort((a, b) => count(a.missing) - count(b.missing) || b.own - a.own)
}

const count = (list: readonly { count: number }[]): number => list.reduce((sum, entry) => sum + entry.count, 0)
