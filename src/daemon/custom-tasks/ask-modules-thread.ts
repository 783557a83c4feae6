import { parentPort, workerData } from 'node:worker_threads'
import { toPlotdError } from '../../errors.ts'
import { registryOf, type TaskInfo, taskList, tasksOf } from '../../tasks/index.ts'

/** What is told of a module: its tasks, or why it cannot be used. */
export type ModuleAnswer =
  | { readonly module: string; readonly tasks: readonly TaskInfo[] }
  | { readonly module: string; readonly why: string }

/** A description that would fill the listening thread's memory is not told. */
const MOST_CHARACTERS = 1 << 20

async function describe(module: string): Promise<ModuleAnswer> {
  try {
    const tasks = taskList(registryOf(...(await tasksOf(module))))
    const { length } = JSON.stringify(tasks)
    if (length <= MOST_CHARACTERS) return { module, tasks }
    return { module, why: `its schema has ${length} characters, expected at most ${MOST_CHARACTERS}` }
  } catch (thrown) {
    return { module, why: toPlotdError(thrown).message.slice(0, 1000) }
  }
}

parentPort?.postMessage('ready')
for (const module of workerData as readonly string[]) parentPort?.postMessage(await describe(module))
