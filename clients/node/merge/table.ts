import { type Info, parse } from 'csv-parse/sync'
import { decodeWith, markedEncoding } from '../../../src/decode-with.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'

/** A row of a table; cells by the names of their columns. */
export interface Row {
  /** The number of the row in a spreadsheet: the names of the columns are row 1. */
  readonly row: number
  readonly cells: Readonly<Record<string, string>>
}

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

/** The limits of a table. A table of a hundred thousand cards with a dozen columns is far below these limits. */
const MAX_BYTES = 64_000_000
const MAX_COLUMNS = 1000
const MAX_CELLS = 10_000_000

const DELIMITERS = [',', ';', '\t'] as const

/**
 * Reads a table as spreadsheets save it, in UTF-8, UTF-16 or Windows-1252. Cells are separated by commas, semicolons,
 * tabs, or the character that a first line `sep=` names. A cell in quotes may contain line breaks. The result leaves
 * out empty rows, but `row` counts them. A column that has cells and no name gets a name with its number, so that it
 * can be reported as unused.
 *
 * @throws PlotdError ERR_CSV naming the row
 */
export function readTable(bytes: Uint8Array | string): Table {
  const unit = typeof bytes === 'string' ? 'characters' : 'bytes'
  if (bytes.length > MAX_BYTES) throw problem(1, `the table has ${bytes.length} ${unit}, at most ${MAX_BYTES} are read`)
  const text = (typeof bytes === 'string' ? bytes : decodeText(bytes)).replace(/^\uFEFF/, '')
  refuseOtherFormats(text)
  const [line = '', separator] = /^sep=(.)\r?\n/i.exec(text) ?? []
  const records = parseTable(text.slice(line.length), separator ?? delimiterOf(text))
  const [first, ...rows] = records
  const names = first?.row === 1 ? first.cells.map((name) => name.trim()) : []
  if (names.every((name) => name === '')) throw problem(1, 'expected the names of the columns')
  const repeated = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
  if (repeated !== undefined) throw problem(1, `two columns are called “${repeated}”`)
  const isEmpty = (i: number): boolean => rows.every(({ cells }) => (cells[i] ?? '').trim() === '')
  const columns = names.map((name, i) => (name !== '' || isEmpty(i) ? name : `${i + 1} (no name)`))
  return { columns, rows: rows.flatMap(({ cells, row }) => rowOf(cells, columns, row) ?? []) }
}

/**
 * The row with these cells, by the names of the columns; undefined when all cells are empty.
 *
 * @throws PlotdError ERR_CSV when the row has too many cells
 */
function rowOf(cells: readonly string[], columns: readonly string[], row: number): Row | undefined {
  if (cells.every((cell) => cell.trim() === '')) return undefined
  const hasSurplus = cells.slice(columns.length).some((cell) => cell.trim() !== '')
  if (hasSurplus) throw problem(row, `it has ${cells.length} cells, but there are ${columns.length} columns`)
  return { row, cells: Object.fromEntries(columns.map((name, i) => [name, cells[i]?.trim() ?? ''])) }
}

interface Cells {
  readonly row: number
  readonly cells: readonly string[]
}

/** The rows of a table. The parser skips empty lines, because rows for these lines would take much longer. */
function parseTable(text: string, delimiter: string): Cells[] {
  const rows: Cells[] = []
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      trim: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { records, empty_lines }) => {
        rows.push({ cells, row: records + empty_lines })
        checkSize(rows)
        return null
      },
    })
    return rows
  } catch (thrown) {
    const { records, empty_lines = 0, code = '' } = thrown as Partial<Info> & { readonly code?: string }
    if (records === undefined) throw toPlotdError(thrown, 'ERR_CSV')
    throw problem(records + empty_lines + 1, QUOTE_MESSAGES[code] ?? toPlotdError(thrown).message, thrown)
  }
}

/**
 * Checks the rows that are read so far, so that a huge table is refused early. Each row counts as if it had as many
 * cells as the first row. A row with fewer cells must not count less, because the parser takes ten times as long for
 * such a row as for a row with all cells.
 *
 * @throws PlotdError ERR_CSV
 */
function checkSize(rows: readonly Cells[]): void {
  const columns = rows[0]?.cells.length ?? 0
  if (columns > MAX_COLUMNS) throw problem(1, `it has ${columns} columns, at most ${MAX_COLUMNS} are read`)
  if ((rows.length - 1) * columns <= MAX_CELLS) return
  throw problem(1, `the table has too many cells, at most ${MAX_CELLS} are read`)
}

/** The messages of mistakes with quotes, by the parser's error code. */
const QUOTE_MESSAGES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that opens a cell of this row is never closed',
  INVALID_OPENING_QUOTE:
    'a cell has a quote within it: expected quotes around the cell, and each quote within it doubled',
  CSV_INVALID_CLOSING_QUOTE:
    'something follows the quote that ends a cell: expected each quote within the cell doubled',
}

/** Refuses workbooks, which are zip files, and files with a zero byte in their first line, which are binary. */
function refuseOtherFormats(text: string): void {
  if (text.startsWith('PK\u0003\u0004')) {
    throw problem(1, 'this is a workbook of a spreadsheet: expected it saved as CSV')
  }
  if (/^[^\r\n]*\0/.test(text)) throw problem(1, 'this is not text: expected a table saved as CSV')
}

/** The delimiter that is most frequent in the line of the column names, outside of quotes. */
function delimiterOf(text: string): string {
  const [names = ''] = text.replace(/"[^"]*"/g, '').split(/\r?\n|\r/, 1)
  const counts = DELIMITERS.map((sign) => names.split(sign).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

/** Decodes a table. Bytes without a byte order mark are UTF-8, or else Windows-1252, which old spreadsheets write. */
function decodeText(bytes: Uint8Array): string {
  const encoding = markedEncoding(bytes)
  if (encoding !== 'utf-8') return new TextDecoder(encoding).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return decodeWith(new TextDecoder('windows-1252'), bytes)
  }
}

const problem = (row: number, message: string, cause?: unknown): PlotdError =>
  new PlotdError('ERR_CSV', `row ${row}: ${message}`, { row }, cause)
