import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type PlotdError, toPlotdError } from '../errors.ts'
import { tasks as builtIn, taskModules } from '../tasks/index.ts'
import { importingThread, threadScript } from '../threads.ts'
import type { ModuleAnswer } from './ask-modules-thread.ts'
import { type ModuleTask, moduleError } from './task-modules.ts'

export interface CustomOffer {
  readonly custom: readonly ModuleTask[]
  /** ERR_TASK_MODULE for each module that cannot be used. */
  readonly problems: readonly PlotdError[]
}

/** Said by the thread when it begins with the first module. */
const READY = 'ready'

/** A module that is still loading after this is given up, ms. */
const PATIENCE = 10_000

/**
 * The tasks of a folder's modules, which are loaded on threads that are ended afterwards: one that hangs, throws, exits
 * or eats memory is reported, and the others are there. So is a folder that cannot be read. No folder, no tasks.
 *
 * @param memoryMb  limit on the thread's JavaScript heap
 */
export async function askModules(
  folder: string | undefined,
  memoryMb: number,
  patienceMs: number = PATIENCE,
): Promise<CustomOffer> {
  if (folder === undefined) return { custom: [], problems: [] }
  try {
    const modules = (await taskModules(folder)).map((file) => resolve(join(folder, file)))
    return offer(await askAll(modules, memoryMb, patienceMs))
  } catch (thrown) {
    const why = `the folder cannot be read: ${toPlotdError(thrown).message}`
    return { custom: [], problems: [moduleError(folder, why, thrown)] }
  }
}

/** Where two want one name the first file has it. */
function offer(answers: readonly ModuleAnswer[]): CustomOffer {
  const custom = new Map<string, ModuleTask>()
  const problems: PlotdError[] = []
  for (const answer of answers) {
    const { module } = answer
    if ('why' in answer) problems.push(moduleError(module, answer.why))
    else {
      for (const task of answer.tasks) {
        const owner = Object.hasOwn(builtIn, task.name) ? 'belongs to a task of plotd' : 'is taken by another module'
        const taken = Object.hasOwn(builtIn, task.name) || custom.has(task.name)
        if (taken) problems.push(moduleError(module, `the name ${task.name} ${owner}`))
        else custom.set(task.name, { ...task, module })
      }
    }
  }
  return { custom: [...custom.values()], problems }
}

/**
 * One thread asks module after module. Where it stops, the module is to blame if it was the thread's first; otherwise
 * an earlier one may have done it from behind, and the module gets a thread to begin with.
 */
async function askAll(modules: readonly string[], memoryMb: number, patienceMs: number): Promise<ModuleAnswer[]> {
  const answers: ModuleAnswer[] = []
  while (answers.length < modules.length) {
    const left = modules.slice(answers.length)
    const { told, why } = await askOnThread(left, memoryMb, patienceMs)
    answers.push(...told)
    const [first] = left
    if (told.length === 0 && first !== undefined) answers.push({ module: first, why })
  }
  return answers
}

/** A module may post messages of its own. */
const isAnswer = (message: unknown, module: string | undefined): message is ModuleAnswer => {
  const given = (message ?? {}) as Readonly<Record<string, unknown>>
  return given['module'] === module && (Array.isArray(given['tasks']) || typeof given['why'] === 'string')
}

interface Asked {
  readonly told: readonly ModuleAnswer[]
  /** Why there are no more. */
  readonly why: string
}

function askOnThread(modules: readonly string[], memoryMb: number, patienceMs: number): Promise<Asked> {
  const thread = new Worker(threadScript('./ask-modules-thread', import.meta.url), {
    ...importingThread,
    workerData: modules,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  })
  const told: ModuleAnswer[] = []
  let why: string | undefined
  let timer: NodeJS.Timeout | undefined
  const end = (reason: string): void => {
    why ??= reason
    void thread.terminate()
  }
  thread.on('message', (message: unknown) => {
    if (isAnswer(message, modules[told.length])) told.push(message)
    else if (message !== READY) return
    clearTimeout(timer)
    if (told.length >= modules.length) end('done')
    else timer = setTimeout(end, patienceMs, `still loading after ${patienceMs / 1000} s`)
  })
  thread.on('error', ({ message, code }: NodeJS.ErrnoException) => {
    why ??= code === 'ERR_WORKER_OUT_OF_MEMORY' ? `it needs more than ${memoryMb} MB to load` : message
  })
  return new Promise((done) => {
    thread.on('exit', (status) => {
      clearTimeout(timer)
      done({ told, why: why ?? `it ends its thread (exit ${status})` })
    })
  })
}
