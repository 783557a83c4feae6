import type { StrokeFont } from '../fonts/font.ts'
import { loadFont } from '../fonts/library.ts'
import { graphemesOf, linesIn } from './cells.ts'
import { resolve } from './resolve.ts'

/**
 * A character that is not simply one of the font's glyphs: put together from its strokes (`composed`), taken from
 * another font (`lent`), drawn by near signs (`substituted`), or not drawn at all (`missing`).
 */
export interface CharacterNote {
  readonly how: 'composed' | 'lent' | 'substituted' | 'missing'
  readonly char: string
  /** The first, when there are several. */
  readonly codePoint: number
  readonly count: number
  /** Where it stands first, both from 1; a column is a grapheme. */
  readonly line: number
  readonly column: number
  /** What is drawn instead. */
  readonly as?: string
  /** Whose glyph it is. */
  readonly from?: string
}

/** `“☃” (U+2603, line 2)`, or `U+001B (line 2)`: what would move a cursor, or the words around it, goes by its number. */
export function characterName(
  { char, codePoint }: Pick<CharacterNote, 'char' | 'codePoint'>,
  ...more: string[]
): string {
  const code = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
  if (/^[\p{C}\p{Z}]+$/u.test(char)) return more.length === 0 ? code : `${code} (${more.join(', ')})`
  return `“${/^\p{M}/u.test(char) ? '◌' : ''}${char}” (${[code, ...more].join(', ')})`
}

/** Below the first combining mark every code unit is a grapheme of its own. */
const SINGLE = 0x300
/** What ends lines or moves along them, and is never drawn. */
const LAYOUT = /^[\t\n\r\v\f\u0085\u00AD\u2028\u2029]$/

/** The characters that are known to be glyphs of a font, and a pattern for texts of these alone. */
interface Plain {
  readonly chars: string
  readonly text: RegExp
}

const NONE: Plain = { chars: '', text: /^$/ }

const known = new WeakMap<StrokeFont, Plain>()

/**
 * What a person should know of a text before it is set in a font, in order of appearance. Nothing is laid out: what
 * is plain is seen by a pattern, the rest is looked up character by character, which takes microseconds.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN
 */
export function notesOn(text: string, font: string | StrokeFont, borrow = true): readonly CharacterNote[] {
  const asked = typeof font === 'string' ? loadFont(font) : font
  return isPlain(text, asked) ? NOTHING : closely(text, asked, borrow)
}

const NOTHING: readonly CharacterNote[] = []

/** A pattern takes a third of the time that a loop over a text would. What a font has itself it never borrows. */
function isPlain(text: string, font: StrokeFont): boolean {
  const plain = known.get(font) ?? NONE
  if (plain.text.test(text)) return true
  const more = [...new Set(text)].filter((char) => !plain.chars.includes(char))
  if (more.some((char) => char.charCodeAt(0) >= SINGLE || noteOn(char, font, false) !== undefined)) return false
  const chars = plain.chars + more.join('')
  known.set(font, { chars, text: new RegExp(`^[${Array.from(chars, escaped).join('')}]*$`) })
  return true
}

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

function closely(text: string, font: StrokeFont, borrow: boolean): CharacterNote[] {
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
  const found = resolve(font, char, borrow)
  switch (found.how) {
    case 'own':
      return undefined
    case 'borrowed':
      return { how: 'lent', from: found.from }
    case 'substituted':
      return { how: 'substituted', as: found.as, ...(found.from !== undefined && { from: found.from }) }
    default:
      return { how: found.how }
  }
}
