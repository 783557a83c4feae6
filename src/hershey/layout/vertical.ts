import { type Affine, transformStrokes, translation } from '../../geometry/affine.ts'
import { type Bounds, boundsOf } from '../../geometry/bounds.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { type Glyph, glyphOf, type StrokeFont } from '../fonts/font.ts'
import { row, transformGlyph } from '../fonts/parts.ts'
import type { Cell, MissingCharacter, SubstitutedCharacter } from '../glyphs/cells.ts'
import { fillsSquare, mayHang, mayPart, type VerticalForm, verticalForm } from '../glyphs/vertical-forms.ts'
import { prepare } from './arrange.ts'
import { formChooser } from './forms.ts'
import { inkOf, type PlacedCell } from './ink.ts'
import { tabStop } from './lines.ts'
import { checkNumbers, type LetterOptions } from './options.ts'

/** The look of a text in columns. */
export interface VerticalOptions extends LetterOptions {
  /** Cap height, mm; 5 when absent. The squares of kanji are about 1.3 times as large. */
  readonly size?: number
  /** Length in mm at which columns end. When absent, columns end only at newlines. */
  readonly height?: number
  /** Alignment of shorter columns; top when absent. */
  readonly align?: 'top' | 'middle' | 'bottom'
  /** Distance between columns as a multiple of the usual distance; 1 when absent. */
  readonly lineSpacing?: number
  /** Direction of Latin letters; turned when absent. */
  readonly latin?: 'turned' | 'upright'
  /** Distance between tab stops, mm; eight spaces when absent. */
  readonly tabWidth?: number
}

/** Text in columns from right to left. Lengths in mm; x and y begin at 0. */
export interface VerticalText {
  readonly strokes: Strokes
  readonly width: number
  /** Length of the longest column, or `height` of the options when that is larger. */
  readonly height: number
  /** The texts of the columns; the first column is at the right. */
  readonly columns: readonly string[]
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
  readonly bounds: Bounds
}

/** Side of the square of a character when the text has no kanji or kana, in cap heights. */
const SQUARE = 1.33
/** Distance between the middles of two neighbouring columns, in squares. */
const PITCH = 1.6
/** Centre of a stop (a full stop or a comma) in its square: from the left and from the top, in squares. */
const STOP = [0.74, 0.24] as const
/** Distance by which small kana move up and to the right, in squares. */
const NUDGE = 0.1
/** Matches two digits that stand side by side. */
const DIGITS = /^\d{2}$/
/** Greatest width of an upright glyph, such as two digits side by side, in squares. */
const DIGITS_WIDE = 0.92
/** Height of the middle of turned letters and digits above the baseline, cap heights. */
const MIDDLE = 0.42

/** A glyph in the form for a column. Lengths in font units. */
interface Piece {
  readonly text: string
  readonly glyph: Glyph
  /** Distance to the next piece; for a tab, the distance between tab stops. */
  readonly length: number
  readonly isTurned: boolean
  /** Height of the glyph's middle above the baseline, when the glyph is turned. */
  readonly middle: number
  readonly kind: Cell['kind']
  /** Whether a column may begin with the piece. Where no other break is possible, the piece begins a column anyway. */
  readonly mayStart: boolean
}

/**
 * Sets text in columns from top to bottom, the first at the right, as Japanese is written. Stops stand in the upper
 * right of their squares. In a number of two digits, the digits stand side by side. Brackets are turned, and the long
 * vowel mark is turned and mirrored. A column begins with a stop, a closing bracket or a small kana, or ends with an
 * opening bracket, only when there is no other break.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN, or ERR_PARAMS with the invalid option
 */
