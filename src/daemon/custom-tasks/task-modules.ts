import { basename } from 'node:path'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { type Task, type TaskInfo, type TaskRegistry, taskList, taskNamed, tasks, tasksOf } from '../../tasks/index.ts'

/** A custom task as the daemon's own thread knows it: by what a thread told of its module. */
export interface ModuleTask extends TaskInfo {
  /** The module's file. */
  readonly module: string
}

export type OfferedTask = Task | ModuleTask

/** What may be asked for by name. No code of a custom task is run where this is used. */
export interface Offered {
  readonly tasks: Readonly<Record<string, OfferedTask>>
  /** Of each module that cannot be used, and may have brought what somebody asks for, why. */
  readonly unusable: readonly string[]
}

/** @throws PlotdError ERR_TASK_UNKNOWN */
export const offeredTask = (name: string, { tasks, unusable }: Offered): OfferedTask => taskNamed(name, tasks, unusable)

export const moduleOf = ({ tasks }: Offered, name: string): string | undefined => {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined
  return task && 'module' in task ? task.module : undefined
}

/** All that is offered, as clients see it. */
export const offeredList = ({ tasks }: Offered): TaskInfo[] =>
  Object.values(tasks).flatMap((task) =>
    'module' in task
      ? { name: task.name, summary: task.summary, schema: task.schema }
      : taskList({ [task.name]: task }),
  )

/**
 * The built-in tasks and those of some modules. Only on threads that may be ended: whatever stands in the modules is run.
 *
 * @throws PlotdError ERR_TASK_MODULE when one does not load (any more)
 */
export async function tasksWith(modules: readonly string[]): Promise<TaskRegistry> {
  const found: Record<string, Task> = {}
  for (const module of modules) {
    try {
      for (const task of await tasksOf(module)) found[task.name] ??= task
    } catch (thrown) {
      throw moduleError(module, toPlotdError(thrown).message, thrown)
    }
  }
  return { ...found, ...tasks }
}

export const moduleError = (module: string, why: string, cause?: unknown): PlotdError =>
  new PlotdError('ERR_TASK_MODULE', `${basename(module)}: ${why}`, { file: basename(module) }, cause)
