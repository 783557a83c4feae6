import { z } from 'zod'
import { configSchema } from './schema.ts'

export interface ConfigKey {
  /** Dotted: 'render.memoryMb'. */
  readonly key: string
  readonly about: string
}

interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
}

/** Every key there is, those included that are not set unless somebody sets them. */
export function configKeys(): readonly ConfigKey[] {
  return keys(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Schema)
}

function keys({ properties = {} }: Schema, prefix = ''): ConfigKey[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    schema.properties ? keys(schema, `${prefix}${name}.`) : [{ key: prefix + name, about: schema.description ?? '' }],
  )
}