export function verticalText(text: string, options: VerticalOptions = {}): VerticalText {
  const {
    size = 5,
    height,
    align = 'top',
    lineSpacing = 1,
    letterSpacing = 0,
    latin = 'turned',
    tabWidth,
  } = checkNumbers(options)
  const prepared = prepare(text, options)
  const { font, paragraphs } = prepared
  const scale = size / font.metrics.capHeight
  const choose = formChooser(font, options.hand?.seed ?? 1)
  const square = squareOf(paragraphs, font)
  const stops = tabWidth === undefined ? tabStop(font) : tabWidth / scale
  const columns = paragraphs.flatMap((cells) => {
    const pieces = piecesOf(choose?.(cells) ?? cells, square, font, latin, letterSpacing / scale, stops)
    return height === undefined ? [pieces] : columnsOf(pieces, height / scale)
  })
  const pitch = PITCH * square * lineSpacing * scale
  const width = (columns.length - 1) * pitch + square * scale
  const longest = columns.reduce((most, column) => Math.max(most, scale * lengthOf(column)), height ?? 0)
  const placedCells = columns.flatMap((column, i) => {
    const free = Math.max(0, longest - scale * lengthOf(column))
    const lowest = align === 'middle' ? free / 2 : free
    const top = align === 'top' ? 0 : lowest
    return placeColumn(column, {
      middle: width - (square * scale) / 2 - i * pitch,
      top,
      column: i,
      scale,
      square,
      font,
    })
  })
  const strokes = inkOf(placedCells, scale, size, options, font)
  return {
    strokes,
    width,
    height: longest,
    columns: columns.map((column) => column.map((piece) => piece.text).join('')),
    missing: prepared.missing,
    substituted: prepared.substituted,
    bounds: boundsOf(strokes),
  }
}

/** The side of the square of kanji and kana, font units. */
function squareOf(paragraphs: readonly (readonly Cell[])[], { metrics }: StrokeFont): number {
  const sides = paragraphs.flatMap((cells) =>
    cells.flatMap(({ char, glyph }) => (fillsSquare(char) ? [glyph.advance] : [])),
  )
  return sides.reduce((most, side) => Math.max(most, side), 0) || SQUARE * metrics.capHeight
}

function piecesOf(
  cells: readonly Cell[],
  square: number,
  font: StrokeFont,
  latin: 'turned' | 'upright',
  spacing: number,
  tabWidth: number,
): Piece[] {
  const pieces: Piece[] = []
  const visibleCells = withDigits(cells.filter(({ kind }) => kind !== 'hyphen'))
  visibleCells.forEach(({ char, glyph, kind }, i) => {
    const before = visibleCells[i - 1]
    const isDigits = DIGITS.test(char) || (/^\d$/.test(char) && !/[\p{sc=Latin}\d.,]/u.test(around(visibleCells, i)))
    const usual = verticalForm(char)
    const isUpright = isDigits || (latin === 'upright' && usual === 'turned' && /^[\p{L}\p{N}&%@?!]/u.test(char))
    const form = isUpright ? 'upright' : usual
    const isTurned = form === 'turned'
    const isWide = char === '\u3000' || (kind === 'ink' && !isTurned)
    pieces.push({
      text: char,
      glyph: isTurned || kind !== 'ink' ? glyph : standingGlyph(glyph, form, square, font.metrics.capHeight),
      length: kind === 'tab' ? tabWidth : (isWide ? square : glyph.advance) + (kind === 'ink' ? spacing : 0),
      isTurned,
      middle: isTurned ? middleOf(char, glyph, font) : 0,
      kind,
      mayStart: before === undefined || mayBegin(before, char),
    })
  })
  return pieces
}

const around = (cells: readonly Cell[], i: number): string => `${cells[i + 1]?.char ?? ''}${cells[i - 1]?.char ?? ''}`

/** Whether a column may begin with a character: for example, no column begins inside a Latin word. */
function mayBegin(before: Cell, char: string): boolean {
  if (before.kind === 'space' || before.kind === 'tab') return true
  return isInWord(before.char) && isInWord(char) ? false : mayPart(before.char, char)
}

const isInWord = (char: string): boolean => verticalForm(char) === 'turned' && /^[\p{L}\p{N}'’-]/u.test(char)

/** The cells of a paragraph. The two digits of each number of two digits become one cell. */
function withDigits(cells: readonly Cell[]): Cell[] {
  const out: Cell[] = []
  const isDigit = (i: number) => /^\d$/.test(cells[i]?.char ?? '')
  const isWord = (i: number) => /^[\d\p{sc=Latin}.,]$/u.test(cells[i]?.char ?? '')
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]
    const next = cells[i + 1]
    if (!cell) continue
    if (next && isDigit(i) && isDigit(i + 1) && !isWord(i - 1) && !isWord(i + 2)) {
      out.push({ ...cell, char: cell.char + next.char, glyph: row([cell.glyph, next.glyph]) })
      i++
    } else out.push(cell)
  }
  return out
}

