import { z } from 'zod'
import { NOTIFICATIONS } from '../../src/daemon/protocol/events.ts'
import { METHODS } from '../../src/daemon/protocol/index.ts'

interface JsonSchema {
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema

/** The methods and notifications in docs/protocol.md. */
export function protocolTables(): string {
  const methods = Object.entries(METHODS).map(([name, method]) => methodSection(name, method))
  const notifications = Object.entries(NOTIFICATIONS).map(
    ([name, { summary, params }]) => `### ${name}\n\n${summary}\n\n${fields(schemaOf(params, 'output'))}`,
  )
  return ['## Methods', ...methods, '## Notifications', ...notifications].join('\n\n')
}

type Method = (typeof METHODS)[keyof typeof METHODS]

function methodSection(name: string, { role, summary, params, result, errors }: Method): string {
  const input = schemaOf(params, 'input')
  const parts = [
    `### ${name}`,
    summary,
    `Needs the rights of the role **${role}**.`,
    Object.keys(input.properties ?? {}).length > 0 ? fields(input) : 'No parameters.',
    `Answer: ${shape(schemaOf(result, 'output'))}`,
  ]
  if (errors.length > 0) parts.push(`Errors: ${errors.map((code) => `\`${code}\``).join(', ')}`)
  return parts.join('\n\n')
}

function fields({ properties = {}, required = [] }: JsonSchema): string {
  const rows = Object.entries(properties).map(([field, schema]) => {
    const must = required.includes(field) ? 'yes' : ''
    return `| ${field} | ${cell(shape(schema))} | ${must} | ${cell(about(schema))} |`
  })
  return ['| field | type | required | |', '|---|---|---|---|', ...rows].join('\n')
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function about({ description = '', default: usual }: JsonSchema): string {
  return usual === undefined ? description : `${description}${description ? '; ' : ''}default ${JSON.stringify(usual)}`
}

/**
 * A schema in one line: an object in braces, a constant in JSON, all else in words. A type with its own section appears
 * by name.
 */
function shape(schema: JsonSchema): string {
  const { properties, items, type } = schema
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map(shape))].join(' or ')
  if (items) return `list of ${shape(items)}`
  if (properties) return knownTypeName(properties) ?? object(schema)
  return type === undefined ? 'anything' : [type].flat().join(' or ')
}

function knownTypeName(properties: Readonly<Record<string, JsonSchema>>): string | undefined {
  if ('repeated' in properties) return '[submitted job](#submitted-job)'
  if ('dependsOn' in properties && 'status' in properties) return '[job](#job)'
  if ('dependsOn' in properties) return '[new job](#jobsubmit)'
  if ('queuePaused' in properties) return '[plotter](#plotter)'
  return undefined
}

function object({ properties = {}, required = [] }: JsonSchema): string {
  const inner = Object.entries(properties).map(
    ([field, schema]) => `${field}${required.includes(field) ? '' : '?'}: ${shape(schema)}`,
  )
  return `{${inner.join(', ')}}`
}

/** The records `job`, `submitted job` and `plotter` in docs/protocol.md. */
export function recordTables(): string {
  const job = schemaOf(METHODS['job.get'].result, 'output')
  const submitted = schemaOf(METHODS['job.submit'].result.pick({ repeated: true, notes: true }), 'output')
  const plotter = schemaOf(METHODS['plotter.get'].result, 'output')
  return [
    ...['## Records', '### job', fields(job)],
    ...['### submitted job', 'A [job](#job) with two more fields:', fields(submitted)],
    ...['### plotter', fields(plotter)],
  ].join('\n\n')
}
