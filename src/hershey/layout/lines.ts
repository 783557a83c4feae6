import type { StrokeFont } from '../fonts/font.ts'
import type { Cell } from '../glyphs/cells.ts'
import { visualOrder } from '../glyphs/direction.ts'
import { spaceAdvance } from '../glyphs/resolve.ts'
import type { FormChooser } from './forms.ts'
import { type Break, type Span, wrap } from './wrap.ts'

/** Settings for the lines of a paragraph; lengths in font units. */
export interface Setting {
  readonly letterSpacing: number
  readonly tabWidth: number
  /** Width at which lines wrap; undefined when lines end only at newlines. */
  readonly width: number | undefined
  readonly hyphen: Cell
  /** Whether words that are wider than a line are broken. */
  readonly breakWords: boolean
  /** Gives the letters of a line their forms. */
  readonly choose?: FormChooser
}

/** The cells of a line, with the offset of each in font units. `isLast` is true for the last line of a paragraph. */
export interface Line {
  readonly cells: readonly Cell[]
  readonly offsets: readonly number[]
  readonly width: number
  readonly isLast: boolean
  /** Indices of `cells` from left to right; absent when `cells` themselves stand from left to right. */
  readonly order?: readonly number[]
  /** Whether the paragraph runs from right to left. */
  readonly isRtl: boolean
}

/** Breaks the cells of one paragraph into lines. */
export function linesOf(cells: readonly Cell[], setting: Setting): Line[] {
  const { width } = setting
  const spans = width === undefined ? [{ from: 0, to: cells.length, hasHyphen: false }] : spansOf(cells, setting, width)
  return spans.map((span, i) => lineOf(cells, span, setting, i === spans.length - 1))
}

/** Distance between tab stops, font units: eight spaces. */
export function tabStop(font: StrokeFont): number {
  return 8 * spaceAdvance(font)
}

function spansOf(cells: readonly Cell[], setting: Setting, width: number): Span[] {
  const { breaks, measure } = lineBreaks(cells, setting)
  return wrap(setting.breakWords ? withWordBreaks(breaks, measure, width) : breaks, measure, width)
}

/** The places where the lines of a paragraph may end, and the width of a span, font units. */
export interface LineBreaks {
  readonly breaks: readonly Break[]
  readonly measure: (span: Span) => number
}

export function lineBreaks(cells: readonly Cell[], setting: Setting): LineBreaks {
  const advances = prefixSums(cells, setting.letterSpacing)
  const advance = (i: number) => advances[i] ?? 0
  const hyphen = setting.hyphen.glyph.advance + setting.letterSpacing
  const kernAt = (i: number) => cells[i]?.kern ?? 0
  const widthBySums = (span: Span): number =>
    span.to <= span.from
      ? 0
      : advance(span.to) -
        advance(span.from) +
        kernAt(span.to - 1) -
        setting.letterSpacing +
        (span.hasHyphen ? hyphen : 0)
  const { choose: _, ...measuring } = setting
  const widthWithTabs = (span: Span): number => lineOf(cells, span, measuring, true).width
  return { breaks: breaksIn(cells), measure: cells.some((cell) => cell.kind === 'tab') ? widthWithTabs : widthBySums }
}

function prefixSums(cells: readonly Cell[], letterSpacing: number): Float64Array {
  const sums = new Float64Array(cells.length + 1)
  let sum = 0
  cells.forEach((cell, i) => {
    sum += advanceOf(cell, letterSpacing) - (cell.kern ?? 0)
    sums[i + 1] = sum
  })
  return sums
}

/** Advance to the next cell. A cell without advance gets no letter spacing. */
function advanceOf({ glyph, kind }: Cell, letterSpacing: number): number {
  return kind === 'hyphen' || glyph.advance === 0 ? glyph.advance : glyph.advance + letterSpacing
}

const BREAKS_AFTER = /^[-‐–—/]$/