/**
 * A glyph placed upright in the square of its character. A stop moves to the corner, and the long vowel mark runs
 * downwards.
 *
 * @param square  side of the square, in glyph units; the square's middle lies half a cap height above the baseline
 */
export function standingGlyph(glyph: Glyph, form: VerticalForm, square: number, capHeight: number): Glyph {
  const { minX, maxX, minY, maxY } = glyph.box
  const top = -capHeight / 2 - square / 2
  const left = (glyph.advance - square) / 2
  if (form === 'corner') {
    const x = left + STOP[0] * square
    const y = top + STOP[1] * square
    return transformInk(glyph, translation(x - (minX + maxX) / 2, y - (minY + maxY) / 2))
  }
  if (form === 'small') return transformInk(glyph, translation(NUDGE * square, -NUDGE * square))
  if (form === 'mirrored') return transformInk(glyph, [0, 1, 1, 0, left - top, top - left])
  const widest = DIGITS_WIDE * square
  return glyph.advance > widest && maxX - minX > widest
    ? transformGlyph(glyph, [widest / glyph.advance, 0, 0, 1, 0, 0])
    : glyph
}

/** A transformed glyph with the same advance. */
const transformInk = (glyph: Glyph, matrix: Affine): Glyph =>
  glyphOf(glyph.advance, transformStrokes(matrix, glyph.strokes))

/** Height of the middle of a turned glyph's ink above the baseline. All letters and digits have the same value. */
function middleOf(char: string, { box }: Glyph, { metrics }: StrokeFont): number {
  if (/^[\p{L}\p{N}.,'"’”“‘]/u.test(char) || box.minX > box.maxX) return MIDDLE * metrics.capHeight
  return -(box.minY + box.maxY) / 2
}

/** Distance from a piece to the next one. @param down  distance of the piece from the top of its column */
const lengthAt = (down: number, { kind, length }: Piece): number =>
  kind === 'tab' ? length * (Math.floor(down / length + 1e-9) + 1) - down : length

/** Length of a column without the spaces and the stop at its end. */
const lengthOf = (column: readonly Piece[]): number => {
  const last = column.findLastIndex(({ kind }) => kind === 'ink')
  return column.reduce(
    (sum, piece, i) => sum + (i > last || (i === last && mayHang(piece.text)) ? 0 : lengthAt(sum, piece)),
    0,
  )
}

/** Breaks the pieces of a paragraph into columns. A stop may hang below its column. */
function columnsOf(pieces: readonly Piece[], height: number): Piece[][] {
  const columns: Piece[][] = []
  let from = 0
  while (from < pieces.length) {
    let used = 0
    let end = from
    for (let piece = pieces[end]; piece && used + lengthAt(used, piece) <= height + 1e-9; piece = pieces[++end])
      used += lengthAt(used, piece)
    if (end < pieces.length && mayHang(pieces[end]?.text ?? '')) end++
    if (end < pieces.length) {
      let place = Math.max(end, from + 1)
      while (place > from + 1 && pieces[place]?.mayStart === false) place--
      end = pieces[place]?.mayStart === false ? Math.max(end, from + 1) : place
    }
    columns.push(pieces.slice(from, end))
    from = end
    while (from < pieces.length && pieces[from]?.text === ' ') from++
  }
  return columns.length === 0 ? [[]] : columns
}

interface ColumnPlace {
  /** Middle of the column, mm. */
  readonly middle: number
  readonly top: number
  readonly column: number
  readonly scale: number
  readonly square: number
  readonly font: StrokeFont
}

function placeColumn(pieces: readonly Piece[], place: ColumnPlace): PlacedCell[] {
  const { middle, top, column, scale, square, font } = place
  const centre = (square / 2 + font.metrics.capHeight / 2) * scale
  let down = 0
  return pieces.map((piece): PlacedCell => {
    const { text: char, glyph, isTurned } = piece
    const y = top + down * scale
    down += lengthAt(down, piece)
    const cell = { char, glyph, along: y, line: column }
    if (isTurned) return { ...cell, x: middle - piece.middle * scale, y, angle: Math.PI / 2 }
    return { ...cell, x: middle - (glyph.advance * scale) / 2, y: y + centre }
  })
}
