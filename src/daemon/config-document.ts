import { z } from 'zod'
import { variableOf } from './config.ts'
import { configSchema } from './config-schema.ts'

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
}

/** The table of all keys in docs/operations.md. */
export function configTable(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Schema
  const defaults = configSchema.parse({ state: 'the folder above' })
  const rows = keys(schema).map(({ key, about }) => {
    const usual = key.split('.').reduce<unknown>((value, step) => (value as Record<string, unknown>)?.[step], defaults)
    return `| ${key} | ${usual === undefined ? '' : JSON.stringify(usual)} | ${variableOf(key)} | ${about} |`
  })
  return ['| key | default | variable | |', '|---|---|---|---|', ...rows].join('\n')
}

function keys({ properties = {} }: Schema, prefix = ''): { key: string; about: string }[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    schema.properties ? keys(schema, `${prefix}${name}.`) : [{ key: prefix + name, about: schema.description ?? '' }],
  )
}