/**
 * Places where a line may end, in their order in the paragraph:
 *
 * - At spaces, except in an indent and before a dash between spaces. The line does not contain the spaces at its end.
 * - At a soft hyphen.
 * - After a hyphen, dash or slash with a letter or digit before it and a letter after it.
 * - At the end of the paragraph.
 */
function breaksIn(cells: readonly Cell[]): Break[] {
  const breaks: Break[] = []
  const isBlank = (i: number) => cells[i]?.kind === 'space' || cells[i]?.kind === 'tab'
  let i = 0
  while (i < cells.length && isBlank(i)) i++ // an indent is not a break
  for (; i < cells.length; i++) {
    if (cells[i]?.kind === 'space') {
      const end = i
      while (i + 1 < cells.length && isBlank(i + 1)) i++
      if (i + 1 < cells.length && !isLooseDash(cells, i + 1)) breaks.push({ end, next: i + 1, hasHyphen: false })
    } else if (cells[i]?.kind === 'hyphen') breaks.push({ end: i, next: i + 1, hasHyphen: true })
    else if (BREAKS_AFTER.test(cells[i]?.char ?? '') && hasLettersAround(cells, i)) {
      breaks.push({ end: i + 1, next: i + 1, hasHyphen: false })
    }
  }
  let end = cells.length
  while (end > 0 && cells[end - 1]?.kind === 'space') end--
  breaks.push({ end, next: cells.length, hasHyphen: false })
  return breaks
}

/** The breaks, and a break between any two cells of a word that is wider than the line. */
export function withWordBreaks(breaks: readonly Break[], measure: (span: Span) => number, width: number): Break[] {
  let from = 0
  return breaks.flatMap((stop) => {
    const word = { from, to: stop.end, hasHyphen: stop.hasHyphen }
    from = stop.next
    if (measure(word) <= width) return [stop]
    const inside = Array.from({ length: Math.max(0, word.to - word.from - 1) }, (_, i) => word.from + i + 1)
    return [...inside.map((end) => ({ end, next: end, hasHyphen: false })), stop]
  })
}

/** Whether a dash stands between spaces, so that it stays on the line of the word before it. */
const isLooseDash = (cells: readonly Cell[], i: number): boolean =>
  /^[-–—]$/.test(cells[i]?.char ?? '') && cells[i + 1]?.kind === 'space'

const hasLettersAround = (cells: readonly Cell[], i: number): boolean =>
  /[\p{L}\p{N}]/u.test(cells[i - 1]?.char ?? '') && /\p{L}/u.test(cells[i + 1]?.char ?? '')

export function lineOf(all: readonly Cell[], span: Span, setting: Setting, isLast: boolean): Line {
  const letters = all.slice(span.from, span.to).filter((cell) => cell.kind !== 'hyphen')
  const lastLetter = letters.length - 1
  if (span.hasHyphen) letters.push(setting.hyphen)
  const cells = setting.choose?.(letters) ?? letters
  const order = visualOrder(cells.map(({ level }) => level))
  const offsets: number[] = cells.map(() => 0)
  let x = 0
  let isSpaced = false
  for (const i of order ?? cells.keys()) {
    const cell = cells[i] as Cell
    const kern = i < lastLetter ? (cell.kern ?? 0) : 0
    // from right to left, the next letter of the text stands at the left of this letter
    offsets[i] = (cell.level ?? 0) % 2 === 1 ? x - kern : x
    x -= kern
    x =
      cell.kind === 'tab'
        ? setting.tabWidth * (Math.floor(x / setting.tabWidth + 1e-9) + 1)
        : x + advanceOf(cell, setting.letterSpacing)
    if (cell.kind === 'tab') isSpaced = false
    else if (cell.glyph.advance !== 0) isSpaced = true
  }
  const width = Math.max(0, isSpaced ? x - setting.letterSpacing : x)
  return { cells, offsets, width, isLast, isRtl: cells.some(({ isRtl }) => isRtl), ...(order && { order }) }
}
