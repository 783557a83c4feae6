import { PlotdError } from '../errors.ts'
import { alphabetSheet } from './alphabet/index.ts'
import { envelope } from './envelope/index.ts'
import { nUpTask, tile } from './impose/index.ts'
import { nearest } from './nearest.ts'
import { pattern } from './pattern/index.ts'
import { photo } from './photo/index.ts'
import { postcard } from './postcard/index.ts'
import { placeCard } from './signs/place-card.ts'
import { qr } from './signs/qr.ts'
import { svg } from './svg.ts'
import type { Task, TaskRegistry } from './task.ts'
import { text } from './text/index.ts'
import { letter } from './text/letter.ts'
import { jsonSchemaOf } from './validate.ts'

/**
 * A registry of tasks by their names. A registry can hold tasks of any parameter type, because the schema of a
 * task checks the parameters before the methods of the task get them.
 */
export const registryOf = (...entries: readonly { readonly name: string }[]): TaskRegistry =>
  Object.fromEntries(entries.map((task) => [task.name, task as Task]))

/** The built-in tasks. */
export const tasks: TaskRegistry = registryOf(
  pattern,
  postcard,
  envelope,
  text,
  letter,
  svg,
  photo,
  placeCard,
  qr,
  alphabetSheet,
  nUpTask,
  tile,
)

/**
 * The task with this name.
 *
 * @param unusable  problems of custom modules, one of which may define the task
 * @throws PlotdError ERR_TASK_UNKNOWN with the names of all tasks
 */
export function taskNamed<T = Task>(
  name: string,
  registry: Readonly<Record<string, T>>,
  unusable: readonly string[] = [],
): T {
  const task = Object.hasOwn(registry, name) ? registry[name] : undefined
  if (task) return task
  const names = Object.keys(registry)
  const suggestion = nearest(name, names)
  const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`
  throw new PlotdError(
    'ERR_TASK_UNKNOWN',
    `there is no task ${JSON.stringify(name)}; there are ${names.join(', ')}${hint}${unusableWords(unusable)}`,
    { task: name, tasks: names, ...(unusable.length > 0 && { unusable }) },
  )
}

const unusableWords = (unusable: readonly string[]): string =>
  unusable.length === 0 ? '' : `; these custom tasks could not be loaded: ${unusable.join('; ')}`

/** A task as clients see it. */
export interface TaskInfo {
  readonly name: string
  readonly summary: string
  /** JSON Schema (2020-12) of the parameters. A parameter with a default may be absent. */
  readonly schema: Readonly<Record<string, unknown>>
  /** Usual endings of the files that the parameter `upload` takes. Only the task of an importer has them. */
  readonly extensions?: readonly string[]
}

/** The tasks as clients see them. */
export function taskList(registry: TaskRegistry = tasks): TaskInfo[] {
  return Object.values(registry).map(({ name, summary, schema, importer }) => ({
    name,
    summary,
    ...(importer && { extensions: importer.extensions }),
    schema: jsonSchemaOf(schema),
  }))
}
