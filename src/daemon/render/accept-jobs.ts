import { basename } from 'node:path'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { isPlainIn, reportPlain } from '../../hershey/index.ts'
import type { PlotRequest } from '../../spool/job.ts'
import { JOB_LIMITS } from '../../spool/job-fields.ts'
import type { ReadLimits } from '../../svg/index.ts'
import {
  loadUploadedFonts,
  type Task,
  type TaskWarning,
  taskNamed,
  tasks,
  textNotes,
  textsOf,
  uploadedFonts,
  validate,
} from '../../tasks/index.ts'
import { beginningOf } from '../../values.ts'
import { tasksWith } from '../custom-tasks/index.ts'
import { readUpload } from '../files/uploads.ts'

export interface JobRequest {
  readonly task: string
  readonly params?: unknown
  readonly plot?: PlotRequest
}

export interface AcceptInput {
  readonly jobs: readonly JobRequest[]
  /** Files of the modules that define the tasks of these jobs. */
  readonly modules: readonly string[]
}

/** The fields of a job that its task gives; the request may name another title or path. */
export interface AcceptedJob {
  readonly params: unknown
  readonly title: string
  readonly output: string
  /** Notes on the text of the job, for the answer. */
  readonly notes: readonly TaskWarning[]
  /**
   * Whether a thread must check the job before it is queued: for its files, rare characters, an uploaded font, or text
   * that must fit its place.
   */
  readonly mustAdmit?: boolean
  /** Whether a thread draws the job before it is queued, if the job is one of the first `MAX_DRAWN` of its submit. */
  readonly isDrawnFirst?: boolean
}

interface NamedFile {
  readonly title?: string
  readonly output?: string
}

/**
 * Maximum number of jobs with quick tasks that a submit draws before it queues them, because a batch may have thousands
 * of jobs. The submit draws such a job only if the job asks for ink. Jobs with files do not count.
 */
export const MAX_DRAWN = 10

/**
 * Checks the parameters of a job by its built-in task.
 *
 * @param request  a title or path of the request replaces the title or path of the task
 * @throws PlotdError ERR_PARAMS
 */
export function acceptBuiltIn(task: Task, request: JobRequest & NamedFile): AcceptedJob {
  const params = validate(task, request.params)
  const texts = textsOf(task, params)
  // `isPlainIn` reads no font from the disk, because that would take 20 ms.
  const isPlain = texts.every(({ text, font }) => isPlainIn(text, font))
  const { isQuick = false } = task
  return {
    notes: [],
    title: request.title ?? titleWithin(task.name, task.title(params)),
    output: request.output ?? task.outputName(params),
    params,
    isDrawnFirst: isQuick && request.plot !== undefined,
    mustAdmit: !isPlain || task.admit?.(params) !== undefined || uploadedFonts(task, params, texts).length > 0,
  }
}

/**
 * Records that a thread had no notes on the text of a job. A later text of the same characters and fonts then needs no
 * thread, unless one of the characters is U+0300 or higher (`reportPlain`).
 */
export function reportAdmitted({ task: name, params }: JobRequest): void {
  for (const { text, font } of textsOf(taskNamed(name, tasks), params)) reportPlain(text, font)
}

/** Like `acceptBuiltIn` for a custom task. @throws PlotdError ERR_PARAMS */
function acceptCustom(task: Task, unchecked: unknown): AcceptedJob {
  const params = validate(task, unchecked)
  const notes = textNotes(textsOf(task, params))
  return { notes, title: task.title(params), output: task.outputName(params), params }
}

export interface AdmitInput {
  readonly jobs: readonly JobRequest[]
  readonly uploads: string
  readonly svgLimits?: Partial<ReadLimits>
}

/**
 * Reads the files that jobs need, and lays out text that must fit its place. The parameters are valid already.
 *
 * @returns for each job the notes on its text; they cover text in uploaded fonts, too
 * @throws PlotdError of the first job that is refused, with its `index`
 */
export async function admitOnThread({ jobs, uploads, svgLimits = {} }: AdmitInput): Promise<Notes[]> {
  const files = { readUpload: (sha256: string) => readUpload(uploads, sha256), svgLimits }
  return oneByOne(jobs, async ({ task: name, params }) => {
    const task = taskNamed(name, tasks)
    await loadUploadedFonts(task, params, files)
    const notes = textNotes(textsOf(task, params))
    await task.admit?.(params)?.(files)
    return notes
  })
}

/** Calls `act` for each job in turn. @throws PlotdError of the first job that is refused, with its `index` */
export async function oneByOne<J, T>(jobs: readonly J[], act: (job: J) => T | Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (const [index, job] of jobs.entries()) {
    try {
      results.push(await act(job))
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown, 'ERR_TASK_FAILED')
      throw new PlotdError(code, message, { ...detail, index }, thrown)
    }
  }
  return results
}

export type Notes = readonly TaskWarning[]

/**
 * Validates jobs of custom tasks. Resolves with the JSON of an `AcceptedJob[]`, so that the data of a module are plain
 * and of a known size.
 *
 * @throws PlotdError ERR_PARAMS; ERR_TASK_MODULE; ERR_TASK_FAILED when the code of a task throws, when the title or the
 *   path is not a text, or when the path is too long
 */
export async function acceptOnThread({ jobs, modules }: AcceptInput): Promise<string> {
  const registry = await tasksWith(modules)
  const accept = ({ task, params }: JobRequest) => withinLimits(task, acceptCustom(taskNamed(task, registry), params))
  return JSON.stringify(await oneByOne(jobs, accept))
}

/** Cuts a title. Refuses a path that is too long, because a cut path would be another path. */
export function withinLimits<T extends Pick<AcceptedJob, 'title' | 'output'>>(task: string, accepted: T): T {
  const { title, output } = accepted
  if (typeof title !== 'string') throw taskError(task, `its title is ${typeof title}, expected a text`)
  if (typeof output !== 'string' || output.length > JOB_LIMITS.output) {
    const actual = typeof output === 'string' ? `${(output as string).length} characters` : typeof output
    throw taskError(task, `its output name is ${actual}, expected a text of at most ${JOB_LIMITS.output} characters`)
  }
  return { ...accepted, title: titleWithin(task, title) }
}

/** The title that a task gives to a job, cut to the limit; the name of the task for an empty title. */
const titleWithin = (task: string, title: string): string => beginningOf(title, JOB_LIMITS.title) || task

const taskError = (task: string, why: string) => new PlotdError('ERR_TASK_FAILED', `${task}: ${why}`, { task })

/**
 * Returns a handler for errors of `acceptOnThread`. In place of a timeout, the handler throws an error whose message
 * names the modules. The handler throws each other error unchanged.
 */
export const moduleTooSlow =
  (modules: readonly string[]) =>
  (error: unknown): never => {
    if (!(error instanceof PlotdError && error.code === 'ERR_TASK_TIMEOUT')) throw error
    const names = modules.map((module) => basename(module)).join(', ')
    throw new PlotdError('ERR_TASK_TIMEOUT', `${names}: no answer about the parameters in time`, error.detail, error)
  }
