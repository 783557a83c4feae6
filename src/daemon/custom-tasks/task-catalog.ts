import type { Logger } from 'pino'
import { toPlotdError } from '../../errors.ts'
import {
  type Task,
  type TaskInfo,
  type TaskRegistry,
  taskList,
  taskNamed,
  tasks,
  tasksOf,
  withCompiledSchemas,
} from '../../tasks/index.ts'
import type { Config } from '../config/schema.ts'
import { type CustomTask, loadModules, moduleError } from './load-modules.ts'

/** A built-in task with its code, or a custom task by its description. */
export type CatalogTask = Task | CustomTask

/** The tasks that clients may name. */
export interface TaskCatalog {
  readonly tasks: Readonly<Record<string, CatalogTask>>
  /** Why modules or tasks cannot be used, one text for each. The error for an unknown task lists these texts. */
  readonly unusable: readonly string[]
}

/**
 * Loads the catalog of the built-in and the custom tasks. Logs the custom tasks, and the modules that cannot be used.
 */
export async function loadCatalog({ tasks: folder, render }: Config, log: Logger): Promise<TaskCatalog> {
  const { custom, problems } = await loadModules(folder, render.memoryMb)
  if (custom.length > 0) log.info({ tasks: custom.map(({ name }) => name) }, 'custom tasks')
  for (const { code, message, detail } of problems) log.warn({ code, ...detail }, `custom task: ${message}`)
  return {
    tasks: { ...withCompiledSchemas(tasks), ...Object.fromEntries(custom.map((task) => [task.name, task])) },
    unusable: problems.map(({ message }) => message),
  }
}

/** @throws PlotdError ERR_TASK_UNKNOWN */
export const taskFrom = ({ tasks, unusable }: TaskCatalog, name: string): CatalogTask =>
  taskNamed(name, tasks, unusable)

/** The file of a custom task's module; undefined for a built-in or unknown task. */
export const moduleOf = ({ tasks }: TaskCatalog, name: string): string | undefined => {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined
  return task && 'module' in task ? task.module : undefined
}

/** Files of the modules that define importers. */
export const importerModules = ({ tasks }: TaskCatalog): string[] => {
  const modules = Object.values(tasks).flatMap((task) => ('module' in task && task.extensions ? task.module : []))
  return [...new Set(modules)]
}

/** The whole catalog as clients see it. */
export const catalogList = ({ tasks }: TaskCatalog): TaskInfo[] =>
  Object.values(tasks).flatMap((task) =>
    'module' in task
      ? {
          name: task.name,
          summary: task.summary,
          schema: task.schema,
          ...(task.extensions && { extensions: task.extensions }),
        }
      : taskList({ [task.name]: task }),
  )

/**
 * The built-in tasks and the tasks of `modules`, with their code. Call this function only in threads that the daemon
 * can end, because the function runs the modules.
 *
 * @param modules  absolute paths
 * @throws PlotdError ERR_TASK_MODULE when a module does not load
 */
export async function tasksWith(modules: readonly string[]): Promise<TaskRegistry> {
  const loaded: Record<string, Task> = {}
  for (const module of modules) {
    try {
      for (const task of await tasksOf(module)) loaded[task.name] ??= task
    } catch (thrown) {
      throw moduleError(module, toPlotdError(thrown).message, thrown)
    }
  }
  return { ...loaded, ...tasks }
}
