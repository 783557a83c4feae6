import { z } from 'zod'
import { PlotdError } from '../errors.ts'
import { valuesIn } from '../values.ts'
import { nearest } from './nearest.ts'
import type { Task } from './task.ts'

/** A fault of one parameter. */
export interface ParamIssue {
  /** Path of the field: 'width', 'address.0'; '' for the parameters as a whole. */
  readonly field: string
  readonly value: unknown
  /** A clause for users, without the field: 'expected at most 200', 'there is no such parameter'. */
  readonly expected: string
  /** A similar valid value; for an unknown parameter, a similar name of a parameter. */
  readonly suggestion?: string
}

/** Maximum number of faults in one error. */
export const MAX_ISSUES = 20
/**
 * Zod stops at the first fault of an input with more values than this. The record of one fault takes as much memory as
 * dozens of values.
 */
const LARGE = 500
const FIRST_FAULT: z.core.ParseContextInternal<z.core.$ZodIssue> = { abortEarly: true }
/** Maximum number of characters of a value in an error. */
const VALUE_SHOWN = 60
/** Maximum number of characters of a key in an error. */
const KEY_SHOWN = 64
/** Maximum number of characters of an explanation in an error. */
const EXPECTED_SHOWN = 500

/**
 * Checks parameters and adds defaults. The size of the error and the time to create it do not grow with the number of
 * faults.
 *
 * @param shift  a long list is checked in slices: the index at which the slice in `params` begins
 * @throws PlotdError ERR_PARAMS with at most 20 faulty fields, each with its value and the expected form
 */
export function validate<P>(task: Pick<Task<P>, 'name' | 'schema'>, params: unknown, shift = 0): P {
  const result = task.schema.safeParse(params ?? {}, valuesIn(params, LARGE) > LARGE ? FIRST_FAULT : undefined)
  if (result.success) return result.data
  const issues = faults(result.error.issues, task, params, shift)
  const more = issues.length === MAX_ISSUES ? '; there may be more' : ''
  const message = `${task.name}: ${issues.map(sentence).join('; ')}${more}`
  throw new PlotdError('ERR_PARAMS', message, { task: task.name, issues })
}

/**
 * The refusal of a value by a rule that is not in the schema of its task.
 *
 * @param expected  the clause after the word 'expected', such as 'at most 200'
 * @param task      the name of the task, with which the message begins; absent when another text names it
 */
export function paramError(field: string, value: unknown, expected: string, task?: string): PlotdError {
  const issue = { field, value, expected: `expected ${expected}` }
  if (task === undefined) return new PlotdError('ERR_PARAMS', sentence(issue), { issues: [issue] })
  return new PlotdError('ERR_PARAMS', `${task}: ${sentence(issue)}`, { task, issues: [issue] })
}

