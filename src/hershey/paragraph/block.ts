import type { StrokeFont } from '../fonts/font.ts'
import { DEFAULT_FONT, loadFont } from '../fonts/library.ts'
import type { Cell } from '../glyphs/cells.ts'
import { prepare, type TextCells } from '../layout/arrange.ts'
import { type FormChooser, formChooser } from '../layout/forms.ts'
import { type Line, lineBreaks, lineOf, type Setting, tabStop, withWordBreaks } from '../layout/lines.ts'
import type { Align, LetterOptions } from '../layout/options.ts'
import type { Span } from '../layout/wrap.ts'
import { bestBreaks } from './breaker.ts'
import { withSoftHyphens } from './hyphens.ts'

/** One paragraph: its words and their layout. Lengths in mm. */
export interface Block {
  /** The words. A newline ends a line without ending the paragraph. */
  readonly text: string
  readonly font?: string | StrokeFont
  /** Cap height; when absent, the `size` of `PagesOptions`. */
  readonly size?: number
  readonly align?: Align
  /** White at the start of all lines: at the left, or at the right in a paragraph that runs from right to left. */
  readonly indent?: number
  /** White to add to `indent` in the first line; a negative number moves this line outwards. */
  readonly first?: number
  /** White above a paragraph that does not begin a column. */
  readonly before?: number
  /** Whether the next paragraph must begin in the same column, as after a heading. */
  readonly keepWithNext?: boolean
  /** A sign in the indent of the first line, such as `•` or `3.` */
  readonly marker?: string
  /** Height of a drop capital, in lines. When absent or below 2, the first letter is an ordinary letter. */
  readonly dropCap?: number
  /** Whether to hyphenate words by the language; true when absent. Soft hyphens in the text permit breaks anyway. */
  readonly hyphenate?: boolean
}

/** A paragraph whose glyphs and size are chosen. */
export interface SetBlock {
  readonly prepared: TextCells
  readonly size: number
  /** mm per font unit. */
  readonly scale: number
  readonly letters: LetterOptions
  readonly align: Align
  /** Whether punctuation, such as stops, hyphens, dashes and quotes, hangs out of the lines. */
  readonly hangs: boolean
  readonly choose: FormChooser | undefined
}

/** A line. `offsets` are the places at which its cells begin, mm from the left end of the line. */
export interface SetLine {
  readonly cells: readonly Cell[]
  readonly offsets: readonly number[]
  /** Width without the signs that hang out, mm. */
  readonly width: number
  /** Width of the signs that hang out at the left, mm. */
  readonly hangsLeft: number
  readonly isOverfull: boolean
  readonly isRtl: boolean
}

