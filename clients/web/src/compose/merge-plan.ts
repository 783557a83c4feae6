import { duration, plural } from '../shared/format.ts'

/** Most cards whose time is computed; the page assumes their average for the others. */
const SAMPLES = 5

/** The rows to preview: the first, the last, and some at equal distances between them. */
export function sampleRows(rows: readonly number[]): number[] {
  const count = Math.min(SAMPLES, rows.length)
  const places = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (rows.length - 1)) / (count - 1)),
  )
  return places.map((place) => rows[place] ?? 0)
}

/** '194 cards, about 12 h 40 min of drawing'. @param seconds  of the cards whose time is known */
export function totalWords(cards: number, seconds: readonly number[], sheets: number): string {
  const words = plural(cards, 'card')
  if (seconds.length === 0) return words
  const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length
  const about = cards > seconds.length ? 'about ' : ''
  return `${words}, ${about}${duration(mean * cards * sheets)} of drawing`
}

/** '4 rows', '5 rows, from row 3' */
export const rowsWords = (rows: readonly number[]): string =>
  rows.length > 4 ? `${plural(rows.length, 'row')}, from row ${rows[0]}` : `row ${rows.join(', ')}`

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/** Names of columns that often give the two parameters that matter most. */
const USUAL: Readonly<Record<string, string>> = { name: 'recipient', to: 'recipient', text: 'message' }

/**
 * A first mapping from columns to parameters. A column maps to the parameter of its name. A column with a usual name maps to
 * its usual parameter, unless another column has that name. All other columns map to ''.
 */
export function firstMap(columns: readonly string[], params: readonly string[]): Record<string, string> {
  const own = (column: string) => params.find((param) => plain(param) === plain(column))
  const usedNames = new Set(columns.flatMap((column) => own(column) ?? []))
  const pairs = columns
    .filter((column) => column !== '')
    .map((column) => {
      const usual = USUAL[plain(column)]
      if (own(column) !== undefined || usual === undefined || usedNames.has(usual)) return [column, own(column) ?? '']
      usedNames.add(usual)
      return [column, usual]
    })
  return Object.fromEntries(pairs)
}
