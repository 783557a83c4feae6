import { PlotdError } from '../../../src/errors.ts'
import { convertFields, fieldsOf, type Schema } from '../typed.ts'
import type { Row, Table } from './table.ts'

/** The columns that give each parameter. */
export interface Mapping {
  /** The columns of each parameter. The cells of several columns become the lines of one parameter. */
  readonly columns: ReadonlyMap<string, readonly string[]>
  /** Columns that no parameter uses. */
  readonly extra: readonly string[]
}

/** A name in the form that is compared: without case, spaces, underscores and hyphens. */
const normalize = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/**
 * Maps columns to parameters. A column gives the parameter of its own name ('Greeting font' is greetingFont), or the
 * parameter that `chosen` names.
 *
 * @param chosen  column → parameter, or '' for none, in place of the match by name
 * @param common  parameters of all rows
 * @param otherSchema  schema of another task that uses the same table. Columns chosen for that task's parameters are
 *   unused here.
 * @throws PlotdError ERR_CSV naming an unknown column or parameter, or a required parameter without a column and
 *   without a common value
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
  const match = (name: string, among: readonly string[]) => among.find((each) => normalize(each) === normalize(name))
  const chosenByColumn = new Map<string, string>()
  for (const [heading, name] of Object.entries(chosen)) {
    const column = match(heading, columns)
    if (column === undefined) throw unknownName(`there is no column “${heading}”`, 'columns', columns)
    const param = match(name, params)
    const isUnused = name === '' || (param === undefined && match(name, otherNames) !== undefined)
    if (param === undefined && !isUnused) throw unknownName(`there is no parameter “${name}”`, 'parameters', params)
    chosenByColumn.set(column, isUnused ? '' : (param ?? ''))
  }
  const byParam = new Map<string, string[]>()
  const extra: string[] = []
  for (const column of columns.filter((name) => name !== '')) {
    const param = chosenByColumn.get(column) ?? match(column, params)
    if (param === undefined || param === '') extra.push(column)
    else byParam.set(param, [...(byParam.get(param) ?? []), column])
  }
  const missing = (schema.required ?? []).find((param) => !byParam.has(param) && common[param] === undefined)
  if (missing === undefined) return { columns: byParam, extra }
  throw unknownName(
    `no column is called “${missing}”, but every row needs this value. Rename a column, or map one: COLUMN=${missing}`,
    'columns',
    columns,
  )
}

function unknownName(what: string, kind: string, names: readonly string[]): PlotdError {
  return new PlotdError('ERR_CSV', `${what}; the ${kind} are ${names.filter((name) => name !== '').join(', ')}`, {})
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
