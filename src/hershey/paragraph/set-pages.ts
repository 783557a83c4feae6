/**
 * The room `paragraph` sets long texts on pages. `breaker` chooses line breaks, `hyphens` finds the breaks inside
 * words, `frames` and `slots` give each line its place. `block` sets one paragraph, and `set-pages` (here) places all
 * paragraphs.
 */
import { PlotdError } from '../../errors.ts'
import { moveStrokes } from '../../geometry/affine.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { stroke, strokeCount } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { linesIn, type MissingCharacter, type SubstitutedCharacter } from '../glyphs/cells.ts'
import { inkOf, type PlacedCell } from '../layout/ink.ts'
import { layoutText } from '../layout/layout.ts'
import { squeezeLineEnd } from '../layout/line-end.ts'
import { type Align, checkNumbers, type LetterOptions } from '../layout/options.ts'
import { type Block, fontOf, linesFor, type SetBlock, type SetLine, setBlock } from './block.ts'
import { type Frame, Places, type Shape } from './frames.ts'
import { type Cursor, keyOf, type Leading, NO_PAGE, type Slot, Slots } from './slots.ts'

/** Pages, and the layout of text on them. Lengths in mm. */
export interface PagesOptions extends LetterOptions {
  readonly width: number
  readonly height: number
  /** White at the edges of a page: one number for all edges, or one for each. */
  readonly margin:
    | number
    | { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }
  /** Cap height. */
  readonly size: number
  readonly align?: Align
  /** Distance between baselines as a multiple of the font's line height; 1 when absent. */
  readonly lineSpacing?: number
  /** Columns side by side; 1 when absent. */
  readonly columns?: number
  /** White between columns; three cap heights when absent. */
  readonly columnGap?: number
  /** Language of the text as a BCP 47 tag. When absent, words are hyphenated only at soft hyphens. */
  readonly language?: string
  /** Whether punctuation, such as stops, hyphens, dashes and quotes, hangs out of the lines; true when absent. */
  readonly hang?: boolean
  /** Polygons that text flows around, on each page. */
  readonly around?: readonly Shape[]
  /** A polygon on each page that the text stays inside. */
  readonly inside?: Shape
  /** White between a shape and the text; one cap height when absent. */
  readonly gap?: number
  /** A line below the text of each page. `{page}` becomes the number of the page, `{pages}` the number of pages. */
  readonly footer?: string
  /** Limit on the pages; 200 when absent. */
  readonly maxPages?: number
}

/** One page of a text, mm. */
export interface TextPage {
  readonly strokes: Strokes
  /** The lines of text in reading order, for tests and for programs. */
  readonly lines: readonly {
    readonly text: string
    readonly x: number
    readonly baseline: number
    readonly width: number
  }[]
}

/** The pages of a text, and the characters that its fonts do not have. */
export interface TextPages {
  readonly pages: readonly TextPage[]
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
  /** Number of lines that are wider than their place. */
  readonly overfull: number
  /** The smallest x-height in the text, mm; Infinity without paragraphs. */
  readonly xHeight: number
}

/** Limit on the attempts to keep lines together. Each attempt moves a line or the paragraph to the next column. */
const ATTEMPTS = 4
/** Cap height of the footer as a fraction of the text's cap height. */
const FOOTER = 0.8
/** Distance of the footer's baseline from the lower edge of the text, in cap heights of the text. */
const FOOTER_GAP = 2.2
/** The least distance of a footer from the edges of the sheet, mm. */
const FOOTER_EDGE = 3

/** The paragraphs of a plain text, which blank lines divide. */
export const blocksOf = (text: string): Block[] =>
  linesIn(text)
    .join('\n')
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .filter((part) => part.trim() !== '')
    .map((part) => ({ text: part.replace(/^\n+/, '').trimEnd() }))

/**
 * Sets paragraphs on pages, with total-fit line breaks, hyphens by language, drop capitals, columns, and lines that
 * flow around shapes. Makes up to `ATTEMPTS` moves for the lines of each paragraph, so that its first or last line does
 * not stand alone in a column. These moves also keep together a heading with its text, and the lines beside a drop
 * capital.
 *
 * @throws PlotdError ERR_PARAMS for a number out of range, margins without room, a drop capital or a footer without
 *   room, or too many pages; ERR_FONT_UNKNOWN
 */
export function setPages(blocks: readonly Block[], options: PagesOptions): TextPages {
  checkNumbers(options)
  const setter = new Setter(options)
  for (const block of blocks) setter.add(block)
  return setter.finish()
}

interface OpenPage {
  readonly ink: StrokeWriter
  readonly lines: { text: string; x: number; baseline: number; width: number }[]
}

