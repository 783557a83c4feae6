import { z } from 'zod'
import { PlotdError } from '../errors.ts'
import { nearest } from './nearest.ts'
import { pattern } from './pattern/index.ts'
import { photo } from './photo/index.ts'
import { postcard } from './postcard/index.ts'
import { svg } from './svg.ts'
import type { Task, TaskRegistry } from './task.ts'
import { text } from './text/index.ts'

/** Tasks of every parameter type stand in one registry: what reaches their methods has passed their own schema. */
export const registryOf = (...entries: readonly { readonly name: string }[]): TaskRegistry =>
  Object.fromEntries(entries.map((task) => [task.name, task as Task]))

/** The tasks that plotd brings. */
export const tasks: TaskRegistry = registryOf(pattern, postcard, text, svg, photo)

/**
 * @param unusable  what is wrong with modules that may have brought it
 * @throws PlotdError ERR_TASK_UNKNOWN naming the tasks there are
 */
export function taskNamed<T = Task>(
  name: string,
  registry: Readonly<Record<string, T>>,
  unusable: readonly string[] = [],
): T {
  const task = Object.hasOwn(registry, name) ? registry[name] : undefined
  if (task) return task
  const names = Object.keys(registry)
  const meant = nearest(name, names)
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
  throw new PlotdError(
    'ERR_TASK_UNKNOWN',
    `there is no task ${JSON.stringify(name)}; there are ${names.join(', ')}${hint}${lost(unusable)}`,
    { task: name, tasks: names, ...(unusable.length > 0 && { unusable }) },
  )
}

const lost = (unusable: readonly string[]): string =>
  unusable.length === 0 ? '' : `; of the folder of custom tasks these could not be used: ${unusable.join('; ')}`

/** A task as clients see it. */
export interface TaskInfo {
  readonly name: string
  readonly summary: string
  /** JSON Schema (2020-12) of the parameters as they may be given: what has a default may be left out. */
  readonly schema: Readonly<Record<string, unknown>>
}

export function taskList(registry: TaskRegistry = tasks): TaskInfo[] {
  return Object.values(registry).map(({ name, summary, schema }) => ({
    name,
    summary,
    schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
  }))
}
