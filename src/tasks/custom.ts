import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { toPlotdError } from '../errors.ts'
import { drawingOf, strokesOf } from '../geometry/drawing.ts'
import { layoutText, loadFont } from '../hershey/index.ts'
import { defineImporter, type Importer } from '../import/index.ts'
import { inTime } from '../in-time.ts'
import { drawingToSvg, SvgBuilder } from '../svg/index.ts'
import { randomFrom } from './draw/random.ts'
import { safeName } from './names.ts'
import { drawPattern } from './pattern/index.ts'
import { tasks as builtIn } from './registry.ts'
import { importTask } from './svg.ts'
import { type DrawnSvg, defineTask, type Task, type TaskRegistry } from './task.ts'

/** A module or a folder that cannot be used. */
export interface TaskProblem {
  readonly file: string
  readonly message: string
}

/** The tasks of a folder, and its modules that cannot be used. */
export interface CustomTasks {
  /** The built-in and the custom tasks. */
  readonly tasks: TaskRegistry
  /** Names of the custom tasks. */
  readonly names: readonly string[]
  readonly problems: readonly TaskProblem[]
}

/**
 * plotd passes these tools to a custom module's function, because the module may be in a folder without packages:
 * `export default ({ z, defineTask, SvgBuilder }) => defineTask({ … })`.
 */
export const toolbox = {
  z,
  defineTask,
  defineImporter,
  SvgBuilder,
  layoutText,
  loadFont,
  drawingToSvg,
  drawingOf,
  strokesOf,
  drawPattern,
  randomFrom,
} as const

/** Time limit on loading a module, ms. On a busy machine a correct module may need seconds. */
const LOAD_LIMIT_MS = 30_000

/**
 * Loads the tasks of a folder. Each `.js` or `.mjs` file exports tasks made with `defineTask`, or importers made with
 * `defineImporter`. The default export of a file may be a function that makes a task or an importer from the toolbox.
 * An importer becomes a task with the name of the importer. A module becomes a problem in the result when it fails to
 * load, exports no task and no importer, exports an invalid task or importer, or uses the name of another task. An
 * unreadable folder is a problem, too. The modules load in this thread, so an endless loop in a module blocks the
 * thread.
 */
export async function loadCustomTasks(folder: string): Promise<CustomTasks> {
  const problems: TaskProblem[] = []
  const loaded: Record<string, Task> = {}
  for (const file of await modulesIn(folder, problems)) {
    try {
      for (const task of await tasksOf(join(folder, file))) {
        if (Object.hasOwn(builtIn, task.name)) throw new TypeError(`the name ${task.name} belongs to a task of plotd`)
        if (Object.hasOwn(loaded, task.name))
          throw new TypeError(`the name ${task.name} is taken by another custom task`)
        loaded[task.name] = task
      }
    } catch (thrown) {
      problems.push({ file, message: toPlotdError(thrown).message })
    }
  }
  return { tasks: { ...builtIn, ...loaded }, names: Object.keys(loaded), problems }
}

async function modulesIn(folder: string, problems: TaskProblem[]): Promise<string[]> {
  try {
    return await taskModules(folder)
  } catch (thrown) {
    problems.push({ file: folder, message: `the folder cannot be read: ${toPlotdError(thrown).message}` })
    return []
  }
}

/** Sorted file names of the modules, without tests and names that begin with `.` or `_`. @throws errors of `readdir` */
export async function taskModules(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => /^[^._].*(?<!\.test)\.m?js$/.test(name)).sort()
}

/**
 * Loads one module.
 *
 * @throws the module's own error; Error after the time limit
 * @throws TypeError when the module exports no task, or an invalid task
 * @throws the error of zod when a schema has no JSON Schema
 */
export async function tasksOf(path: string): Promise<Task[]> {
  return (await exportsOf(path)).map(asTask)
}

