import { basename, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type PlotdError, toPlotdError } from '../../errors.ts'
import { tasks as builtIn, taskModules } from '../../tasks/index.ts'
import { importingThread, threadScript } from '../../threads.ts'
import type { ModuleAnswer } from './ask-modules-thread.ts'
import { type ModuleTask, moduleError } from './task-modules.ts'

export interface CustomOffer {
  readonly custom: readonly ModuleTask[]
  /** ERR_TASK_MODULE for each module that cannot be used. */
  readonly problems: readonly PlotdError[]
}

/** Said by the thread when it begins with the first module. */
const READY = 'ready'

/** A module that is still loading after this is given up, ms. An honest one waits for its turn on a busy machine. */
const PATIENCE = 30_000

export interface AskOptions {
  readonly patienceMs?: number
  /** What was offered until now: a module that cannot be used as it is now goes on as it was. */
  readonly before?: readonly ModuleTask[]
  /** Aborting ends the thread; what is answered then is not to be used. */
  readonly signal?: AbortSignal
}

/**
 * The tasks of a folder's modules, which are loaded on threads that are ended afterwards: one that hangs, throws, exits
 * or eats memory is reported, and the others are there. So is a folder that cannot be read. No folder, no tasks.
 *
 * @param memoryMb  limit on the thread's JavaScript heap
 */
export async function askModules(
  folder: string | undefined,
  memoryMb: number,
  { patienceMs = PATIENCE, before = [], signal }: AskOptions = {},
): Promise<CustomOffer> {
  if (folder === undefined) return { custom: [], problems: [] }
  try {
    const modules = (await taskModules(folder)).map((file) => resolve(join(folder, file)))
    return offer(await askAll(modules, memoryMb, patienceMs, signal), before)
  } catch (thrown) {
    const why = `the folder cannot be read: ${toPlotdError(thrown).message}`
    return { custom: before, problems: [moduleError(folder, why, thrown)] }
  }
}

/** Where two want one name the first file has it. */
function offer(answers: readonly ModuleAnswer[], before: readonly ModuleTask[]): CustomOffer {
  const custom = new Map<string, ModuleTask>()
  const problems: PlotdError[] = []
  const taken = (name: string): string | undefined => {
    if (Object.hasOwn(builtIn, name)) return `the name ${name} belongs to a task of plotd`
    return custom.has(name) ? `the name ${name} is taken by another module` : undefined
  }
  for (const answer of answers) {
    const { module } = answer
    const told = 'why' in answer ? [] : answer.tasks.map((task) => ({ ...task, module }))
    const wrong = 'why' in answer ? [answer.why] : told.flatMap(({ name }) => taken(name) ?? [])
    const earlier = wrong.length === 0 ? [] : before.filter((task) => basename(task.module) === basename(module))
    const still = earlier.length === 0 ? '' : '; it stays as it was before'
    problems.push(...wrong.map((why) => moduleError(module, why + still)))
    const usable = earlier.length === 0 ? told : earlier
    for (const task of usable) if (taken(task.name) === undefined) custom.set(task.name, task)
  }
  return { custom: [...custom.values()], problems }
}

/**
 * One thread asks module after module. Where it stops, the module is to blame if it was the thread's first; otherwise
 * an earlier one may have done it from behind, and the module gets a thread to begin with.
 */
async function askAll(
  modules: readonly string[],
  memoryMb: number,
  patienceMs: number,
  signal: AbortSignal | undefined,
): Promise<ModuleAnswer[]> {
  const answers: ModuleAnswer[] = []
  while (answers.length < modules.length && !signal?.aborted) {
    const left = modules.slice(answers.length)
    const { told, why } = await askOnThread(left, memoryMb, patienceMs, signal)
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

function askOnThread(
  modules: readonly string[],
  memoryMb: number,
  patienceMs: number,
  signal: AbortSignal | undefined,
): Promise<Asked> {
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
  const onAbort = (): void => end('nobody waits for it')
  signal?.addEventListener('abort', onAbort)
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
      signal?.removeEventListener('abort', onAbort)
      done({ told, why: why ?? `it ends its thread (exit ${status})` })
    })
  })
}
