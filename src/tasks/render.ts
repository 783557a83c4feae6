import { PlotdError, toPlotdError } from '../errors.ts'
import type { Drawing } from '../geometry/drawing.ts'
import { taskNamed, tasks } from './registry.ts'
import type { TaskContext, TaskRegistry, TaskWarning } from './task.ts'
import { textWarnings } from './text-notes.ts'
import { takeFonts } from './uploaded-fonts.ts'
import { validate } from './validate.ts'

export interface Rendering {
  readonly svg: string
  /** What reading the SVG gives, from tasks that know. */
  readonly drawing?: Drawing
  readonly warnings: readonly TaskWarning[]
  readonly title: string
  /** Path below the output folder, with forward slashes. */
  readonly output: string
}

export interface RenderOptions extends Partial<Omit<TaskContext, 'warn'>> {
  /** Where to look the task up; the built-in tasks unless given. */
  readonly tasks?: TaskRegistry
}

/** A job's parameters completed, with the title and the output path it gets unless it asks for others. */
export interface PreparedJob {
  readonly params: unknown
  readonly title: string
  readonly output: string
  /** What can be told before rendering: glyphs that no font has, text that was made smaller. */
  readonly warnings: readonly TaskWarning[]
}

/** Checks a job before it is queued. @throws PlotdError ERR_TASK_UNKNOWN, ERR_PARAMS */
export function prepareJob(name: string, params: unknown, registry: TaskRegistry = tasks): PreparedJob {
  const task = taskNamed(name, registry)
  const valid = validate(task, params)
  return {
    params: valid,
    title: task.title(valid),
    output: task.outputName(valid),
    warnings: [...textWarnings(task, valid), ...(task.check?.(valid) ?? [])],
  }
}

/**
 * Runs a task here and now: for simple work, for render workers, and for applications whose daemon is away.
 *
 * @throws PlotdError ERR_TASK_UNKNOWN, ERR_PARAMS, and ERR_TASK_FAILED for whatever the task throws that is not
 *         a PlotdError itself
 */
export async function render(name: string, params: unknown, options: RenderOptions = {}): Promise<Rendering> {
  const { tasks: registry = tasks, ...given } = options
  const task = taskNamed(name, registry)
  const valid = validate(task, params)
  await takeFonts(task, valid, { readUpload: given.readUpload ?? noUploads })
  const warnings: TaskWarning[] = textWarnings(task, valid)
  const context: TaskContext = {
    signal: new AbortController().signal,
    progress: () => {},
    log: () => {},
    readUpload: noUploads,
    svgLimits: {},
    ...given,
    warn: (warning) => warnings.push(warning),
  }
  try {
    const made = await task.render(valid, context)
    const sheet = typeof made === 'string' ? { svg: made } : made
    if (typeof sheet?.svg !== 'string')
      throw new TypeError(`the task gave ${typeof made}, expected an SVG document as text`)
    return { ...sheet, warnings, title: task.title(valid), output: task.outputName(valid) }
  } catch (thrown) {
    throw toPlotdError(thrown, 'ERR_TASK_FAILED')
  }
}

function noUploads(sha256: string): Promise<Uint8Array> {
  return Promise.reject(new PlotdError('ERR_FILE', `there is no upload ${sha256}: nothing was uploaded here`))
}
