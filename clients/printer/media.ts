import type { WirePlotter } from '../../src/daemon/protocol/index.ts'
import { type Attributes, collection, integer, keyword, membersOf, numberOf, range, type Value } from './ipp/values.ts'

/** A sheet of paper, portrait. */
export interface Sheet {
  /** The name by PWG 5101.1, such as iso_a4_210x297mm. */
  readonly name: string
  /** Width in portrait, mm. */
  readonly width: number
  readonly height: number
}

const sheet = (name: string, width: number, height: number): Sheet => ({ name, width, height })

/** The sheets that people put under a pen: papers, cards and envelopes. */
const SHEETS: readonly Sheet[] = [
  sheet('iso_a4_210x297mm', 210, 297),
  sheet('na_letter_8.5x11in', 215.9, 279.4),
  sheet('iso_a6_105x148mm', 105, 148),
  sheet('iso_a5_148x210mm', 148, 210),
  sheet('iso_a3_297x420mm', 297, 420),
  sheet('iso_a2_420x594mm', 420, 594),
  sheet('iso_a1_594x841mm', 594, 841),
  sheet('iso_b5_176x250mm', 176, 250),
  sheet('iso_dl_110x220mm', 110, 220),
  sheet('iso_c6_114x162mm', 114, 162),
  sheet('jpn_hagaki_100x148mm', 100, 148),
  sheet('na_index-4x6_4x6in', 101.6, 152.4),
  sheet('na_5x7_5x7in', 127, 177.8),
  sheet('na_executive_7.25x10.5in', 184.15, 266.7),
  sheet('na_number-10_4.125x9.5in', 104.775, 241.3),
  sheet('na_legal_8.5x14in', 215.9, 355.6),
  sheet('na_ledger_11x17in', 279.4, 431.8),
]
/** The least side of a custom sheet, mm; less if the largest sheet is narrower. */
const LEAST = 50

/** The area that a plotter reaches, mm. */
export interface Reach {
  readonly width: number
  readonly height: number
}

/** Length by which a sheet may exceed the reach, mm: real sheets differ from their nominal sizes. */
const TOLERANCE = 1

/** Whether a machine reaches a sheet, portrait or landscape. Sizes in mm. */
export const isWithin = (width: number, height: number, reach: Reach): boolean =>
  (width <= reach.width + TOLERANCE && height <= reach.height + TOLERANCE) ||
  (height <= reach.width + TOLERANCE && width <= reach.height + TOLERANCE)

export const reachOf = ({ widthMm, heightMm }: WirePlotter): Reach => ({ width: widthMm, height: heightMm })

/**
 * The sheets of `SHEETS` that at least one machine reaches, in the order of `SHEETS`. If no machine reaches any of
 * these sheets: one sheet of the largest reach.
 */
export function sheetsFor(reaches: readonly Reach[]): readonly Sheet[] {
  const within = SHEETS.filter(({ width, height }) => reaches.some((reach) => isWithin(width, height, reach)))
  if (within.length > 0) return within
  const { width, height } = largest(reaches)
  return [sheet(customName('custom_plotter', width, height), width, height)]
}

/** The largest custom sheet, portrait, in whole mm; A4 when there is no machine. */
export function largest(reaches: readonly Reach[]): { readonly width: number; readonly height: number } {
  const [first = { width: 210, height: 297 }] = [...reaches].sort((a, b) => b.width * b.height - a.width * a.height)
  return {
    width: Math.floor(Math.min(first.width, first.height)),
    height: Math.floor(Math.max(first.width, first.height)),
  }
}

const customName = (name: string, width: number, height: number): string => `${name}_${width}x${height}mm`

/** The names for `media-supported`: the sheets of `sheetsFor`, and the least and the largest custom sheet. */
export function mediaNames(reaches: readonly Reach[]): string[] {
  const { width, height } = largest(reaches)
  const least = Math.min(LEAST, width)
  return [
    ...sheetsFor(reaches).map(({ name }) => name),
    customName('custom_min', least, least),
    customName('custom_max', width, height),
  ]
}

/**
 * The default sheet: the preferred one when a machine reaches it, else the first of `sheetsFor`.
 *
 * @param preferred  the name of a sheet, or the middle of a name: 'a4', 'letter'
 */
export function defaultSheet(reaches: readonly Reach[], preferred: string): Sheet {
  const sheets = sheetsFor(reaches)
  const preferredSheet = sheets.find(({ name }) => name === preferred || name.split('_')[1] === preferred.toLowerCase())
  return preferredSheet ?? sheets[0] ?? sheet('iso_a4_210x297mm', 210, 297)
}

/** A length in hundredths of a millimetre, the unit of IPP. */
const hundredths = (mm: number): Value => integer(100 * mm)

export const mediaSize = ({ width, height }: Pick<Sheet, 'width' | 'height'>): Value =>
  collection({ 'x-dimension': hundredths(width), 'y-dimension': hundredths(height) })

/** The `media-col` of a size. Its source is always manual, because no plotter has trays to choose from. */
const colOf = (size: Value): Value =>
  collection({
    'media-size': size,
    ...MARGINS,
    'media-source': keyword('manual'),
    'media-type': keyword('stationery'),
  })

export const mediaCol = (sheet: Pick<Sheet, 'width' | 'height'>): Value => colOf(mediaSize(sheet))

/**
 * The margin of each sheet: a hundredth of a millimetre, although a pen reaches the edge. If the margins were 0, CUPS
 * would call the sheets borderless, and would not find the default sheet.
 */
export const MARGIN = integer(1)

const MARGINS = {
  'media-bottom-margin': MARGIN,
  'media-left-margin': MARGIN,
  'media-right-margin': MARGIN,
  'media-top-margin': MARGIN,
}

export function customSize(reaches: readonly Reach[]): Value {
  const { width, height } = largest(reaches)
  const least = Math.min(LEAST, width)
  return collection({
    'x-dimension': range(100 * least, 100 * width),
    'y-dimension': range(100 * least, 100 * height),
  })
}

export const customCol = (reaches: readonly Reach[]): Value => colOf(customSize(reaches))

/** The size in a PWG name of a sheet, mm; undefined for a name without a size. */
export function sizeOfName(media: string): { readonly width: number; readonly height: number } | undefined {
  const [, width, height, unit] = /_(\d{1,6}(?:\.\d{1,4})?)x(\d{1,6}(?:\.\d{1,4})?)(mm|in)$/.exec(media) ?? []
  if (width === undefined || height === undefined) return undefined
  const mm = (side: string): number => Math.round(1000 * Number(side) * (unit === 'in' ? 25.4 : 1)) / 1000
  return { width: mm(width), height: mm(height) }
}

/** The size in a `media-col`, mm. */
export function sizeOfCol(values: readonly Value[] | undefined): Pick<Sheet, 'width' | 'height'> | undefined {
  const size: Attributes | undefined = membersOf(membersOf(values)?.get('media-size'))
  const x = numberOf(size?.get('x-dimension'))
  const y = numberOf(size?.get('y-dimension'))
  return x !== undefined && y !== undefined && x > 0 && y > 0 ? { width: x / 100, height: y / 100 } : undefined
}
