import { PlotdError } from '../../errors.ts'
import { type Drawing, type Layer, stroke } from '../../geometry/drawing.ts'
import type { PageSize } from '../../geometry/pages.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { cornerMarks, MARK_OFFSET, mark } from './marks.ts'

/** The sheet, and the layout of several drawings on the sheet. Each drawing is a card here. Lengths are in mm. */
export interface NUp {
  readonly sheet: PageSize
  /** Absent `columns` or `rows` mean as many as fit. */
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  readonly gutter: number
  /** Minimum width of the free paper around the block of drawings. */
  readonly margin: number
  /**
   * 'cards' puts marks at each corner of each card, except in gutters that are too narrow. 'outer' puts marks only
   * around the block, for a guillotine.
   */
  readonly marks: 'cards' | 'outer' | 'none'
}

/** The places of cards on a sheet, mm. `x` and `y` are the upper left corner of the first card. */
export interface Block {
  readonly columns: number
  readonly rows: number
  readonly card: PageSize
  readonly x: number
  readonly y: number
}

/** Minimum margin that has room for marks, mm. */
const MARKS_MARGIN = MARK_OFFSET + 3

/** Minimum width of the free edge of the sheet, mm. */
const edgeOf = (margin: number, marks: NUp['marks']): number => Math.max(margin, marks === 'none' ? 0 : MARKS_MARGIN)

/**
 * The places of cards of one size: as many as fit, or as many as `columns` and `rows` say, in the middle of the sheet.
 *
 * @throws PlotdError ERR_PARAMS when so many cards, or a single one, do not fit on the sheet
 */
export function blockOf(card: PageSize, { sheet, columns, rows, gutter, margin, marks }: NUp): Block {
  const edge = edgeOf(margin, marks)
  const countIn = (room: number, size: number) => Math.floor((room - 2 * edge + gutter + 1e-9) / (size + gutter))
  const across = columns ?? Math.max(1, countIn(sheet.width, card.width))
  const down = rows ?? Math.max(1, countIn(sheet.height, card.height))
  const width = across * (card.width + gutter) - gutter
  const height = down * (card.height + gutter) - gutter
  if (width + 2 * edge > sheet.width + 1e-6 || height + 2 * edge > sheet.height + 1e-6) {
    const needs = `${round(width + 2 * edge)} × ${round(height + 2 * edge)} mm`
    const has = `${round(sheet.width)} × ${round(sheet.height)} mm`
    throw new PlotdError('ERR_PARAMS', `sheet: ${across} × ${down} drawings need ${needs}, and the sheet has ${has}`, {
      issues: [{ field: 'sheet', value: has, expected: `expected a sheet of ${needs}, or fewer drawings` }],
    })
  }
  return {
    columns: across,
    rows: down,
    card,
    x: (sheet.width - width) / 2,
    y: (sheet.height - height) / 2,
  }
}

/** Whether the margins and gutters leave any room on the sheet for drawings. */
export function holdsCards({ sheet, columns = 1, rows = 1, gutter, margin, marks }: NUp): boolean {
  const edge = edgeOf(margin, marks)
  return sheet.width > 2 * edge + (columns - 1) * gutter && sheet.height > 2 * edge + (rows - 1) * gutter
}

const round = (value: number): number => Math.round(value * 10) / 10

/**
 * Puts drawings on one sheet, row by row. When the sheet is full, the remaining drawings are left out. Layers with the
 * same pen, name and options become one layer, so that the pen is not changed for each card. Each place has the largest
 * width and the largest height of the drawings.
 *
 * @throws PlotdError ERR_PARAMS as `blockOf`
 */
export function nUp(drawings: readonly Drawing[], options: NUp): Drawing {
  const block = blockFor(drawings, options)
  const { card } = block
  const places = drawings.slice(0, block.columns * block.rows).map((drawing, i) => ({
    drawing,
    x: block.x + (i % block.columns) * (card.width + options.gutter),
    y: block.y + Math.floor(i / block.columns) * (card.height + options.gutter),
  }))
  const keys = [...new Set(places.flatMap(({ drawing }) => drawing.layers.map(keyOf)))]
  const out = new StrokeWriter()
  const layers: Layer[] = keys.map((key) => {
    const first = out.strokes
    const copies = places.flatMap((place) =>
      place.drawing.layers.filter((layer) => keyOf(layer) === key).map((layer) => ({ layer, place })),
    )
    for (const { layer, place } of copies) copyLayer(layer, place, out)
    const { name = '', pen = 1, options: own = {}, color } = copies[0]?.layer ?? {}
    return { name, pen, first, count: out.strokes - first, options: own, ...(color === undefined ? {} : { color }) }
  })
  const first = out.strokes
  for (const line of cutMarks(block, options)) out.add(line)
  const pen = layers.findLast(({ count }) => count > 0)?.pen ?? 1
  if (out.strokes > first) layers.push({ name: 'marks', pen, first, count: out.strokes - first, options: {} })
  return { ...out.take(), ...options.sheet, layers }
}

/** The places for drawings of any sizes. @throws PlotdError ERR_PARAMS as `blockOf` */
export const blockFor = (drawings: readonly PageSize[], options: NUp): Block =>
  blockOf(
    {
      width: Math.max(...drawings.map(({ width }) => width)),
      height: Math.max(...drawings.map(({ height }) => height)),
    },
    options,
  )

interface CardPlace {
  readonly drawing: Drawing
  readonly x: number
  readonly y: number
}

function copyLayer({ first, count }: Layer, { drawing, x, y }: CardPlace, out: StrokeWriter): void {
  for (let s = first; s < first + count; s++)
    out.add(stroke(drawing, s).map((value, i) => value + (i % 2 === 0 ? x : y)))
}

const keyOf = ({ pen, name, options }: Layer): string => JSON.stringify([pen, name, options])

/**
 * Marks of the cards; no mark is drawn twice. A gutter that is too narrow for two marks has no marks, so the user cuts
 * along the outer marks.
 */
function cutMarks(block: Block, { sheet, gutter, marks }: NUp): number[][] {
  if (marks === 'none') return []
  const { columns, rows, card, x, y } = block
  const lefts = Array.from({ length: columns }, (_, i) => x + i * (card.width + gutter))
  const tops = Array.from({ length: rows }, (_, i) => y + i * (card.height + gutter))
  const edge = 1
  const room = { x: x - edge, y: y - edge }
  const lines: number[][] = []
  if (marks === 'outer' || gutter === 0) {
    // A mark at both ends of each line to cut.
    for (const edgeX of distinct(lefts.flatMap((left) => [left, left + card.width])))
      lines.push(...mark(edgeX, y, [0, -1], room.y), ...mark(edgeX, sheet.height - y, [0, 1], room.y))
    for (const edgeY of distinct(tops.flatMap((top) => [top, top + card.height])))
      lines.push(...mark(x, edgeY, [-1, 0], room.x), ...mark(sheet.width - x, edgeY, [1, 0], room.x))
    return lines
  }
  for (const [c, left] of lefts.entries()) {
    for (const [r, top] of tops.entries()) {
      lines.push(
        ...cornerMarks(left, top, left + card.width, top + card.height, {
          left: c === 0 ? room.x : gutter / 2,
          right: c === columns - 1 ? room.x : gutter / 2,
          top: r === 0 ? room.y : gutter / 2,
          bottom: r === rows - 1 ? room.y : gutter / 2,
        }),
      )
    }
  }
  return lines
}

const distinct = (values: readonly number[]): number[] =>
  values.filter((value, i) => values.findIndex((other) => Math.abs(other - value) < 1e-6) === i)
