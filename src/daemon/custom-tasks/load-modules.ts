import { basename, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { tasks as builtIn, type TaskInfo, taskModules } from '../../tasks/index.ts'
import { importingThread, threadScript } from '../../threads.ts'
import type { ModuleReport } from './load-modules-thread.ts'

/** A custom task as the main thread knows it. */
export interface CustomTask extends TaskInfo {
  /** The module's file, absolute. */
  readonly module: string
}

export interface LoadedModules {
  readonly custom: readonly CustomTask[]
  /** One ERR_TASK_MODULE for each module or task that cannot be used, and for an unreadable folder. */
  readonly problems: readonly PlotdError[]
}

/** The thread's message before it loads the first module. */
const READY = 'ready'

/** Time limit for loading one module, ms. It is long, because a busy machine loads even a correct module slowly. */
const LOAD_MS = 30_000

/**
 * Describes the tasks of a folder's modules. Threads load the modules and end afterwards. A module that hangs, throws,
 * exits or needs too much memory becomes a problem in the result. The other modules are used. A folder that cannot be
 * read becomes a problem, too.
 *
 * @param folder  undefined when there are no custom tasks
 * @param memoryMb  limit on the thread's JavaScript heap
 * @param loadMs  time for one module, ms
 */
export async function loadModules(
  folder: string | undefined,
  memoryMb: number,
  loadMs: number = LOAD_MS,
): Promise<LoadedModules> {
  if (folder === undefined) return { custom: [], problems: [] }
  try {
    const modules = (await taskModules(folder)).map((file) => resolve(join(folder, file)))
    return withoutDuplicates(await reportsOf(modules, memoryMb, loadMs))
  } catch (thrown) {
    const why = `the folder cannot be read: ${toPlotdError(thrown).message}`
    return { custom: [], problems: [moduleError(folder, why, thrown)] }
  }
}

export const moduleError = (module: string, why: string, cause?: unknown): PlotdError =>
  new PlotdError('ERR_TASK_MODULE', `${basename(module)}: ${why}`, { file: basename(module) }, cause)

/** Leaves out a task whose name belongs to a task of plotd, or to an earlier custom task. */
function withoutDuplicates(reports: readonly ModuleReport[]): LoadedModules {
  const custom = new Map<string, CustomTask>()
  const problems: PlotdError[] = []
  for (const report of reports) {
    const { module } = report
    if ('problem' in report) {
      problems.push(moduleError(module, report.problem))
      continue
    }
    for (const task of report.tasks) {
      const { name } = task
      if (Object.hasOwn(builtIn, name)) {
        problems.push(moduleError(module, `the name ${name} belongs to a task of plotd`))
      } else if (custom.has(name)) {
        problems.push(moduleError(module, `the name ${name} is taken by another custom task`))
      } else custom.set(name, { ...task, module })
    }
  }
  return { custom: [...custom.values()], problems }
}

/**
 * One thread loads module after module. When a thread ends early while it loads its first module, that module is the
 * cause. When the thread ends during a later module, an earlier module may be the cause. So a new thread begins with
 * that later module.
 */
async function reportsOf(modules: readonly string[], memoryMb: number, loadMs: number): Promise<ModuleReport[]> {
  const reports: ModuleReport[] = []
  while (reports.length < modules.length) {
    const remaining = modules.slice(reports.length)
    const { complete, ending } = await runThread(remaining, memoryMb, loadMs)
    reports.push(...complete)
    const [first] = remaining
    if (complete.length === 0 && first !== undefined) reports.push({ module: first, problem: ending })
  }
  return reports
}

/** Whether a message is the thread's report on a module. The code of a module can post messages, too. */
const isReport = (message: unknown, module: string | undefined): message is ModuleReport => {
  const fields = (message ?? {}) as Readonly<Record<string, unknown>>
  return fields['module'] === module && (Array.isArray(fields['tasks']) || typeof fields['problem'] === 'string')
}

interface ThreadRun {
  readonly complete: readonly ModuleReport[]
  /** Why the thread sent no further report. */
  readonly ending: string
}

function runThread(modules: readonly string[], memoryMb: number, loadMs: number): Promise<ThreadRun> {
  const thread = new Worker(threadScript('src/daemon/custom-tasks/load-modules-thread'), {
    ...importingThread,
    workerData: modules,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  })
  const complete: ModuleReport[] = []
  let ending: string | undefined
  const end = (why: string): void => {
    ending ??= why
    void thread.terminate()
  }
  let timer = setTimeout(end, loadMs, `its thread has not started after ${loadMs / 1000} s`)
  thread.on('message', (message: unknown) => {
    if (isReport(message, modules[complete.length])) complete.push(message)
    else if (message !== READY) return
    clearTimeout(timer)
    if (complete.length >= modules.length) end('done')
    else timer = setTimeout(end, loadMs, `still loading after ${loadMs / 1000} s`)
  })
  // A module can throw any value, null too.
  thread.on('error', (thrown: unknown) => {
    const isTooLarge = (thrown as NodeJS.ErrnoException | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ending ??= isTooLarge ? `it needs more than ${memoryMb} MB to load` : toPlotdError(thrown).message
  })
  return new Promise((resolve) => {
    thread.on('exit', (status) => {
      clearTimeout(timer)
      resolve({ complete, ending: ending ?? `it ends its thread (exit ${status})` })
    })
  })
}
