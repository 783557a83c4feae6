import { duration, length, plural } from './format.ts'
import type { Paint } from './paint.ts'
import { hang, pad } from './text.ts'

/** What a preview tells, a line each. */
export type FigureRow = readonly [name: string, value: string]

/** Names in a column of their own, which long values keep clear of. */
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

/** A single layer is the drawing, of which all is told already. */
export function layerRows(layers: readonly LayerInk[]): FigureRow[] {
  if (layers.length < 2) return []
  return layers.map(({ name, pen, strokes, seconds }) => {
    return ['layer', `${name || `pen ${pen}`}: ${plural(strokes, 'stroke')}, ${duration(seconds)}`]
  })
}

/** @param what  becomes of it */
export const twiceRow = (
  { mm, seconds }: { readonly mm: number; readonly seconds: number },
  what: string,
): FigureRow => ['twice', `${length(mm)} of ink, ${duration(seconds)}${what}`]
