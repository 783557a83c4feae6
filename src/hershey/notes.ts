import { graphemesOf, linesIn } from './cells.ts'
import type { StrokeFont } from './font.ts'
import { loadFont } from './library.ts'
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

const UNKNOWN = 0
const PLAIN = 1
const CLOSER = 2
/** Below the first combining mark every code unit is a grapheme of its own. */
const TABLE = 0x300
/** What ends lines or moves along them, and is never drawn. */
const LAYOUT = /^[\t\n\r\v\f\u0085\u00AD\u2028\u2029]$/

type Tables = WeakMap<StrokeFont, Uint8Array>
const tables: { readonly borrowing: Tables; readonly alone: Tables } = {
  borrowing: new WeakMap(),
  alone: new WeakMap(),
}

/**
 * What a person should know of a text before it is set in a font, in order of appearance. Nothing is laid out: what
 * is plain is looked up in a table of code units, the rest character by character, which takes microseconds.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN
 */
export function notesOn(text: string, font: string | StrokeFont, borrow = true): readonly CharacterNote[] {
  const asked = typeof font === 'string' ? loadFont(font) : font
  return isPlain(text, asked, borrow) ? NOTHING : closely(text, asked, borrow)
}

const NOTHING: readonly CharacterNote[] = []

function isPlain(text: string, font: StrokeFont, borrow: boolean): boolean {
  const table = tableOf(font, borrow ? tables.borrowing : tables.alone)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= TABLE) return false
    if (table[unit] === UNKNOWN) table[unit] = noteOn(String.fromCharCode(unit), font, borrow) ? CLOSER : PLAIN
    if (table[unit] === CLOSER) return false
  }
  return true
}

function tableOf(font: StrokeFont, kept: Tables): Uint8Array {
  const known = kept.get(font)
  if (known) return known
  const table = new Uint8Array(TABLE)
  kept.set(font, table)
  return table
}

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
