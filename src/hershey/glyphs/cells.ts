import { BLANK, type Glyph, glyphOf, type StrokeFont } from '../fonts/font.ts'
import { type Resolved, resolve } from './resolve.ts'

/** A character that nothing can draw: left out of the ink, never of the report. */
export interface MissingCharacter {
  readonly char: string
  /** The first code point, when there are several. */
  readonly codePoint: number
  readonly count: number
}

/** A character that is drawn by near glyphs (`as`), by another font (`from`), or both. */
export interface SubstitutedCharacter extends MissingCharacter {
  readonly as?: string
  readonly from?: string
}

/** One grapheme, ready to be placed. */
export interface Cell {
  readonly char: string
  readonly glyph: Glyph
  readonly kind: 'ink' | 'space' | 'tab' | 'hyphen'
  /** Font units by which what follows on the same line comes nearer; 0 when left out. */
  readonly kern?: number
}

export interface Cells {
  /** One list a paragraph; an empty line is an empty list. */
  readonly paragraphs: readonly (readonly Cell[])[]
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
}

const NEW_LINE = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/
const NOTHING = glyphOf(0, BLANK)
/**
 * Graphemes, near enough to UAX 29 for what can be drawn: flags, a character with its marks, emoji with skin tones
 * and joiners. Intl.Segmenter is exact, but takes a minute over 100,000 characters.
 */
const GRAPHEMES =
  /\p{RI}\p{RI}|[^\p{M}](?:\p{M}|\p{EMod}|[\u{E0020}-\u{E007F}]|\u200D\p{Extended_Pictographic})*|\p{M}/gsu

/** Text as glyphs, with what is missing or replaced counted. A soft hyphen is a place to break and otherwise nothing. */
export function cellsOf(text: string, font: StrokeFont, borrow: boolean): Cells {
  const missing = new Map<string, MissingCharacter>()
  const substituted = new Map<string, SubstitutedCharacter>()
  const cell = (char: string): Cell => {
    if (char === '\t') return { char, glyph: NOTHING, kind: 'tab' }
    if (char === '\u00AD') return { char, glyph: NOTHING, kind: 'hyphen' }
    const found = resolve(font, char, borrow)
    note(char, found, missing, substituted)
    const kind = char === ' ' || /^[\u2000-\u200B\u205F\u3000]$/.test(char) ? 'space' : 'ink'
    return { char, glyph: found.how === 'missing' ? NOTHING : found.glyph, kind }
  }
  return {
    paragraphs: linesIn(text).map((line) => kerned(graphemesOf(line).map(cell), font)),
    missing: [...missing.values()],
    substituted: [...substituted.values()],
  }
}

/** A soft hyphen between two letters does not keep them apart. */
function kerned(cells: readonly Cell[], { kerning, glyphs }: StrokeFont): readonly Cell[] {
  if (kerning === undefined) return cells
  const codeOf = ({ char, glyph }: Cell): number => {
    const code = char.codePointAt(0) ?? 0
    return glyphs.get(code) === glyph ? code : -1
  }
  return cells.map((cell, i) => {
    const next = cells.slice(i + 1, i + 3).find(({ kind }) => kind !== 'hyphen')
    const kern = next === undefined || cell.kind === 'hyphen' ? 0 : kerning(codeOf(cell), codeOf(next))
    return kern === 0 ? cell : { ...cell, kern }
  })
}

export const linesIn = (text: string): readonly string[] => text.split(NEW_LINE)

/** The characters of a line as people count them. */
export const graphemesOf = (line: string): readonly string[] => line.normalize('NFC').match(GRAPHEMES) ?? []

function note(
  char: string,
  found: Resolved,
  missing: Map<string, MissingCharacter>,
  substituted: Map<string, SubstitutedCharacter>,
): void {
  if (found.how === 'own' || found.how === 'composed') return
  const codePoint = char.codePointAt(0) ?? 0
  if (found.how === 'missing') {
    missing.set(char, { char, codePoint, count: (missing.get(char)?.count ?? 0) + 1 })
    return
  }
  const { as, from } = { as: undefined, from: undefined, ...found }
  substituted.set(char, {
    char,
    codePoint,
    count: (substituted.get(char)?.count ?? 0) + 1,
    ...(as !== undefined && { as }),
    ...(from !== undefined && { from }),
  })
}
