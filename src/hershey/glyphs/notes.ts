import type { StrokeFont } from '../fonts/font.ts'
import { loadedFont, loadFont } from '../fonts/library.ts'
import { graphemesOf, linesIn } from './cells.ts'
import { resolve } from './resolve.ts'

/**
 * A character that the font has no glyph for: composed of strokes of the font, lent by another font, substituted by
 * other characters, or missing.
 */
export interface CharacterNote {
  readonly how: 'composed' | 'lent' | 'substituted' | 'missing'
  readonly char: string
  /** The character's first code point. */
  readonly codePoint: number
  readonly count: number
  /** Line and column of the character's first use, from 1. A column is a grapheme. */
  readonly line: number
  readonly column: number
  /** The characters that are drawn in place of `char`. */
  readonly as?: string
  /** The font whose glyph is drawn. */
  readonly from?: string
}

/**
 * A character in words, such as `“☃” (U+2603, line 2)`. Control characters and spaces are named by their code point
 * only: `U+001B (line 2)`.
 */
export function characterName(
  { char, codePoint }: Pick<CharacterNote, 'char' | 'codePoint'>,
  ...more: string[]
): string {
  const code = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
  if (/^[\p{C}\p{Z}]+$/u.test(char)) return more.length === 0 ? code : `${code} (${more.join(', ')})`
  return `“${/^\p{M}/u.test(char) ? '◌' : ''}${char}” (${[code, ...more].join(', ')})`
}

/** The code point of the first combining mark. Each code unit with a lower value is a grapheme. */
const SINGLE = 0x300
/** Characters that only lay out text and have no ink. */
const LAYOUT = /^[\t\n\r\v\f\u0085\u00AD\u2028\u2029]$/

/** Characters that a font is known to have, and a pattern that matches texts of only these characters. */
interface KnownGlyphs {
  readonly chars: string
  readonly text: RegExp
}

const NO_GLYPHS: KnownGlyphs = { chars: '', text: /^$/ }

const knownGlyphs = new WeakMap<StrokeFont, KnownGlyphs>()

/**
 * Notes on the characters of a text that a font has no glyph for, in order of their first use. The text is not laid
 * out. A pattern recognizes most texts without notes, and a loop over the characters checks the other texts.
 *
 * @param borrow  whether other fonts may lend glyphs
 * @throws PlotdError ERR_FONT_UNKNOWN
 */
export function notesOn(text: string, font: string | StrokeFont, borrow = true): readonly CharacterNote[] {
  const loaded = typeof font === 'string' ? loadFont(font) : font
  return isPlain(text, loaded) ? NO_NOTES : notesByCharacter(text, loaded, borrow)
}

const NO_NOTES: readonly CharacterNote[] = []

/** Whether it is certain that a text has no notes. The check reads no font from the disk. */
export function isPlainIn(text: string, font: string): boolean {
  const loaded = loadedFont(font)
  return loaded === undefined ? reportedGlyphs.get(font)?.text.test(text) === true : isPlain(text, loaded)
}

/** Limit on the fonts for which reports are kept. */
const MAX_REPORTED = 200

/** The characters that other threads drew without notes, by the names of fonts that this thread has not loaded. */
const reportedGlyphs = new Map<string, KnownGlyphs>()

/** Records that another thread drew a text without notes, so that `isPlainIn` knows the characters of the text. */
export function reportPlain(text: string, font: string): void {
  if (loadedFont(font) !== undefined || isPlainIn(text, font)) return
  const { chars } = reportedGlyphs.get(font) ?? NO_GLYPHS
  const more = [...new Set(text)].filter((char) => !chars.includes(char))
  if (more.length === 0 || more.some((char) => char.charCodeAt(0) >= SINGLE)) return
  if (reportedGlyphs.size >= MAX_REPORTED) reportedGlyphs.clear()
  reportedGlyphs.set(font, glyphsOf(chars + more.join('')))
}

/** Forgets the reports, for a caller that knows of changed font files. */
export const forgetReported = (): void => reportedGlyphs.clear()

/**
 * Whether the font has all characters of the text; false when the text has a character from `SINGLE` on. The pattern is
 * several times as fast as a loop over the characters.
 */
function isPlain(text: string, font: StrokeFont): boolean {
  const plain = knownGlyphs.get(font) ?? NO_GLYPHS
  if (plain.text.test(text)) return true
  const more = [...new Set(text)].filter((char) => !plain.chars.includes(char))
  if (more.some((char) => char.charCodeAt(0) >= SINGLE || noteOn(char, font, false) !== undefined)) return false
  knownGlyphs.set(font, glyphsOf(plain.chars + more.join('')))
  return true
}

const glyphsOf = (chars: string): KnownGlyphs => ({
  chars,
  text: new RegExp(`^[${Array.from(chars, escaped).join('')}]*$`),
})

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

function notesByCharacter(text: string, font: StrokeFont, borrow: boolean): CharacterNote[] {
  const notes = new Map<string, CharacterNote>()
  linesIn(text).forEach((line, row) => {
    graphemesOf(line).forEach((char, place) => {
      const known = notes.get(char)
      const note = known ?? noteOn(char, font, borrow)
      if (known) notes.set(char, { ...known, count: known.count + 1 })
      else if (note) {
        notes.set(char, {
          char,
          codePoint: char.codePointAt(0) ?? 0,
          count: 1,
          line: row + 1,
          column: place + 1,
          ...note,
        })
      }
    })
  })
  return [...notes.values()]
}

function noteOn(
  char: string,
  font: StrokeFont,
  borrow: boolean,
): Pick<CharacterNote, 'how' | 'as' | 'from'> | undefined {
  if (LAYOUT.test(char)) return undefined
  const resolved = resolve(font, char, borrow)
  switch (resolved.how) {
    case 'own':
      return undefined
    case 'lent':
      return { how: 'lent', from: resolved.from }
    case 'substituted':
      return { how: 'substituted', as: resolved.as, ...(resolved.from !== undefined && { from: resolved.from }) }
    default:
      return { how: resolved.how }
  }
}
