import type { Options } from 'yargs'
import { fieldsOf, kebab, type Schema } from '../args/params.ts'
import { limits } from '../commands/task.ts'

/**
 * A task's parameters as flags, for the help: from the tasks that plotd brings, so that help needs no daemon.
 * Of a task with several shapes (patterns), those of the shape that `word` names, or those that all have.
 *
 * @param own  flags and words of the verb itself, which say it their own way
 */
export async function taskFlags(task: string, word: string | undefined, own: readonly string[]) {
  const { taskList } = await import('../../../src/index.ts')
  const schema = taskList().find(({ name }) => name === task)?.schema as Schema | undefined
  if (!schema) return {}
  const fields = word === undefined ? sharedFields(schema) : fieldsOf(schema, { [task]: word })
  const flags = [...fields]
    .filter(([name, { const: only }]) => only === undefined && !own.includes(name))
    .map(([name, field]): [string, Options] => [kebab(name), { group: 'The drawing:', describe: says(field) }])
  return Object.fromEntries(flags)
}

function sharedFields(schema: Schema): Map<string, Schema> {
  const shapes = schema.oneOf ?? schema.anyOf ?? [schema]
  const all = fieldsOf(schema)
  return new Map([...all].filter(([name]) => shapes.every(({ properties = {} }) => Object.hasOwn(properties, name))))
}

const says = (field: Schema): string => [field.description, `(${limits(field)})`].filter(Boolean).join(' ')
