import { PlotdError, toPlotdError } from '../errors.ts'
import type { Drawing } from '../geometry/drawing.ts'
import { taskNamed, tasks } from './registry.ts'
import type { TaskContext, TaskRegistry, TaskWarning } from './task.ts'
import { textWarnings } from './text-notes.ts'
import { loadUploadedFonts } from './uploaded-fonts.ts'
import { validate } from './validate.ts'

/**
 * Limits on the warnings of one rendering. Every list and event of the job repeats the job's warnings, and an event
 * that is too long would disconnect each client.
 */
const WARNINGS = { most: 200, chars: 2000 } as const

/** The start of a text. A custom task may give any value in place of a text. */
const short = (text: unknown): string => String(text).slice(0, WARNINGS.chars)

/** The result of `render`. */
export interface Rendering {
  readonly svg: string
  /** The drawing in the SVG, when the task knows it. */
  readonly drawing?: Drawing
  readonly warnings: readonly TaskWarning[]
  readonly title: string
  /** Path below the output folder, with forward slashes. */
  readonly output: string
}

/** The registry of the task, and the context that the task gets. Every field has a default. */
export interface RenderOptions extends Partial<Omit<TaskContext, 'warn'>> {
  /** The registry of the task; the built-in tasks when absent. */
  readonly tasks?: TaskRegistry
}

/** A job's parameters with defaults, and its default title and output path. */
export interface PreparedJob {
  readonly params: unknown
  readonly title: string
  readonly output: string
  /** Warnings that are known before rendering, such as missing glyphs and text that is set small. */
  readonly warnings: readonly TaskWarning[]
}

/**
 * Checks a job before it is queued.
 *
 * @throws PlotdError ERR_TASK_UNKNOWN; ERR_PARAMS; ERR_FONT_UNKNOWN for an uploaded font that is not loaded
 * @throws PlotdError ERR_TASK_FAILED when the task throws something that is not a PlotdError
 */
export function prepareJob(name: string, params: unknown, registry: TaskRegistry = tasks): PreparedJob {
  const task = taskNamed(name, registry)
  try {
    const valid = validate(task, params)
    return {
      params: valid,
      title: task.title(valid),
      output: task.outputName(valid),
      warnings: [...textWarnings(task, valid), ...(task.check?.(valid) ?? [])],
    }
  } catch (thrown) {
    throw toPlotdError(thrown, 'ERR_TASK_FAILED')
  }
}

/**
 * Runs a task in the caller's thread.
 *
 * @throws PlotdError ERR_TASK_UNKNOWN; ERR_PARAMS; the errors of `loadUploadedFonts` and of the task
 * @throws PlotdError ERR_TASK_FAILED when the task returns no SVG, or throws something that is not a PlotdError
 */
export async function render(name: string, params: unknown, options: RenderOptions = {}): Promise<Rendering> {
  const { tasks: registry = tasks, ...others } = options
  const task = taskNamed(name, registry)
  try {
    const valid = validate(task, params)
    await loadUploadedFonts(task, valid, { readUpload: others.readUpload ?? noUploads })
    const warnings: TaskWarning[] = []
    let leftOut = 0
    const warn = ({ code, message, count }: TaskWarning): void => {
      if (warnings.length >= WARNINGS.most) leftOut++
      else warnings.push({ code: short(code), message: short(message), ...(count !== undefined && { count }) })
    }
    for (const warning of textWarnings(task, valid)) warn(warning)
    const context: TaskContext = {
      signal: new AbortController().signal,
      progress: () => {},
      log: () => {},
      readUpload: noUploads,
      svgLimits: {},
      ...others,
      warn,
    }
    const result = await task.render(valid, context)
    const drawn = typeof result === 'string' ? { svg: result } : result
    if (typeof drawn?.svg !== 'string')
      throw new TypeError(`the task gave ${typeof result}, expected an SVG document as text`)
    if (leftOut > 0) {
      const message = leftOut === 1 ? '1 further warning is left out' : `${leftOut} further warnings are left out`
      warnings.push({ code: 'more', message, count: leftOut })
    }
    return { ...drawn, warnings, title: task.title(valid), output: task.outputName(valid) }
  } catch (thrown) {
    throw toPlotdError(thrown, 'ERR_TASK_FAILED')
  }
}

function noUploads(sha256: string): Promise<Uint8Array> {
  return Promise.reject(new PlotdError('ERR_FILE', `there is no upload ${sha256}: nothing was uploaded here`))
}
