import { z } from 'zod'
import { PlotdError } from '../errors.ts'
import { nearest } from './nearest.ts'
import type { Task } from './task.ts'

/** What is wrong with one parameter. */
export interface ParamIssue {
  /** Path to the field: 'width', 'address.0'; '' for the parameters as a whole. */
  readonly field: string
  readonly value: unknown
  readonly expected: string
  /** What the person may have meant. */
  readonly suggestion?: string
}

/**
 * Parameters checked and completed with defaults.
 *
 * @throws PlotdError ERR_PARAMS naming every field that is wrong, its value and what was expected
 */
export function validate<P>(task: Pick<Task<P>, 'name' | 'schema'>, params: unknown): P {
  const result = task.schema.safeParse(params ?? {})
  if (result.success) return result.data
  const issues = result.error.issues.flatMap((issue) => explain(issue, task, params))
  const message = `${task.name}: ${issues.map(sentence).join('; ')}`
  throw new PlotdError('ERR_PARAMS', message, { task: task.name, issues })
}

const sentence = ({ field, value, expected, suggestion }: ParamIssue) =>
  `${field || 'the parameters'}${value === undefined ? '' : ` is ${shown(value)}`}${value === undefined ? ': ' : ', '}` +
  `${expected}${suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`}`

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function explain(issue: z.core.$ZodIssue, task: Pick<Task, 'schema'>, params: unknown): ParamIssue[] {
  const field = issue.path.map(String).join('.')
  const value = valueAt(params, issue.path)
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(task.schema, params, issue.path)
      return issue.keys.map((key) => unknownKey([...issue.path, key].join('.'), key, known))
    }
    case 'invalid_value':
      return [oneOf(field, value, issue.values.map(String))]
    case 'invalid_union': {
      const values = issue.discriminator === undefined ? [] : discriminatorValues(task.schema, issue.discriminator)
      if (values.length > 0) return [oneOf(field, value, values)]
      // a schema may say it in its own words
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
const unit = (origin: string, of: number | bigint) => {
  const one = Number(of) === 1
  if (origin === 'string') return one ? ' character' : ' characters'
  return origin === 'array' ? (one ? ' entry' : ' entries') : ''
}

function unknownKey(field: string, key: string, known: readonly string[]): ParamIssue {
  const meant = nearest(key, known)
  const list = known.length > 0 ? `; there are ${known.join(', ')}` : ''
  const issue = { field, value: undefined, expected: `there is no such parameter${meant === undefined ? list : ''}` }
  return meant === undefined ? issue : { ...issue, suggestion: meant }
}

function oneOf(field: string, value: unknown, values: readonly string[]): ParamIssue {
  const meant = typeof value === 'string' ? nearest(value, values) : undefined
  const issue = { field, value, expected: `expected one of ${values.join(', ')}` }
  return meant === undefined ? issue : { ...issue, suggestion: meant }
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema & { const?: unknown }>>
  readonly items?: JsonSchema
  readonly oneOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
}

const jsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema

const variants = (schema: JsonSchema): readonly JsonSchema[] => schema.oneOf ?? schema.anyOf ?? [schema]

function discriminatorValues(schema: z.ZodType, key: string): string[] {
  return variants(jsonSchema(schema)).flatMap(({ properties }) => {
    const value = properties?.[key]?.const
    return typeof value === 'string' ? [value] : []
  })
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, step) => (inner as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[step],
    value,
  )

/** The keys that may stand at `path`: those of the variant whose constants agree with what was given. */
function knownKeys(schema: z.ZodType, params: unknown, path: readonly PropertyKey[]): string[] {
  let [here, value] = [pick(jsonSchema(schema), params), params]
  for (const step of path) {
    value = valueAt(value, [step])
    const below = typeof step === 'number' ? here?.items : here?.properties?.[String(step)]
    here = below && pick(below, value)
  }
  return Object.keys(here?.properties ?? {})
}

function pick(schema: JsonSchema, value: unknown): JsonSchema | undefined {
  return variants(schema).find(({ properties }) =>
    Object.entries(properties ?? {}).every(
      ([key, property]) => property.const === undefined || property.const === (value as Record<string, unknown>)?.[key],
    ),
  )
}
