import { stripVTControlCharacters } from 'node:util'
import { clip, pad, width } from './text.ts'

export interface Column<Row> {
  readonly title: string
  text(row: Row): string
  /** Colours the text after it was cut to its column, so that no escape is cut. */
  paint?(text: string, row: Row): string
  readonly align?: 'left' | 'right'
  /** The column may shrink to this many cells before other columns are left out. */
  readonly shrinkTo?: number
  /** The column with the highest number is left out first when the terminal is too narrow. */
  readonly expendable?: number
}

const GAP = '  '
const FEWEST_CELLS = 8

/** A table at most `cells` wide, if the columns allow it. Columns first shrink, then the least needed are left out. */
export function columns<Row>(rows: readonly Row[], all: readonly Column<Row>[], cells: number): string[] {
  const texts = new Map(all.map((column) => [column, rows.map((row) => oneLine(column.text(row)))]))
  const natural = (column: Column<Row>): number =>
    (texts.get(column) ?? []).reduce((most, text) => Math.max(most, width(text)), width(column.title))
  const least = (column: Column<Row>): number => Math.min(natural(column), column.shrinkTo ?? Number.POSITIVE_INFINITY)

  const visible = withoutExpendable(all, least, cells)
  const spare = cells - total(visible.map(least))
  const widths = spare < 0 ? squeeze(visible, least, -spare) : grow(visible, least, natural, spare)
  const head = visible.map((column, i) => pad(clip(column.title, widths[i] ?? 0), widths[i] ?? 0, column.align))
  const body = rows.map((row, r) =>
    visible.map((column, i) => {
      const text = pad(clip(texts.get(column)?.[r] ?? '', widths[i] ?? 0), widths[i] ?? 0, column.align)
      return column.paint ? column.paint(text, row) : text
    }),
  )
  return [head, ...body].map((line) => line.join(GAP).trimEnd())
}

/** A title may have line breaks and colours. They would spoil the table. */
export const oneLine = (text: string): string => stripVTControlCharacters(text).replace(/\s/g, ' ')

function withoutExpendable<Row>(all: readonly Column<Row>[], least: (column: Column<Row>) => number, cells: number) {
  let columns = all
  while (total(columns.map(least)) > cells) {
    const first = [...columns].sort((a, b) => (b.expendable ?? 0) - (a.expendable ?? 0))[0]
    if (first?.expendable === undefined) break
    columns = columns.filter((column) => column !== first)
  }
  return columns
}

/** Shrinks columns below `shrinkTo`, when no further column may be left out. */
function squeeze<Row>(
  visible: readonly Column<Row>[],
  least: (column: Column<Row>) => number,
  excess: number,
): number[] {
  let remaining = excess
  return visible.map((column) => {
    const less = column.shrinkTo === undefined ? 0 : Math.min(remaining, Math.max(0, least(column) - FEWEST_CELLS))
    remaining -= less
    return least(column) - less
  })
}

/** Gives spare cells back to shrunk columns, from left to right. */
function grow<Row>(
  visible: readonly Column<Row>[],
  least: (column: Column<Row>) => number,
  natural: (column: Column<Row>) => number,
  spare: number,
): number[] {
  let remaining = Math.max(0, spare)
  return visible.map((column) => {
    const more = Math.min(remaining, natural(column) - least(column))
    remaining -= more
    return least(column) + more
  })
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, cells) => sum + cells, 0) + GAP.length * Math.max(0, widths.length - 1)
