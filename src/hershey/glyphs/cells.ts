import type { Glyph, StrokeFont } from '../fonts/font.ts'
import { shapedArabic } from './arabic.ts'
import { kindOf, NO_INK } from './cell-kind.ts'
import { type Directions, directionsOf, mirrorOf } from './direction.ts'
import { type GlyphDrawing, resolve } from './resolve.ts'
import { shapedCells } from './shaped-cells.ts'

/** A character that has no glyph and no substitute: it has no ink, but plotd reports it. */
export interface MissingCharacter {
  readonly char: string
  /** The character's first code point. */
  readonly codePoint: number
  readonly count: number
}

/** A character that is drawn by substitutes (`as`), in another font (`from`), or both. */
export interface SubstitutedCharacter extends MissingCharacter {
  readonly as?: string
  readonly from?: string
}

/** One grapheme with its glyph, or the graphemes of a ligature with the one glyph that draws them. */
export interface Cell {
  readonly char: string
  readonly glyph: Glyph
  readonly kind: 'ink' | 'space' | 'tab' | 'hyphen'
  /** Font units to subtract before the next cell of the line; 0 when absent. */
  readonly kern?: number
  /** The character that the cell shows instead of `char`: a joined form, or a mirrored bracket. */
  readonly shown?: string
  /** Embedding level; odd levels run from right to left; 0 when absent. */
  readonly level?: number
  /** Whether the paragraph runs from right to left. */
  readonly isRtl?: boolean
}

/** The cells of a text, and the characters that its font does not have. */
export interface Cells {
  /** One list of cells for each paragraph (a line of the text up to a newline); empty for an empty line. */
  readonly paragraphs: readonly (readonly Cell[])[]
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
}

const NEW_LINE = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/
/**
 * Matches a grapheme (UAX 29) of the kinds that fonts can draw: a flag, a character with its marks, or an emoji with
 * skin tones and joiners. `Intl.Segmenter` is exact, but its time grows with the square of the length.
 */
const GRAPHEMES =
  /\p{RI}\p{RI}|[^\p{M}](?:\p{M}|\p{EMod}|[\u{E0020}-\u{E007F}]|\u200D\p{Extended_Pictographic})*|\p{M}/gsu

/**
 * The glyphs of a text, and the counts of missing and substituted characters. A soft hyphen has no ink; a line may
 * break there.
 *
 * @param borrow  whether other fonts may lend glyphs that the font does not have
 */
export function cellsOf(text: string, font: StrokeFont, borrow: boolean): Cells {
  const missing = new Map<string, MissingCharacter>()
  const substituted = new Map<string, SubstitutedCharacter>()
  const cell = cellMaker(font, borrow, missing, substituted)
  return {
    paragraphs: linesIn(text).map((line) => withKerning(withoutDoubleSpaces(cellsIn(line, font, cell), missing), font)),
    missing: [...missing.values()],
    substituted: [...substituted.values()],
  }
}

type CellMaker = (char: string, shown: string) => Cell

function cellMaker(
  font: StrokeFont,
  borrow: boolean,
  missing: Map<string, MissingCharacter>,
  substituted: Map<string, SubstitutedCharacter>,
): CellMaker {
  return (char, shown) => {
    if (char === '\t') return { char, glyph: NO_INK, kind: 'tab' }
    if (char === '\u00AD') return { char, glyph: NO_INK, kind: 'hyphen' }
    const resolved = resolve(font, shown, borrow)
    countCharacter(char, resolved, missing, substituted)
    return { char, glyph: resolved.how === 'missing' ? NO_INK : resolved.glyph, kind: kindOf(char) }
  }
}

/** A character of a line that other code lays out, such as a text of an SVG. */
export interface LineChar {
  /** A letter with its marks, in the normal form NFC. */
  readonly text: string
  /** Embedding level; odd levels run from right to left. */
  readonly level: number
  /** Whether no ligature may contain both this character and the previous character. */
  readonly isApart: boolean
}

/** The cells of a line whose directions are known. A cell has one character or, as a ligature, several. */
export function cellsAlong(
  chars: readonly LineChar[],
  font: StrokeFont,
): { readonly cells: readonly Cell[]; readonly missing: ReadonlyMap<string, MissingCharacter> } {
  const missing = new Map<string, MissingCharacter>()
  const cell = cellMaker(font, true, missing, new Map())
  const texts = chars.map(({ text }) => text)
  const directions = { levels: chars.map(({ level }) => level), base: 0 }
  const isApart = (i: number) => chars[i]?.isApart === true
  const byLetter = (letters: readonly string[], directions: Directions | undefined) =>
    cellsByLetter(letters, directions, cell)
  if (font.shaper) return { cells: shapedCells(texts, font.shaper, byLetter, directions, isApart), missing }
  const letters = withLigatures(texts, font, isApart)
  return { cells: byLetter(letters, { base: 0, levels: levelsOfUnits(letters, texts, directions.levels) }), missing }
}

