import { duration, length, plural } from './format.ts'
import type { Paint } from './paint.ts'
import { hang, pad } from './text.ts'

/** A figure of a preview: its name and value. */
export type FigureRow = readonly [name: string, value: string]

/** Figures as lines, with the names in a column. */
export const figureLines = (rows: readonly FigureRow[], paint: Paint, cells: number): string[] =>
  rows.flatMap(([name, value]) => hang(`${paint.dim(pad(name, 9))} ${value}`, cells, 10))

interface Ink {
  readonly lifts: number
  readonly penDownMm: number
  readonly travelMm: number
}

export const inkRows = (strokes: number, { lifts, penDownMm, travelMm }: Ink): FigureRow[] => [
  ['strokes', `${plural(strokes, 'stroke')}, ${plural(lifts, 'lift')}`],
  ['down', length(penDownMm)],
  ['up', length(travelMm)],
]

interface LayerInk {
  readonly name: string
  readonly pen: number
  readonly strokes: number
  readonly seconds: number
}

/** A row for each layer. A single layer gets no row, because its figures are those of the drawing. */
export function layerRows(layers: readonly LayerInk[]): FigureRow[] {
  if (layers.length < 2) return []
  return layers.map(({ name, pen, strokes, seconds }) => {
    return ['layer', `${name || `pen ${pen}`}: ${plural(strokes, 'stroke')}, ${duration(seconds)}`]
  })
}

const NO_BOUND = 'none: a layer has more than 20,000 strokes, or --keep-order, --reverse or several --passes are given'

/** The row for the time that another order could save. */
export function boundRow(bound: { readonly gap: number; readonly isOptimal: boolean } | undefined): FigureRow {
  if (bound === undefined) return ['bound', NO_BOUND]
  if (bound.isOptimal) return ['bound', 'no order of these strokes saves 1 ms, proven']
  return ['bound', `no order of these strokes saves more than ${percentAtMost(bound.gap)} %, proven`]
}

/**
 * A share as percent, with two significant digits, but at most three decimals. The share is rounded up, because the
 * text may not claim more than is proven.
 */
function percentAtMost(share: number): string {
  const percent = 100 * share
  const decimals = Math.min(3, Math.max(0, 1 - Math.floor(Math.log10(percent))))
  return (Math.ceil(percent * 10 ** decimals) / 10 ** decimals).toFixed(decimals)
}

/** The row for repeats. @param note  the end of the row, such as ', drawn once only'; may be empty */
export const twiceRow = (
  { mm, seconds }: { readonly mm: number; readonly seconds: number },
  note: string,
): FigureRow => ['twice', `${length(mm)} of ink, ${duration(seconds)}${note}`]
