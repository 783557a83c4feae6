import { clip, pad, width } from './text.ts'

export interface Column<Row> {
  readonly title: string
  text(row: Row): string
  /** Applied after the text was fitted, so that escapes are never cut. */
  paint?(text: string, row: Row): string
  readonly align?: 'left' | 'right'
  /** Columns that may shrink, to this many cells before others are left out; the rest keep their width. */
  readonly shrinkTo?: number
  /** Left out first when the terminal is too narrow: the higher, the sooner. */
  readonly expendable?: number
}

const GAP = '  '
const FEW = 8

/** Rows in columns that fit `cells`: shrinking what may shrink, then leaving out what is least needed. */
export function columns<Row>(rows: readonly Row[], wanted: readonly Column<Row>[], cells: number): string[] {
  const texts = new Map(wanted.map((column) => [column, rows.map((row) => column.text(row))]))
  const natural = (column: Column<Row>): number =>
    Math.max(width(column.title), ...(texts.get(column) ?? []).map((text) => width(text)))
  const least = (column: Column<Row>): number => Math.min(natural(column), column.shrinkTo ?? Number.POSITIVE_INFINITY)

  const kept = fewest(wanted, least, cells)
  const spare = cells - total(kept.map(least))
  const widths = spare < 0 ? squeezed(kept, least, -spare) : grow(kept, least, natural, spare)
  const head = kept.map((column, i) => pad(clip(column.title, widths[i] ?? 0), widths[i] ?? 0, column.align))
  const body = rows.map((row, r) =>
    kept.map((column, i) => {
      const text = pad(clip(texts.get(column)?.[r] ?? '', widths[i] ?? 0), widths[i] ?? 0, column.align)
      return column.paint ? column.paint(text, row) : text
    }),
  )
  return [head, ...body].map((line) => line.join(GAP).trimEnd())
}

function fewest<Row>(wanted: readonly Column<Row>[], least: (column: Column<Row>) => number, cells: number) {
  let kept = wanted
  while (total(kept.map(least)) > cells) {
    const first = [...kept].sort((a, b) => (b.expendable ?? 0) - (a.expendable ?? 0))[0]
    if (first?.expendable === undefined) break
    kept = kept.filter((column) => column !== first)
  }
  return kept
}

/** Nothing more may be left out: what may shrink gives up what is too much, to a few letters. */
function squeezed<Row>(kept: readonly Column<Row>[], least: (column: Column<Row>) => number, over: number): number[] {
  let left = over
  return kept.map((column) => {
    const less = column.shrinkTo === undefined ? 0 : Math.min(left, Math.max(0, least(column) - FEW))
    left -= less
    return least(column) - less
  })
}

/** What is spare goes to the columns that were shrunk, first come first served. */
function grow<Row>(
  kept: readonly Column<Row>[],
  least: (column: Column<Row>) => number,
  natural: (column: Column<Row>) => number,
  spare: number,
): number[] {
  let left = Math.max(0, spare)
  return kept.map((column) => {
    const more = Math.min(left, natural(column) - least(column))
    left -= more
    return least(column) + more
  })
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, cells) => sum + cells, 0) + GAP.length * Math.max(0, widths.length - 1)