/** The cells of a line in the order of the text, shaped and with their directions. */
function cellsIn(line: string, font: StrokeFont, cell: CellMaker): Cell[] {
  if (font.shaper)
    return shapedCells(graphemesOf(line), font.shaper, (chars, levels) => cellsByLetter(chars, levels, cell))
  return cellsByLetter(withLigatures(graphemesOf(line), font), undefined, cell)
}

/**
 * The cells of characters that are drawn one by one.
 *
 * @param textDirections  directions of the characters, if they are known from a longer text; computed when absent
 */
function cellsByLetter(chars: readonly string[], textDirections: Directions | undefined, cell: CellMaker): Cell[] {
  const shaped = shapedArabic(chars)
  const units = shaped.map(({ char }) => char)
  const directions = textDirections
    ? { ...textDirections, levels: levelsOfUnits(units, chars, textDirections.levels) }
    : directionsOf(units)
  if (!directions) return shaped.map(({ char }) => cell(char, char))
  return shaped.map(({ char, shown }, i) => {
    const level = directions.levels[i] ?? 0
    const isRtl = directions.base % 2 === 1
    const drawn = level % 2 === 1 ? mirrorOf(shown) : shown
    return { ...cell(char, drawn), level, isRtl, ...(drawn !== char && { shown: drawn }) }
  })
}

/** The level of each unit: the level of its first character. A unit may have several characters. */
function levelsOfUnits(units: readonly string[], chars: readonly string[], levels: readonly number[]): number[] {
  let i = 0
  return units.map((unit) => {
    const level = levels[i] ?? 0
    for (let length = 0; length < unit.length && i < chars.length; i++) length += chars[i]?.length ?? 0
    return level
  })
}

/** Joins the graphemes of each ligature. Of several ligatures the longest one is used. */
function withLigatures(
  graphemes: readonly string[],
  { ligatures }: StrokeFont,
  isApart: (index: number) => boolean = () => false,
): readonly string[] {
  if (!ligatures) return graphemes
  const longest = [...ligatures.keys()].reduce((most, text) => Math.max(most, Array.from(text).length), 0)
  const out: string[] = []
  for (let i = 0; i < graphemes.length; ) {
    let count = Math.min(longest, graphemes.length - i)
    for (let k = 1; k < count; k++) if (isApart(i + k)) count = k
    while (count > 1 && !ligatures.has(graphemes.slice(i, i + count).join(''))) count--
    out.push(graphemes.slice(i, i + count).join(''))
    i += count
  }
  return out
}

/**
 * Removes one of the two spaces around a missing character, and the space after a missing character at the start of a
 * line.
 */
function withoutDoubleSpaces(cells: readonly Cell[], missing: ReadonlyMap<string, unknown>): readonly Cell[] {
  if (missing.size === 0) return cells
  let isAfterSpace = true
  let isDropped = false
  return cells.filter(({ char, kind }) => {
    if (missing.has(char)) {
      isDropped = true
      return true
    }
    if (kind === 'space' && isDropped && isAfterSpace) return false
    isAfterSpace = kind === 'space'
    isDropped = false
    return true
  })
}

/** The cells with their kerning. Letters on both sides of a soft hyphen are kerned as a pair. */
function withKerning(cells: readonly Cell[], { kerning, glyphs, shaper }: StrokeFont): readonly Cell[] {
  if (kerning === undefined || shaper) return cells
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

/** The lines of a text, without their newlines. */
export const linesIn = (text: string): readonly string[] => text.split(NEW_LINE)

/** The graphemes of a line in NFC: the characters as users count them. */
export const graphemesOf = (line: string): readonly string[] => line.normalize('NFC').match(GRAPHEMES) ?? []

function countCharacter(
  char: string,
  resolved: GlyphDrawing,
  missing: Map<string, MissingCharacter>,
  substituted: Map<string, SubstitutedCharacter>,
): void {
  if (resolved.how === 'own' || resolved.how === 'composed') return
  const codePoint = char.codePointAt(0) ?? 0
  if (resolved.how === 'missing') {
    missing.set(char, { char, codePoint, count: (missing.get(char)?.count ?? 0) + 1 })
    return
  }
  const { as, from } = { as: undefined, from: undefined, ...resolved }
  substituted.set(char, {
    char,
    codePoint,
    count: (substituted.get(char)?.count ?? 0) + 1,
    ...(as !== undefined && { as }),
    ...(from !== undefined && { from }),
  })
}
