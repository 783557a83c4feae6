import { parentPort, workerData } from 'node:worker_threads'
import { toPlotdError } from '../../errors.ts'
import { registryOf, type TaskInfo, taskList, tasksOf } from '../../tasks/index.ts'

/* The thread that loads custom modules and describes their tasks to the main thread. */

/** A module's tasks, or why the module cannot be used. */
export type ModuleReport =
  | { readonly module: string; readonly tasks: readonly TaskInfo[] }
  | { readonly module: string; readonly problem: string }

/** Limit on the description of a module's tasks, in characters of JSON. The main thread keeps this description. */
const MAX_CHARACTERS = 1 << 20

async function report(module: string): Promise<ModuleReport> {
  try {
    const tasks = taskList(registryOf(...(await tasksOf(module))))
    const { length } = JSON.stringify(tasks)
    if (length <= MAX_CHARACTERS) return { module, tasks }
    return {
      module,
      problem: `the description of its tasks has ${length} characters, expected at most ${MAX_CHARACTERS}`,
    }
  } catch (thrown) {
    return { module, problem: toPlotdError(thrown).message.slice(0, 1000) }
  }
}

parentPort?.postMessage('ready')
for (const module of workerData as readonly string[]) parentPort?.postMessage(await report(module))