class Setter {
  readonly #options: PagesOptions
  readonly #frames: (index: number) => Frame
  readonly #places: Places
  readonly #pages: OpenPage[] = []
  readonly #missing = new Map<string, MissingCharacter>()
  readonly #substituted = new Map<string, SubstitutedCharacter>()
  #cursor: Cursor
  #line = 0
  #overfull = 0
  #xHeight = Infinity

  constructor(options: PagesOptions) {
    this.#options = options
    this.#frames = framesOf(options)
    this.#places = new Places(shapesOf(options))
    this.#cursor = { frame: 0, y: this.#frames(0).y, isTop: true }
  }

  add(block: Block): void {
    const { align = 'left', language, hang = true, ...options } = this.#options
    const letters = lettersOf(options)
    const drop = block.dropCap === undefined || block.dropCap < 2 ? undefined : dropCapital(block.text)
    const usual = { ...letters, size: options.size, align, hang, ...(language !== undefined && { language }) }
    const set = setBlock(block, drop?.rest ?? block.text, usual)
    this.#note(set.prepared)
    const { metrics } = set.prepared.font
    this.#xHeight = Math.min(this.#xHeight, metrics.xHeight * set.scale)
    const step = metrics.lineHeight * set.scale * (options.lineSpacing ?? 1)
    const leading = { ascent: metrics.ascent * set.scale, descent: metrics.descent * set.scale, step }
    if (!this.#cursor.isTop) this.#cursor = { ...this.#cursor, y: this.#cursor.y + (block.before ?? 0) }
    const capital = drop && { ...drop, lines: block.dropCap ?? 2 }
    set.prepared.paragraphs.forEach((cells, i) => {
      const isFirst = i === 0
      this.#place(block, set, leading, cells, isFirst, isFirst ? capital : undefined)
    })
  }

  #place(
    block: Block,
    set: SetBlock,
    leading: Leading,
    cells: SetBlock['prepared']['paragraphs'][number],
    isFirst: boolean,
    capital: { readonly letter: string; readonly lines: number } | undefined,
  ): void {
    const { around = [], inside } = this.#options
    const isEven = around.length === 0 && inside === undefined
    const { indent = 0, first = 0 } = block
    const drop = capital && this.#capital(capital, set, leading)
    const inset = (line: number) =>
      indent + (line === 0 && isFirst ? first : 0) + (drop && line < drop.lines ? drop.width : 0)
    const banned = new Set<string>()
    let from = this.#cursor
    for (let attempt = 0; ; attempt++) {
      const slots = new Slots(this.#frames, this.#places, leading, from, banned)
      const isPlain = isEven && inset(0) === inset(1) && drop === undefined
      const widthOf = (line: number) => Math.max(1e-3, slots.at(line).width - inset(line))
      const lines = cells.length === 0 ? [BLANK_LINE] : linesFor(set, cells, widthOf, isPlain)
      const fault = attempt < ATTEMPTS ? faultIn(slots, lines.length, leading, block, drop?.lines ?? 0) : undefined
      if (fault === undefined) {
        if (drop) checkCapital(drop, slots, indent)
        for (const [i, line] of lines.entries())
          this.#put(line, slots.at(i), inset(i), set, slots.at(i).width - inset(i))
        const isRtl = lines[0]?.isRtl === true
        if (drop) this.#add(slots.at(0).page, drop.strokesIn(slots.at(0), indent, isRtl))
        if (isFirst && block.marker !== undefined) this.#marker(block.marker, slots.at(0), indent, isRtl, set)
        this.#cursor = slots.after(lines.length)
        return
      }
      if (fault === 'next column') from = { frame: from.frame + 1, y: this.#frames(from.frame + 1).y, isTop: true }
      else banned.add(fault)
    }
  }

  #note({ missing, substituted }: Pick<TextPages, 'missing' | 'substituted'>): void {
    for (const character of missing)
      this.#missing.set(character.char, sum(this.#missing.get(character.char), character))
    for (const note of substituted) this.#substituted.set(note.char, sum(this.#substituted.get(note.char), note))
  }

  /** A large first letter. Its curves are round, because the chords of a letter of this size would be visible. */
  #capital({ letter, lines }: { letter: string; lines: number }, set: SetBlock, { step }: Leading) {
    const size = (lines - 1) * step + set.size
    const layout = layoutText(letter, { ...set.letters, size, smooth: true })
    const { strokes, bounds } = layout
    this.#note(layout)
    const inkWidth = Math.max(0, bounds.maxX - bounds.minX)
    const width = inkWidth + 0.7 * set.size
    return {
      lines,
      width,
      rise: -bounds.minY - (lines - 1) * step,
      strokesIn: ({ x, width: room, baseline }: Slot, indent: number, isRtl: boolean) => {
        const left = isRtl ? x + room - indent - inkWidth : x + indent
        return moveStrokes(strokes, left - bounds.minX, baseline + (lines - 1) * step)
      },
    }
  }

