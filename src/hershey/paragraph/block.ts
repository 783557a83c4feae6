import type { StrokeFont } from '../fonts/font.ts'
import { loadFont } from '../fonts/library.ts'
import type { Cell } from '../glyphs/cells.ts'
import { prepare, type TextCells } from '../layout/arrange.ts'
import { type FormChooser, formChooser } from '../layout/forms.ts'
import { breaking, lineOf, type Setting, tabStop, withWordBreaks } from '../layout/lines.ts'
import type { Align, LetterOptions } from '../layout/options.ts'
import type { Span } from '../layout/wrap.ts'
import { bestBreaks } from './breaker.ts'
import { hyphenated } from './hyphens.ts'

/** One paragraph: its words and their layout. Lengths in mm. */
export interface Block {
  /** A newline ends a line without ending the paragraph. */
  readonly text: string
  readonly font?: string | StrokeFont
  /** Cap height; that of the pages when absent. */
  readonly size?: number
  readonly align?: Align
  /** White at the left of all lines. */
  readonly indent?: number
  /** White at the left of the first line, added to `indent`; it may be negative. */
  readonly first?: number
  /** White above, unless the paragraph begins a column. */
  readonly before?: number
  /** The next paragraph begins in the same column: for headings. */
  readonly keepWithNext?: boolean
  /** A sign in the indent of the first line, such as • or 3. */
  readonly marker?: string
  /** The first letter is as high as this many lines. */
  readonly dropCap?: number
  /** False leaves the words whole. */
  readonly hyphenate?: boolean
}

/** The glyphs of a paragraph in a size. */
export interface SetBlock {
  readonly prepared: TextCells
  readonly size: number
  /** mm per font unit. */
  readonly scale: number
  readonly letters: LetterOptions
  readonly align: Align
  readonly hangs: boolean
  readonly choose: FormChooser | undefined
}

/** A line with the mm at which each of its cells begins. */
export interface SetLine {
  readonly cells: readonly Cell[]
  readonly offsets: readonly number[]
  /** mm, from the first cell to the end of the last one. */
  readonly width: number
  /** Its first cells hang out at the left by this much, mm. */
  readonly hangsLeft: number
  readonly isOverfull: boolean
  readonly isRtl: boolean
}

/** Signs that hang out of a line: all of their width, or half of it. */
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
  const words = language === undefined || block.hyphenate === false ? text : hyphenated(text, language)
  const prepared = prepare(words, own)
  const scale = size / prepared.font.metrics.capHeight
  const choose = formChooser(prepared.font, own.hand?.seed ?? 1)
  return { prepared, size, scale, letters: own, align: block.align ?? usualAlign, hangs: hang, choose }
}

/** The width of the marker of a list, mm, and its glyphs. */
export const fontOf = ({ font }: LetterOptions): StrokeFont =>
  typeof font === 'object' ? font : loadFont(font ?? 'rowmans')

/**
 * The lines of one run of cells without a newline.
 *
 * @param widthOf  mm, of each line from 0
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
  const { breaks, measure } = breaking(cells, setting)
  const hasHanging = canHang && !cells.some(({ isRtl }) => isRtl)
  const first = (span: Span) => (hasHanging ? hangingLeft(cells[span.from]) : 0)
  const last = (span: Span) => (hasHanging ? hangingRight(span.hasHyphen ? prepared.hyphen : cells[span.to - 1]) : 0)
  const counted = (span: Span) => (span.to <= span.from ? 0 : measure(span) - first(span) - last(span))
  const units = (line: number) => widthOf(line) / scale
  const spacesBefore = new Uint32Array(cells.length + 1)
  cells.forEach((cell, i) => {
    spacesBefore[i + 1] = (spacesBefore[i] ?? 0) + (cell.kind === 'space' ? 1 : 0)
  })
  const hasTab = cells.some(({ kind }) => kind === 'tab')
  const space = cells.find(({ kind }) => kind === 'space')?.glyph.advance ?? prepared.font.metrics.capHeight / 2
  const spans = bestBreaks({
    breaks: withWordBreaks(breaks, counted, isEven ? units(0) : Math.min(units(0), units(1), units(2))),
    measure: counted,
    spaces: ({ from, to }) => (spacesBefore[Math.max(from, to)] ?? 0) - (spacesBefore[from] ?? 0),
    space,
    widthOf: units,
    isEven,
    justified: align === 'justify' && !hasTab,
  })
  return spans.map((span, row) => {
    const isLast = row === spans.length - 1
    const line = lineOf(cells, span, setting, isLast)
    const short = units(row) - counted(span)
    const gaps = line.cells.filter(({ kind }) => kind === 'space').length
    const isStretched =
      align === 'justify' && !hasTab && gaps > 0 && (!isLast || short < 0) && short < 2.5 * gaps * space
    const extra = isStretched ? short / gaps : 0
    let added = 0
    const offsets = [...line.offsets]
    for (const i of line.order ?? line.cells.keys()) {
      offsets[i] = ((line.offsets[i] ?? 0) + added) * scale
      if (line.cells[i]?.kind === 'space') added += extra
    }
    return {
      cells: line.cells,
      offsets,
      width: (line.width + added - first(span) - last(span)) * scale,
      hangsLeft: first(span) * scale,
      isOverfull: short < -1e-6 && !isStretched,
      isRtl: line.isRtl,
    }
  })
}

function hangingRight(cell: Cell | undefined): number {
  if (!cell || cell.kind === 'space') return 0
  return cell.glyph.advance * (HANG_RIGHT.test(cell.char) ? 1 : HALF_RIGHT.test(cell.char) ? 0.5 : 0)
}

const hangingLeft = (cell: Cell | undefined): number =>
  cell !== undefined && HANG_LEFT.test(cell.char) ? cell.glyph.advance : 0
