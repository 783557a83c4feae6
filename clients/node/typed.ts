/* Reads JSON Schemas of parameters, and converts texts of a command line or a table to their types. */
import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { lengthMm } from './length.ts'

/** The parts of a JSON Schema that give the type of a field. */
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

/** The variants of a schema; for a schema without variants, the schema itself. */
export const variants = (schema: Schema): readonly Schema[] => schema.oneOf ?? schema.anyOf ?? [schema]

/**
 * The parameters of a task by name. When the schema has several variants, the parameters come from the variants whose
 * constants agree with `values`. When no variant agrees, the parameters come from all variants.
 */
export function fieldsOf(schema: Schema, values: Readonly<Record<string, unknown>> = {}): Map<string, Schema> {
  const agrees = ({ properties = {} }: Schema) =>
    Object.entries(properties).every(([name, { const: only }]) => only === undefined || only === values[name])
  const all = variants(schema)
  const matches = all.filter(agrees)
  const fields = (matches.length > 0 ? matches : all).flatMap(({ properties = {} }) => Object.entries(properties))
  const byName = new Map<string, Schema>()
  for (const [name, field] of fields) if (!byName.has(name)) byName.set(name, field)
  return byName
}

/**
 * Converts texts of a command line or a table to the types of a schema. '7' becomes a number for a number field, and
 * stays a text for a text field. '0.5in' becomes 12.7 for a length, and 'a, b' becomes the items of a list. In a text,
 * a backslash and n become a line break. Unknown fields keep their values, so that the daemon's error names them.
 *
 * @throws PlotdError ERR_PARAMS when the text of a list or an object begins with [ or { and is not JSON
 */
export function convertFields(words: Readonly<Record<string, unknown>>, schema: Schema): Record<string, unknown> {
  const fields = fieldsOf(schema, words)
  return Object.fromEntries(Object.entries(words).map(([name, word]) => [name, convert(word, fields.get(name))]))
}

function convert(word: unknown, field: Schema | undefined): unknown {
  if (typeof word !== 'string') return word
  const types = new Set(kinds(field))
  const number = isLength(field) ? (lengthMm(word) ?? Number(word)) : Number(word)
  if ((types.has('number') || types.has('integer')) && word.trim() !== '' && Number.isFinite(number)) return number
  if (types.has('boolean') && /^(true|false)$/.test(word)) return word === 'true'
  if ((types.has('object') || types.has('array')) && /^\s*[[{]/.test(word)) return parseJson(word, 'a parameter')
  if (types.has('array') && !types.has('string')) return word.split(',').map((item) => item.trim())
  return types.has('string') ? word.replaceAll('\\n', '\n') : word
}

/** Whether a field is a length. The description of a length contains the word mm. */
const isLength = (field: Schema | undefined): boolean => /\bmm\b/.test(field?.description ?? '')

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

/**
 * @param what  the name of the text in the error
 * @throws PlotdError ERR_PARAMS when the text is not JSON
 */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new PlotdError('ERR_PARAMS', `${what}: ${toPlotdError(thrown).message}`, {}, thrown)
  }
}
