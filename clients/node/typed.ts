import { PlotdError, toPlotdError } from '../../src/errors.ts'

/** As much of a JSON Schema as words are read by. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
}

const variants = (schema: Schema): readonly Schema[] => schema.oneOf ?? schema.anyOf ?? [schema]

/** The parameters of a task by name; of several shapes, those of the shape that agrees with `given`, or of all. */
export function fieldsOf(schema: Schema, given: Readonly<Record<string, unknown>> = {}): Map<string, Schema> {
  const agrees = ({ properties = {} }: Schema) =>
    Object.entries(properties).every(([name, { const: only }]) => only === undefined || only === given[name])
  const fit = variants(schema).filter(agrees)
  const fields = (fit.length > 0 ? fit : variants(schema)).flatMap(({ properties = {} }) => Object.entries(properties))
  const first = new Map<string, Schema>()
  for (const [name, field] of fields) if (!first.has(name)) first.set(name, field)
  return first
}

/**
 * Words from a command line or a table as the schema wants them: '7' is a number where a number is wanted and a text
 * where a text is. What the schema does not know stays as it is, for the daemon to name.
 */
export function typed(words: Readonly<Record<string, unknown>>, schema: Schema): Record<string, unknown> {
  const fields = fieldsOf(schema, words)
  return Object.fromEntries(Object.entries(words).map(([name, word]) => [name, convert(word, fields.get(name))]))
}

function convert(word: unknown, field: Schema | undefined): unknown {
  if (typeof word !== 'string') return word
  const types = new Set(kinds(field))
  const number = Number(word)
  if ((types.has('number') || types.has('integer')) && word.trim() !== '' && Number.isFinite(number)) return number
  if (types.has('boolean') && /^(true|false)$/.test(word)) return word === 'true'
  if ((types.has('object') || types.has('array')) && /^\s*[[{]/.test(word)) return parseJson(word, 'a parameter')
  if (types.has('array') && !types.has('string')) return word.split(',').map((item) => item.trim())
  return types.has('string') ? word.replaceAll('\\n', '\n') : word
}

function kinds(field: Schema | undefined): string[] {
  if (!field) return []
  const own = [field.type ?? []].flat()
  const values = [field.const, ...(field.enum ?? [])].filter((value) => value !== undefined)
  return [
    ...own,
    ...values.map((value) => typeof value),
    ...[...(field.anyOf ?? []), ...(field.oneOf ?? [])].flatMap(kinds),
  ]
}

/** @throws PlotdError ERR_PARAMS naming what it is that is no JSON */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new PlotdError('ERR_PARAMS', `${what}: ${toPlotdError(thrown).message}`, {}, thrown)
  }
}
