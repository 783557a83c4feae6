import { basename } from 'node:path'
import { PlotdError, toPlotdError } from '../../errors.ts'
import type { PlotRequest } from '../../spool/job.ts'
import { JOB_LIMITS } from '../../spool/job-fields.ts'
import type { ReadLimits } from '../../svg/index.ts'
import {
  type Task,
  type TaskWarning,
  takeFonts,
  taskNamed,
  tasks,
  textNotes,
  uploadedFonts,
  validate,
  wordsOf,
} from '../../tasks/index.ts'
import { tasksWith } from '../custom-tasks/index.ts'
import { readUpload } from '../files/uploads.ts'

export interface AskedJob {
  readonly task: string
  readonly params?: unknown
  readonly plot?: PlotRequest
}

export interface AcceptInput {
  readonly jobs: readonly AskedJob[]
  /** Files of the modules of their tasks. */
  readonly modules: readonly string[]
}

/** What a job is queued with, unless it asks for another title or path. */
export interface AcceptedJob {
  readonly params: unknown
  readonly title: string
  readonly output: string
  /** What becomes of its words, told with the answer. */
  readonly notes: readonly TaskWarning[]
}

interface Named {
  readonly title?: string
  readonly output?: string
}

/** A job of a task of our own. */
export interface OwnJob extends AcceptedJob {
  /** Whether a thread must look at it before it is taken: for what the task asks, or for the fonts of its words. */
  readonly look: boolean
}

/**
 * @param asked  with the title and path that are asked for, of which none are made up then
 * @throws PlotdError ERR_PARAMS
 */
export function acceptOwn(task: Task, asked: AskedJob & Named): OwnJob {
  const params = validate(task, asked.params)
  const texts = wordsOf(task, params)
  return {
    notes: textNotes(texts),
    title: asked.title ?? task.title(params),
    output: asked.output ?? task.outputName(params),
    params,
    look: task.admit?.(params) !== undefined || uploadedFonts(task, params, texts).length > 0,
  }
}

/** The same of a custom task, of which the door knows no more. @throws PlotdError ERR_PARAMS */
function acceptCustom(task: Task, asked: unknown): AcceptedJob {
  const params = validate(task, asked)
  const notes = textNotes(wordsOf(task, params))
  return { notes, title: task.title(params), output: task.outputName(params), params }
}

export interface AdmitInput {
  readonly jobs: readonly AskedJob[]
  readonly uploads: string
  readonly svgLimits?: Partial<ReadLimits>
}

/**
 * What only their files, or setting their text, can tell of jobs whose parameters are right.
 *
 * @returns of each, what becomes of its words in the fonts it brings
 * @throws PlotdError of the first that is refused
 */
export async function admitOnThread({ jobs, uploads, svgLimits = {} }: AdmitInput): Promise<Told[]> {
  const files = { readUpload: (sha256: string) => readUpload(uploads, sha256), svgLimits }
  return oneByOne(jobs, async ({ task: name, params }) => {
    const task = taskNamed(name, tasks)
    await takeFonts(task, params, files)
    const told = textNotes(wordsOf(task, params))
    await task.admit?.(params)?.(files)
    return told
  })
}

/** @throws PlotdError of the first that is refused, with its `index` */
export async function oneByOne<J, T>(jobs: readonly J[], look: (job: J) => T | Promise<T>): Promise<T[]> {
  const told: T[] = []
  for (const [index, job] of jobs.entries()) {
    try {
      told.push(await look(job))
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown, 'ERR_TASK_FAILED')
      throw new PlotdError(code, message, { ...detail, index }, thrown)
    }
  }
  return told
}

export type Told = readonly TaskWarning[]

/**
 * Jobs of custom tasks, as JSON: whatever their modules put together is plain data, and measured, before it travels.
 *
 * @throws PlotdError ERR_PARAMS, ERR_TASK_MODULE, ERR_TASK_FAILED when the title or path is no text that can be kept
 */
export async function acceptOnThread({ jobs, modules }: AcceptInput): Promise<string> {
  const registry = await tasksWith(modules)
  const accept = ({ task, params }: AskedJob) => keepable(task, acceptCustom(taskNamed(task, registry), params))
  return JSON.stringify(await oneByOne(jobs, accept))
}

/** A title is cut to what can be kept; a path that was cut would be another path. */
function keepable(task: string, accepted: AcceptedJob): AcceptedJob {
  const { title, output } = accepted
  if (typeof title !== 'string') throw refused(task, `its title is ${typeof title}, expected a text`)
  if (typeof output !== 'string' || output.length > JOB_LIMITS.output) {
    const given = typeof output === 'string' ? `${(output as string).length} characters` : typeof output
    throw refused(task, `its output name is ${given}, expected a text of at most ${JOB_LIMITS.output} characters`)
  }
  return { ...accepted, title: title.slice(0, JOB_LIMITS.title) || task }
}

const refused = (task: string, why: string) => new PlotdError('ERR_TASK_FAILED', `${task}: ${why}`, { task })

/** Says whose fault it is when the time is up: nothing was rendered yet. */
export const moduleTooSlow =
  (modules: readonly string[]) =>
  (error: unknown): never => {
    if (!(error instanceof PlotdError && error.code === 'ERR_TASK_TIMEOUT')) throw error
    const names = modules.map((module) => basename(module)).join(', ')
    throw new PlotdError('ERR_TASK_TIMEOUT', `${names}: no answer about the parameters in time`, error.detail, error)
  }
