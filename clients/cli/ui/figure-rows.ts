import { duration, length, plural } from './format.ts'

/** What a preview tells, a line each. */
export type FigureRow = readonly [name: string, value: string]

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