/** Signs that hang out of a line, with all of their width or, in `HALF_RIGHT`, with half of it. */
const HANG_RIGHT = /^[-‐‑.,'"’”»]$/
const HALF_RIGHT = /^[:;!?…–—]$/
const HANG_LEFT = /^["'“‘„‚«]$/

/** Finds the glyphs of a paragraph. @throws PlotdError ERR_FONT_UNKNOWN */
export function setBlock(
  block: Block,
  text: string,
  usual: LetterOptions & {
    readonly size: number
    readonly align: Align
    readonly hang: boolean
  },
): SetBlock {
  const { size: usualSize, align: usualAlign, hang, ...letters } = usual
  const { language } = letters
  const size = block.size ?? usualSize
  const own = block.font === undefined ? letters : { ...letters, font: block.font }
  const words = language === undefined || block.hyphenate === false ? text : withSoftHyphens(text, language)
  const prepared = prepare(words, own)
  const scale = size / prepared.font.metrics.capHeight
  const choose = formChooser(prepared.font, own.hand?.seed ?? 1)
  return { prepared, size, scale, letters: own, align: block.align ?? usualAlign, hangs: hang, choose }
}

/** The font of a text. @throws PlotdError ERR_FONT_UNKNOWN */
export const fontOf = ({ font }: LetterOptions): StrokeFont =>
  typeof font === 'object' ? font : loadFont(font ?? DEFAULT_FONT)

/**
 * Breaks the cells between two newlines of a paragraph into lines.
 *
 * @param widthOf  width of a line by its number from 0, mm
 * @param isEven   whether all lines have the same width
 */
export function linesFor(
  { prepared, scale, letters, align, hangs: canHang, choose }: SetBlock,
  cells: readonly Cell[],
  widthOf: (line: number) => number,
  isEven: boolean,
): SetLine[] {
  const setting: Setting = {
    letterSpacing: (letters.letterSpacing ?? 0) / scale,
    tabWidth: tabStop(prepared.font),
    width: undefined,
    hyphen: prepared.hyphen,
    breakWords: false,
    ...(choose && { choose }),
  }
  const { breaks, measure } = lineBreaks(cells, setting)
  const hasHanging = canHang && !cells.some(({ isRtl }) => isRtl)
  const first = (span: Span) => (hasHanging ? hangingLeft(cells[span.from]) : 0)
  const last = (span: Span) => (hasHanging ? hangingRight(span.hasHyphen ? prepared.hyphen : cells[span.to - 1]) : 0)
  const counted = (span: Span) => (span.to <= span.from ? 0 : measure(span) - first(span) - last(span))
  const units = (line: number) => widthOf(line) / scale
  const hasTab = cells.some(({ kind }) => kind === 'tab')
  const space = cells.find(({ kind }) => kind === 'space')?.glyph.advance ?? prepared.font.metrics.capHeight / 2
  const spans = bestBreaks({
    breaks: withWordBreaks(breaks, counted, isEven ? units(0) : Math.min(units(0), units(1), units(2))),
    measure: counted,
    spaces: spaceCounter(cells),
    space,
    widthOf: units,
    isEven,
    isJustified: align === 'justify' && !hasTab,
  })
  return spans.map((span, row) => {
    const isLast = row === spans.length - 1
    const line = lineOf(cells, span, setting, isLast)
    const short = units(row) - counted(span)
    const gaps = line.cells.filter(({ kind }) => kind === 'space').length
    const isStretched =
      align === 'justify' && !hasTab && gaps > 0 && (!isLast || short < 0) && short < 2.5 * gaps * space
    const extra = isStretched ? short / gaps : 0
    return {
      cells: line.cells,
      offsets: stretchedOffsets(line, extra).map((offset) => offset * scale),
      width: (line.width + gaps * extra - first(span) - last(span)) * scale,
      hangsLeft: first(span) * scale,
      isOverfull: short < -1e-6 && !isStretched,
      isRtl: line.isRtl,
    }
  })
}

function spaceCounter(cells: readonly Cell[]): (range: Pick<Span, 'from' | 'to'>) => number {
  const sums = new Uint32Array(cells.length + 1)
  cells.forEach((cell, i) => {
    sums[i + 1] = (sums[i] ?? 0) + (cell.kind === 'space' ? 1 : 0)
  })
  return ({ from, to }) => (sums[Math.max(from, to)] ?? 0) - (sums[from] ?? 0)
}

/**
 * The offsets of the cells of a line, with `extra` added to each space, font units.
 *
 * @param extra  below 0 for narrower spaces
 */
function stretchedOffsets({ cells, offsets, order }: Line, extra: number): number[] {
  const stretched = [...offsets]
  let added = 0
  for (const i of order ?? cells.keys()) {
    stretched[i] = (offsets[i] ?? 0) + added
    if (cells[i]?.kind === 'space') added += extra
  }
  return stretched
}

function hangingRight(cell: Cell | undefined): number {
  if (!cell || cell.kind === 'space') return 0
  if (HANG_RIGHT.test(cell.char)) return cell.glyph.advance
  return HALF_RIGHT.test(cell.char) ? cell.glyph.advance * 0.5 : 0
}

const hangingLeft = (cell: Cell | undefined): number =>
  cell !== undefined && HANG_LEFT.test(cell.char) ? cell.glyph.advance : 0
