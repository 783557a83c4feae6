import { PlotdError } from '../../../src/errors.ts'
import { fieldsOf, type Schema, typed } from '../typed.ts'
import type { Row, Table } from './table.ts'

/** Which column gives which parameter. */
export interface Mapping {
  /** Columns of each parameter; several are set one below the other. */
  readonly columns: ReadonlyMap<string, readonly string[]>
  /** Columns that nothing takes. */
  readonly extra: readonly string[]
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/**
 * A column gives the parameter of its own name ('Greeting font' is greetingFont), or the one that `asked` names.
 *
 * @param asked  column → parameter; a column's own name is then not looked at
 * @throws PlotdError ERR_CSV naming a column or a parameter that is not there, or one that every row must have
 */
export function mapColumns(
  { columns }: Table,
  schema: Schema,
  asked: Readonly<Record<string, string>>,
  common: Readonly<Record<string, unknown>>,
): Mapping {
  const params = [...fieldsOf(schema, common).keys()]
  const named = (wanted: string, among: readonly string[]) => among.find((name) => plain(name) === plain(wanted))
  const wishes = new Map<string, string>()
  for (const [column, param] of Object.entries(asked)) {
    const [from, to] = [named(column, columns), named(param, params)]
    if (from === undefined) throw missing(`there is no column “${column}”`, 'columns', columns)
    if (to === undefined) throw missing(`there is no parameter “${param}”`, 'parameters', params)
    wishes.set(from, to)
  }
  const mapped = new Map<string, string[]>()
  const extra: string[] = []
  for (const column of columns.filter((name) => name !== '')) {
    const param = wishes.get(column) ?? named(column, params)
    if (param === undefined) extra.push(column)
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

/** The parameters of a row's job. An empty cell says nothing: what all have in common stands. */
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
  return typed(words, schema)
}
