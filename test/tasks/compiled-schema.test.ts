import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { METHODS } from '../../src/daemon/protocol/index.ts'
import { compiledSchema, taskList, tasks, withCompiledSchemas } from '../../src/tasks/index.ts'
import { runs } from '../support/fuzz.ts'

interface JsonSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly maxLength?: number
  readonly minItems?: number
}

const anything = fc.jsonValue({ maxDepth: 1 })

/** Values that a schema often accepts. */
function mostlyValid(schema: JsonSchema): fc.Arbitrary<unknown> {
  const {
    type,
    properties,
    required = [],
    items,
    minimum,
    maximum,
    minLength = 0,
    maxLength = 20,
    minItems = 0,
  } = schema
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(mostlyValid))
  if (properties) return fc.record(mapValues(properties, mostlyValid), { requiredKeys: [...required] })
  if (items) return fc.array(mostlyValid(items), { minLength: minItems, maxLength: minItems + 2 })
  const range = { min: Math.max(minimum ?? 1, -1e9), max: Math.min(maximum ?? 1000, 1e9) }
  if (type === 'integer') return fc.integer({ min: Math.ceil(range.min), max: Math.floor(range.max) })
  if (type === 'number') return fc.double({ ...range, noNaN: true })
  if (type === 'boolean') return fc.boolean()
  const refusedStart = /^\^\(\?!(.+)\)$/.exec(schema.pattern ?? '')?.[1]
  if (refusedStart !== undefined)
    return fc.constantFrom('card 7', refusedStart, `${refusedStart}7`, `a ${refusedStart}`)
  if (schema.pattern !== undefined) {
    const fixed = schema.minLength !== undefined && schema.minLength === maxLength ? `{${maxLength}}$` : '+$'
    return fc.stringMatching(new RegExp(schema.pattern.replace(/\+\$$/, fixed)))
  }
  if (type === 'string') {
    return fc.oneof(
      fc.constant('rowmans'),
      fc.string({ minLength, maxLength: Math.min(20, maxLength), unit: 'grapheme' }),
    )
  }
  return anything
}

/** A request that is often valid, one with a replaced or added field, or any JSON value. */
function request(schema: JsonSchema): fc.Arbitrary<unknown> {
  const good = mostlyValid(schema)
  const key = fc.constantFrom('other', '__proto__', 'toString', ...Object.keys(schema.properties ?? {}))
  const bad = fc
    .tuple(good, key, fc.oneof(anything, fc.constant(undefined)))
    .map(([value, name, other]) =>
      Object.defineProperty({ ...(value as object) }, name, { value: other, enumerable: true }),
    )
  return fc.oneof({ weight: 4, arbitrary: good }, { weight: 2, arbitrary: bad }, anything)
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}

const schemas: (readonly [string, z.ZodType])[] = [
  ...Object.entries(METHODS).map(([name, { params }]) => [name, params] as const),
  ...Object.entries(tasks).map(([name, { schema }]) => [`the task ${name}`, schema] as const),
]

/** The value as text, with the order of its fields and the values that JSON would omit. */
const asText = (value: unknown) =>
  JSON.stringify(value, (_, each: unknown) => (each === undefined ? '(nothing)' : each))

describe.each(schemas)('the compiled schema of %s', (_, schema) => {
  it('gives the same values and errors as the schema', () => {
    const compiled = compiledSchema(schema)
    const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
    let [right, wrong] = [0, 0]
    fc.assert(
      fc.property(request(json), (value) => {
        const [expected, given] = [schema.safeParse(value), compiled.safeParse(value)]
        expect(given.success).toBe(expected.success)
        if (expected.success) right++
        else wrong++
        expect(asText(given.data)).toBe(asText(expected.data))
        expect(given.error?.issues).toEqual(expected.error?.issues)
      }),
      runs(150, 60),
    )
    expect(Math.min(right, wrong)).toBeGreaterThan(0)
  })
})

it.each(['job.submit', 'job.submitAll'] as const)('the schema of the method %s can be compiled', (method) => {
  expect(() => z.compile(METHODS[method].params, { strict: true })).not.toThrow()
})

it.each(['postcard', 'text', 'pattern', 'photo'])('the schema of the task %s can be compiled', (name) => {
  expect(() => z.compile(tasks[name]?.schema ?? z.never(), { strict: true })).not.toThrow()
})

it('a compiled schema describes the parameters of a task as the original schema does', () => {
  expect(taskList(withCompiledSchemas(tasks))).toEqual(taskList(tasks))
})
