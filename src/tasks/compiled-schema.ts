import { z } from 'zod'
import type { TaskRegistry } from './task.ts'

const compiled = new WeakMap<z.ZodType, z.ZodType>()

/**
 * The compiled form of a schema. Both give the same values and errors. The compiled form checks a valid `job.submit`
 * several times as fast as the schema. A schema with checks of its own gains less. Compiling takes milliseconds, so the
 * daemon compiles at its start. A thread that checks one job does not compile.
 */
export function compiledSchema(schema: z.ZodType): z.ZodType {
  const known = compiled.get(schema)
  if (known) return known
  const fresh = z.compile(schema)
  compiled.set(schema, fresh)
  return fresh
}

/** The tasks with compiled schemas, for a process that checks the parameters of many jobs. */
export const withCompiledSchemas = (registry: TaskRegistry): TaskRegistry =>
  Object.fromEntries(
    Object.entries(registry).map(([name, task]) => [name, { ...task, schema: compiledSchema(task.schema) }]),
  )
