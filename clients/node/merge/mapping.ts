import { PlotdError } from '../../../src/errors.ts'
import { convertFields, fieldsOf, type Schema } from '../typed.ts'
import type { Row, Table } from './table.ts'

/** The columns that give each parameter. */
export interface Mapping {
  /** The columns of each parameter; several become its lines. */
  readonly columns: ReadonlyMap<string, readonly string[]>
  /** Columns that no parameter uses. */
  readonly extra: readonly string[]
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/**
 * A column gives the parameter of its own name ('Greeting font' is greetingFont), or the parameter that `chosen` names.
 *
 * @param chosen  column → parameter, or '' for none; the name of such a column does not count
 * @param otherSchema  schema of another task that the same table feeds; a column chosen for a parameter of that one is not used here
 * @throws PlotdError ERR_CSV naming a column or a parameter that is not there, or one that every row must have
 */
export function mapColumns(
  { columns }: Table,
  schema: Schema,
  chosen: Readonly<Record<string, string>>,
  common: Readonly<Record<string, unknown>>,
  otherSchema: Schema = {},
): Mapping {
  const params = [...fieldsOf(schema, common).keys()]
  const otherNames = [...fieldsOf(otherSchema, {}).keys()]
  const named = (heading: string, among: readonly string[]) => among.find((name) => plain(name) === plain(heading))
  const byColumn = new Map<string, string>()
  for (const [column, param] of Object.entries(chosen)) {
    const elsewhere = named(param, params) === undefined && named(param, otherNames) !== undefined
    const [from, to] = [named(column, columns), param === '' || elsewhere ? '' : named(param, params)]
    if (from === undefined) throw missing(`there is no column “${column}”`, 'columns', columns)
    if (to === undefined) throw missing(`there is no parameter “${param}”`, 'parameters', params)
    byColumn.set(from, to)
  }
  const mapped = new Map<string, string[]>()
  const extra: string[] = []
  for (const column of columns.filter((name) => name !== '')) {
    const param = byColumn.get(column) ?? named(column, params)
    if (param === undefined || param === '') extra.push(column)
    else mapped.set(param, [...(mapped.get(param) ?? []), column])
  }
  const lacking = (schema.required ?? []).find((param) => !mapped.has(param) && common[param] === undefined)
  if (lacking === undefined) return { columns: mapped, extra }
  throw missing(
    `no column is called “${lacking}”, which every row must have (or map one: COLUMN=${lacking})`,
    'columns',
    columns,
  )
}

function missing(what: string, kind: string, there: readonly string[]): PlotdError {
  return new PlotdError('ERR_CSV', `${what}; the ${kind} are ${there.filter((name) => name !== '').join(', ')}`, {})
}

/** The parameters of a row's job. An empty cell leaves the common value. */
export function paramsOf(
  { cells }: Row,
  { columns }: Mapping,
  schema: Schema,
  common: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const words: Record<string, unknown> = { ...common }
  for (const [param, names] of columns) {
    const lines = names.map((name) => cells[name] ?? '').filter((cell) => cell !== '')
    if (lines.length > 0) words[param] = lines.join('\n')
  }
  return convertFields(words, schema)
}
