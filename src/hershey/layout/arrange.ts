import type { Bounds } from '../../geometry/bounds.ts'
import { EMPTY_BOUNDS } from '../../geometry/bounds.ts'
import type { StrokeFont } from '../fonts/font.ts'
import { DEFAULT_FONT, inLanguage, loadFont } from '../fonts/library.ts'
import { type Cell, type Cells, cellsOf } from '../glyphs/cells.ts'
import { formChooser, widest } from './forms.ts'
import type { PlacedCell } from './ink.ts'
import { squeezeLineEnd } from './line-end.ts'
import { type Line, linesOf, tabStop } from './lines.ts'
import type { LetterOptions, LineOptions } from './options.ts'

/** A line of a laid-out text. In a `FittedText`, `x` and `baseline` count from the top left corner of the box. */
export interface TextLine {
  readonly text: string
  /** Left edge of the line, mm from the left edge of the text. */
  readonly x: number
  /** Sum of the advances, with kerning and the white that is added, mm. */
  readonly width: number
  /** Baseline of the line, mm below the first baseline. */
  readonly baseline: number
}

/** The glyphs of a text, before a size is chosen. */
export interface TextCells extends Cells {
  readonly font: StrokeFont
  readonly hyphen: Cell
}

/** Placed glyphs, before they become strokes. Lengths in mm. */
export interface PlacedText {
  readonly lines: readonly TextLine[]
  readonly cells: readonly PlacedCell[]
  /** mm per font unit. */
  readonly scale: number
  readonly width: number
  readonly lineHeight: number
}

/**
 * Greatest width of a space in a justified line, as a multiple of the usual space. A line that needs wider spaces stays
 * ragged.
 */
const WIDEST_SPACE = 3.5

/** Finds the glyphs of a text. @throws PlotdError ERR_FONT_UNKNOWN */
export function prepare(text: string, options: LetterOptions): TextCells {
  const { font: fontOrName = DEFAULT_FONT, borrow = true } = options
  const plainFont = typeof fontOrName === 'string' ? loadFont(fontOrName) : fontOrName
  const font = inLanguage(plainFont, options.language)
  const cells = cellsOf(text, font, borrow)
  const [[hyphen] = []] = cellsOf('-', font, true).paragraphs
  const paragraphs = cells.paragraphs.map((paragraph) => widest(paragraph, font))
  return { ...cells, paragraphs, font, hyphen: hyphen as Cell }
}

/**
 * Breaks text into lines and places its glyphs.
 *
 * @param size   cap height, mm
 * @param width  mm at which lines wrap; undefined when lines end only at newlines
 */
export function arrange(text: TextCells, size: number, width: number | undefined, options: LineOptions): PlacedText {
  const scale = size / text.font.metrics.capHeight
  const choose = formChooser(text.font, options.hand?.seed ?? 1)
  const setting = {
    letterSpacing: (options.letterSpacing ?? 0) / scale,
    tabWidth: options.tabWidth === undefined ? tabStop(text.font) : options.tabWidth / scale,
    width: width === undefined ? undefined : width / scale + 1e-9,
    hyphen: text.hyphen,
    breakWords: options.breakWords ?? false,
    ...(choose && { choose }),
  }
  const lines = text.paragraphs.flatMap((cells) => linesOf(cells, setting))
  const lineHeight = text.font.metrics.lineHeight * scale * (options.lineSpacing ?? 1)
  const fullWidth = lines.reduce((most, line) => Math.max(most, line.width * scale), width ?? 0)
  const placedLines = lines.map((line, row) => placeLine(line, scale, fullWidth, width, options, row, row * lineHeight))
  return {
    lines: placedLines.map((line) => line.summary),
    cells: placedLines.flatMap((line) => line.cells),
    scale,
    width: fullWidth,
    lineHeight,
  }
}

interface PlacedLine {
  readonly cells: readonly PlacedCell[]
  readonly summary: TextLine
}

function placeLine(
  line: Line,
  scale: number,
  fullWidth: number,
  wrapWidth: number | undefined,
  { align, hand }: LineOptions,
  row: number,
  baseline: number,
): PlacedLine {
  const gap = fullWidth - line.width * scale
  const isAtRight = align === 'right' || (line.isRtl && align !== 'justify' && align !== 'center')
  const left = isAtRight ? gap : 0
  const x = align === 'center' ? gap / 2 : left
  const extra = align === 'justify' && !line.isLast ? stretch(line, gap, scale) : 0
  const start = line.isRtl && align === 'justify' && extra === 0 ? gap : x
  let added = 0
  const shifts = line.cells.map(() => 0)
  for (const i of line.order ?? line.cells.keys()) {
    shifts[i] = added
    if (line.cells[i]?.kind === 'space') added += extra
  }
  const cells = line.cells.map(({ char, glyph }, i) => {
    const along = start + (line.offsets[i] ?? 0) * scale + (shifts[i] ?? 0)
    return { char, glyph, x: along, y: baseline, along, line: row }
  })
  const end = x + line.width * scale
  const squeezedCells =
    hand && wrapWidth !== undefined && x === 0 && extra === 0 && !line.isRtl
      ? squeezeLineEnd(cells, hand, x, end, wrapWidth)
      : cells
  const text = line.cells.map((cell) => cell.char).join('')
  return { cells: squeezedCells, summary: { text, x: start, width: line.width * scale + added, baseline } }
}

/** White to add to each space of a justified line, mm. */
function stretch(line: Line, gap: number, scale: number): number {
  const spaces = line.cells.filter((cell) => cell.kind === 'space')
  if (spaces.length === 0 || line.cells.some((cell) => cell.kind === 'tab')) return 0
  const extra = gap / spaces.length
  return extra > (WIDEST_SPACE - 1) * scale * (spaces[0]?.glyph.advance ?? 0) ? 0 : extra
}

/**
 * Bounding box of the ink of placed glyphs, mm. With a lean, this box encloses the slanted bounding box of each glyph.
 *
 * @param lean  horizontal shift per unit of height
 */
export function extent({ cells, scale }: PlacedText, lean: number): Bounds {
  let { minX, minY, maxX, maxY } = EMPTY_BOUNDS
  for (const { glyph, x, y } of cells) {
    const { box } = glyph
    if (box.minX > box.maxX) continue
    minX = Math.min(minX, x + scale * (box.minX - lean * (lean > 0 ? box.maxY : box.minY)))
    maxX = Math.max(maxX, x + scale * (box.maxX - lean * (lean > 0 ? box.minY : box.maxY)))
    minY = Math.min(minY, y + scale * box.minY)
    maxY = Math.max(maxY, y + scale * box.maxY)
  }
  return { minX, minY, maxX, maxY }
}