function sentence({ field, value, expected, suggestion }: ParamIssue): string {
  const [name, verb] = field === '' ? ['the parameters', 'are'] : [field, 'is']
  const given = value === undefined ? `${name}: ` : `${name} ${verb} ${JSON.stringify(value)}, `
  const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`
  return `${given}${expected}${hint}`
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

/** The value as an error shows it: long text is cut, and a description replaces a list or object of many values. */
function shorten(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, VALUE_SHOWN)
  if (typeof value !== 'object' || value === null) return value
  if (valuesIn(value, 20) > 20) return Array.isArray(value) ? `a list of ${value.length}` : 'an object of many values'
  const text = JSON.stringify(value)
  return text.length > VALUE_SHOWN ? cut(text, VALUE_SHOWN) : value
}

function faults(
  issues: readonly z.core.$ZodIssue[],
  task: Pick<Task, 'schema'>,
  params: unknown,
  shift: number,
): ParamIssue[] {
  const problems: ParamIssue[] = []
  for (const issue of issues) {
    for (const { value, expected, ...rest } of explain(issue, task, params, shift)) {
      if (problems.length === MAX_ISSUES) return problems
      problems.push({ ...rest, value: shorten(value), expected: cut(expected, EXPECTED_SHOWN) })
    }
  }
  return problems
}

const fieldAt = (path: readonly PropertyKey[], shift: number): string =>
  path.map((step, i) => cut(String(i === 1 && typeof step === 'number' ? step + shift : step), KEY_SHOWN)).join('.')

function explain(issue: z.core.$ZodIssue, task: Pick<Task, 'schema'>, params: unknown, shift: number): ParamIssue[] {
  const field = fieldAt(issue.path, shift)
  const value = valueAt(params, issue.path)
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(task.schema, params, issue.path)
      const keys = issue.keys.slice(0, MAX_ISSUES)
      return keys.map((key) => unknownKey(fieldAt([...issue.path, key], shift), key, known))
    }
    case 'invalid_value':
      return [oneOf(field, value, issue.values.map(String))]
    case 'invalid_union': {
      const values = issue.discriminator === undefined ? [] : discriminatorValues(task.schema, issue.discriminator)
      if (values.length > 0) return [oneOf(field, value, values)]
      // A schema may have a message of its own.
      const own = issue.message === 'Invalid input' ? 'expected one of the permitted forms' : issue.message
      return [{ field, value, expected: own }]
    }
    case 'invalid_type':
      return [
        {
          field,
          value,
          expected:
            value === undefined
              ? `expected ${article(issue.expected)}, which must be given`
              : `expected ${article(issue.expected)}`,
        },
      ]
    case 'too_big':
      return [{ field, value, expected: `expected at most ${issue.maximum}${unit(issue.origin, issue.maximum)}` }]
    case 'too_small':
      return [{ field, value, expected: `expected at least ${issue.minimum}${unit(issue.origin, issue.minimum)}` }]
    default:
      return [{ field, value, expected: issue.message }]
  }
}

const TYPES: Readonly<Record<string, string>> = { int: 'a whole number', boolean: 'true or false', array: 'a list' }
const article = (type: string) => TYPES[type] ?? `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
const unit = (origin: string, value: number | bigint) => {
  const one = Number(value) === 1
  if (origin === 'string') return one ? ' character' : ' characters'
  return origin === 'array' ? (one ? ' entry' : ' entries') : ''
}

function unknownKey(field: string, key: string, known: readonly string[]): ParamIssue {
  const near = nearest(key, known)
  const list = known.length > 0 ? `; the parameters are ${known.join(', ')}` : ''
  const issue = { field, value: undefined, expected: `there is no such parameter${near === undefined ? list : ''}` }
  return near === undefined ? issue : { ...issue, suggestion: near }
}

function oneOf(field: string, value: unknown, values: readonly string[]): ParamIssue {
  const near = typeof value === 'string' && value.length <= KEY_SHOWN ? nearest(value, values) : undefined
  const issue = { field, value, expected: `expected one of ${values.join(', ')}` }
  return near === undefined ? issue : { ...issue, suggestion: near }
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema & { const?: unknown }>>
  readonly items?: JsonSchema
  readonly oneOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
}

const jsonSchemas = new WeakMap<z.ZodType, Readonly<Record<string, unknown>>>()

/** The JSON Schema of a schema. Cached, because its creation takes milliseconds and a client may send many faults. */
export function jsonSchemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const known = jsonSchemas.get(schema)
  if (known) return known
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>
  jsonSchemas.set(schema, json)
  return json
}

const variants = (schema: JsonSchema): readonly JsonSchema[] => schema.oneOf ?? schema.anyOf ?? [schema]

function discriminatorValues(schema: z.ZodType, key: string): string[] {
  return variants(jsonSchemaOf(schema)).flatMap(({ properties }) => {
    const value = properties?.[key]?.const
    return typeof value === 'string' ? [value] : []
  })
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, step) => (inner as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[step],
    value,
  )

/** The valid keys at `path`. Of several variants of an object, the variant with the given constants counts. */
function knownKeys(schema: z.ZodType, params: unknown, path: readonly PropertyKey[]): string[] {
  let current = variantFor(jsonSchemaOf(schema), params)
  let value = params
  for (const step of path) {
    value = valueAt(value, [step])
    const below = typeof step === 'number' ? current?.items : current?.properties?.[String(step)]
    current = below && variantFor(below, value)
  }
  return Object.keys(current?.properties ?? {})
}

function variantFor(schema: JsonSchema, value: unknown): JsonSchema | undefined {
  return variants(schema).find(({ properties }) =>
    Object.entries(properties ?? {}).every(
      ([key, property]) => property.const === undefined || property.const === (value as Record<string, unknown>)?.[key],
    ),
  )
}