  #marker(marker: string, slot: Slot, indent: number, isRtl: boolean, set: SetBlock): void {
    const layout = layoutText(marker, { ...set.letters, size: set.size })
    const gap = 0.7 * set.size
    this.#note(layout)
    const x = isRtl ? slot.x + slot.width - indent + gap : slot.x + indent - gap - layout.width
    this.#add(slot.page, moveStrokes(layout.strokes, x, slot.baseline))
  }

  #put(line: SetLine, slot: Slot, inset: number, set: SetBlock, width: number): void {
    if (line.isOverfull) this.#overfull++
    const free = width - line.width
    const shift = set.align === 'center' ? free / 2 : set.align === 'right' || line.isRtl ? free : 0
    // A line that runs from right to left has its inset at the right.
    const x = slot.x + (line.isRtl ? 0 : inset) + shift - line.hangsLeft
    const cells = line.cells.map(({ char, glyph }, i): PlacedCell => {
      const along = line.offsets[i] ?? 0
      return { char, glyph, x: x + along, y: slot.baseline, along: inset + shift + along, line: this.#line }
    })
    this.#line++
    const { hand } = set.letters
    const isRagged = hand && set.align === 'left' && !line.isRtl
    const placedCells = isRagged ? squeezeLineEnd(cells, hand, x, x + line.width, width) : cells
    this.#add(slot.page, inkOf(placedCells, set.scale, set.size, set.letters, set.prepared.font))
    const text = line.cells.map(({ char }) => char).join('')
    this.#page(slot.page).lines.push({ text, x, baseline: slot.baseline, width: line.width })
  }

  #add(page: number, strokes: Strokes): void {
    const { ink } = this.#page(page)
    for (let i = 0; i < strokeCount(strokes); i++) ink.add(stroke(strokes, i))
  }

  #page(index: number): OpenPage {
    const { maxPages = 200 } = this.#options
    if (index >= maxPages) {
      const expected = `a text for ${maxPages} pages at most`
      const remedy =
        index === NO_PAGE
          ? 'the shapes leave no place for a line of this size'
          : 'shorten the text or choose a smaller size'
      throw new PlotdError('ERR_PARAMS', `text: expected ${expected}; ${remedy}`, {
        issues: [{ field: 'text', expected: `expected ${expected}` }],
        maxPages,
      })
    }
    while (this.#pages.length <= index) this.#pages.push({ ink: new StrokeWriter(), lines: [] })
    return this.#pages[index] as OpenPage
  }

  finish(): TextPages {
    const { footer } = this.#options
    this.#page(0)
    if (footer !== undefined && footer !== '') for (const i of this.#pages.keys()) this.#footer(footer, i)
    return {
      pages: this.#pages.map(({ ink, lines }) => ({ strokes: ink.take(), lines })),
      missing: [...this.#missing.values()],
      substituted: [...this.#substituted.values()],
      overfull: this.#overfull,
      xHeight: this.#xHeight,
    }
  }

  #footer(footer: string, page: number): void {
    const { width, size, language } = this.#options
    const words = footer
      .trim()
      .replace(/[\s\u0085]+/g, ' ')
      .replaceAll('{pages}', String(this.#pages.length))
      .replaceAll('{page}', String(page + 1))
    const line = layoutText(words, {
      ...lettersOf(this.#options),
      ...(language !== undefined && { language }),
      size: FOOTER * size,
    })
    if (line.width > width - 2 * FOOTER_EDGE) {
      const expected = `expected at most ${(width - 2 * FOOTER_EDGE).toFixed(0)} mm, so that it fits on the sheet`
      throw new PlotdError('ERR_PARAMS', `footer is ${line.width.toFixed(0)} mm wide: ${expected}`, {
        issues: [{ field: 'footer', value: footer, expected }],
      })
    }
    this.#note(line)
    this.#add(page, moveStrokes(line.strokes, (width - line.width) / 2, footerBaseline(this.#options)))
  }
}

/**
 * @param rise  height of the capital and its accents above the baseline of the paragraph's first line
 * @throws PlotdError ERR_PARAMS when a drop capital is wider or higher than its column, or rises above the sheet
 */
function checkCapital(
  { width, lines, rise }: { width: number; lines: number; rise: number },
  slots: Slots,
  indent: number,
): void {
  const first = slots.at(0)
  const isInColumn = width <= first.width - indent && slots.at(lines - 1).frame === first.frame
  if (isInColumn && rise <= first.baseline + 1e-6) return
  const expected = 'expected a capital that fits in its column and on the sheet: take fewer lines or a smaller size'
  throw new PlotdError('ERR_PARAMS', `dropCap is ${lines}: ${expected}`, {
    issues: [{ field: 'dropCap', value: lines, expected }],
  })
}

const BLANK_LINE: SetLine = { cells: [], offsets: [], width: 0, hangsLeft: 0, isOverfull: false, isRtl: false }

/**
 * 'next column' when the whole paragraph must move there; the key of a slot when its line must move; undefined when
 * nothing must move.
 */
function faultIn(slots: Slots, lines: number, { step }: Leading, block: Block, dropLines: number): string | undefined {
  const first = slots.at(0)
  const last = slots.at(lines - 1)
  const canMove = !first.isTop
  if (dropLines > 0 && canMove && slots.at(Math.min(dropLines, lines) - 1).frame !== first.frame) return 'next column'
  if (block.keepWithNext && canMove && (last.frame !== first.frame || last.below < 2 * step)) return 'next column'
  if (lines < 2) return undefined
  if (slots.at(1).frame !== first.frame && canMove) return 'next column'
  const before = slots.at(lines - 2)
  // A column with room for only one line stays as it is: without this line, the column would be blank.
  if (before.frame === last.frame || before.isTop) return undefined
  // The last line stands alone, so the line before it moves to the column of the last line. If fewer than two lines
  // would then stay in the first column of the paragraph, the whole paragraph moves, if it can.
  const stays = Array.from({ length: lines - 2 }, (_, i) => slots.at(i)).filter(({ frame }) => frame === before.frame)
  return stays.length < 2 && before.frame === first.frame && canMove ? 'next column' : keyOf(before)
}

function sum<T extends { readonly count: number }>(known: T | undefined, more: T): T {
  return known ? { ...known, count: known.count + more.count } : more
}

function lettersOf(options: LetterOptions): LetterOptions {
  const { letterSpacing, slant, borrow, smooth, hand } = options
  return {
    font: fontOf(options),
    ...(letterSpacing !== undefined && { letterSpacing }),
    ...(slant !== undefined && { slant }),
    ...(borrow !== undefined && { borrow }),
    ...(smooth !== undefined && { smooth }),
    ...(hand !== undefined && { hand }),
  }
}

const shapesOf = ({ around = [], inside, gap, size }: PagesOptions) => ({
  around,
  gap: gap ?? size,
  ...(inside !== undefined && { inside }),
})

const marginsOf = ({ margin }: PagesOptions) =>
  typeof margin === 'number' ? { top: margin, right: margin, bottom: margin, left: margin } : margin

/** Baseline of the footer, mm from the top of the page. The footer keeps `FOOTER_EDGE` from the lower edge. */
function footerBaseline(options: PagesOptions): number {
  const { metrics } = fontOf(options)
  const descent = (metrics.descent * FOOTER * options.size) / metrics.capHeight
  return options.height + Math.min(FOOTER_GAP * options.size - marginsOf(options).bottom, -descent - FOOTER_EDGE)
}

function framesOf(options: PagesOptions): (index: number) => Frame {
  const { width, height, size, columns = 1, columnGap = 3 * size, footer = '' } = options
  const { top, right, bottom, left } = marginsOf(options)
  const column = (width - left - right - (columns - 1) * columnGap) / columns
  // The text ends above the footer, also where the margin has no room for the footer.
  const room = (footer === '' ? height - bottom : footerBaseline(options) - FOOTER_GAP * size) - top
  if (column < 2 * size || room < 2 * size) {
    const expected = `margins that leave room for a line, got ${column.toFixed(1)} × ${room.toFixed(1)} mm for the text`
    throw new PlotdError('ERR_PARAMS', `margin: expected ${expected}`, {
      issues: [{ field: 'margin', expected: `expected ${expected}` }],
    })
  }
  return (index) => ({
    page: Math.floor(index / columns),
    x: left + (index % columns) * (column + columnGap),
    y: top,
    width: column,
    height: room,
  })
}

/**
 * The first letter of a text, with an opening quote, ¿ or ¡ before it, and the text after it. Undefined for a text that
 * begins with another character.
 */
function dropCapital(text: string): { readonly letter: string; readonly rest: string } | undefined {
  const [letter] = /^["“‘„«'¿¡]?\p{L}\p{M}*/u.exec(text.trimStart()) ?? []
  return letter === undefined ? undefined : { letter, rest: text.trimStart().slice(letter.length).trimStart() }
}