async function exportsOf(path: string): Promise<unknown[]> {
  const late = () => new Error(`still loading after ${LOAD_LIMIT_MS / 1000} s`)
  const values = await inTime(importExports(path), LOAD_LIMIT_MS, late)
  if (values.length > 0) return values
  throw new TypeError('it exports no task: expected one made with defineTask, or an importer')
}

async function importExports(path: string): Promise<unknown[]> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  const values = await Promise.all(Object.entries(module).flatMap(([name, value]) => candidates(name, value)))
  return [...new Set(values)]
}

/**
 * The values of an export that may be tasks or importers. A function as the default export is called to make the value.
 * A named export counts only if it looks like a task or an importer.
 */
function candidates(name: string, value: unknown): unknown[] {
  if (name === 'default')
    return [typeof value === 'function' ? (value as (tools: typeof toolbox) => unknown)(toolbox) : value]
  const isCandidate =
    typeof value === 'object' && value !== null && (('render' in value && 'schema' in value) || isImporter(value))
  return isCandidate ? [value] : []
}

const isImporter = (value: unknown): value is Importer =>
  typeof value === 'object' && value !== null && 'sniff' in value && 'read' in value

/**
 * Checks an exported value.
 *
 * @throws TypeError that names the wrong part; the error of zod when the schema has no JSON Schema
 */
function asTask(value: unknown): Task {
  if (isImporter(value)) return asTask(importTask(validImporter(value)))
  const candidate = (value ?? {}) as Partial<Task>
  const { name, schema, summary } = candidate
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,59}$/.test(name)) {
    throw new TypeError(
      `name is ${JSON.stringify(name)}, expected 1 … 60 lower-case letters, digits and dashes, a letter first`,
    )
  }
  if (typeof candidate.render !== 'function')
    throw new TypeError(`${name}: expected a function render(params, context)`)
  if (typeof schema?.safeParse !== 'function') throw new TypeError(`${name}: expected a zod schema`)
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) // throws when the schema has no JSON Schema
  const { render, check, texts, fonts, importer } = candidate
  return {
    name,
    schema,
    summary: typeof summary === 'string' ? summary : `the custom task ${name}`,
    title: (params) => candidate.title?.(params) ?? name,
    outputName: (params) =>
      candidate.outputName?.(params) ?? `${name}/${safeName(`${name}_${parameterText(params)}`)}.svg`,
    ...(importer && { importer }),
    ...(fonts && { fonts: (params: unknown) => fonts.call(candidate, params) }),
    ...(texts && { texts: (params: unknown) => texts.call(candidate, params) }),
    ...(check && { check: (params: unknown) => check.call(candidate, params) }),
    // The drawing that a custom task returns is dropped. plotd reads the drawing from the SVG, so that both agree.
    render: async (params, context) => svgOf(await render.call(candidate, params, context)),
  }
}

/** Checks a custom importer. @throws TypeError that names the missing function */
function validImporter(importer: Importer): Importer {
  const { name, title, extensions } = importer
  for (const method of ['sniff', 'read'] as const)
    if (typeof importer[method] !== 'function') throw new TypeError(`${name}: expected a function ${method}`)
  const sniff = importer.sniff.bind(importer)
  return {
    name,
    title: typeof title === 'string' ? title : `a file of the importer ${name}`,
    extensions: Array.isArray(extensions) ? extensions.map(String) : [],
    // A `sniff` that throws has not recognized the file.
    sniff: (bytes, file) => {
      try {
        return sniff(bytes, file) === true
      } catch {
        return false
      }
    },
    ...(importer.pages && { pages: importer.pages.bind(importer) }),
    read: importer.read.bind(importer),
  }
}

const svgOf = (result: unknown): string => ((result as Partial<DrawnSvg> | undefined)?.svg ?? result) as string

/** The first four parameters that are texts or numbers, for the name of a file. */
const parameterText = (params: unknown): string =>
  Object.values(params ?? {})
    .filter((value) => ['string', 'number'].includes(typeof value))
    .slice(0, 4)
    .map((value) => String(value).slice(0, 24))
    .join('_')
