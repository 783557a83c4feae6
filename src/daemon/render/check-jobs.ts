import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { toPlotdError } from '../../errors.ts'
import { checkOutputName } from '../../spool/index.ts'
import { type DrawingSource, loadUploadedFonts, prepareJob, taskNamed, tasks, validate } from '../../tasks/index.ts'
import { tasksWith } from '../custom-tasks/index.ts'
import { readUpload } from '../files/uploads.ts'
import type { Result } from '../protocol/index.ts'
import { refuseLosses, withKinds } from '../protocol/warnings.ts'
import { type Notes, oneByOne, withinLimits } from './accept-jobs.ts'
import { type DrawInput, draw } from './thread-jobs.ts'

export interface WarningsInput {
  readonly jobs: readonly DrawInput[]
  /** Maximum number of jobs to draw that have a quick task and no file. */
  readonly maxQuick: number
}

/**
 * Maximum size of the files that one call draws for all its jobs: bytes of uploads, characters of texts. The warnings
 * of further files come later, from the rendering.
 */
const MAX_BYTES = 1_000_000

/**
 * The warnings that the rendering of each job would give; undefined for a job that is not drawn. The parameters are
 * valid already. A job with a file is drawn while its file and the files of the earlier jobs have at most MAX_BYTES
 * together. Any other job is drawn if it asks for ink, its task is quick, and fewer than `maxQuick` such jobs were
 * drawn.
 *
 * @throws PlotdError of the first job that cannot be drawn, with its `index`
 */
export async function renderWarnings({ jobs, maxQuick }: WarningsInput): Promise<(Notes | undefined)[]> {
  let bytesLeft = MAX_BYTES
  let quickLeft = maxQuick
  return oneByOne(jobs, async (job) => {
    const task = taskNamed(job.task, tasks)
    const source = task.source?.(job.params)
    if (source !== undefined) bytesLeft -= await sizeOf(source, job.uploads)
    const isDrawn = source === undefined ? job.plot && task.isQuick && quickLeft-- > 0 : bytesLeft >= 0
    return isDrawn ? warningsOf(job, source) : undefined
  })
}

/** The warnings of a job that is drawn. One sheet of a large drawing may have no ink of the chosen layers. */
async function warningsOf(job: DrawInput, source: DrawingSource | undefined): Promise<Notes> {
  const mayBeBlank = source !== undefined && 'mayBeBlank' in source && source.mayBeBlank === true
  return (await draw(job, {}, mayBeBlank)).figures.warnings
}

/** Size of the files of a drawing: bytes of uploads, characters of a text. */
async function sizeOf(source: DrawingSource, folder: string): Promise<number> {
  if ('text' in source) return source.text.length
  const files = await Promise.all([...new Set(source.uploads)].map((upload) => stat(join(folder, upload))))
  return files.reduce((sum, { size }) => sum + size, 0)
}

export interface CheckInput {
  readonly jobs: readonly CheckedJob[]
  /** Maximum number of jobs to draw that have a quick task and no file. */
  readonly maxQuick: number
  /** Files of the modules that define custom tasks of these jobs. */
  readonly modules?: readonly string[]
  /** The problems of modules that cannot be used. */
  readonly unusable?: readonly string[]
}

/** The parts of a job that a submit checks. */
export interface CheckedJob extends DrawInput {
  readonly output?: string
  /** The error with which a submit would refuse the job before a thread reads it. */
  readonly error?: Result<'job.check'>[number]['error']
}

/**
 * Checks each job as a submit would, and lays out its text. Draws each job whose task draws files. Also draws the first
 * `maxQuick` jobs that ask for ink and have a quick task. Queues nothing.
 */
export async function checkJobs({
  jobs,
  maxQuick,
  modules = [],
  unusable = [],
}: CheckInput): Promise<Result<'job.check'>> {
  let quickLeft = maxQuick
  const registry = modules.length === 0 ? tasks : await tasksWith(modules)
  const check = async ({ error, output: path, ...job }: CheckedJob): Promise<Result<'job.check'>[number]> => {
    if (error) return { warnings: [], error }
    try {
      const task = taskNamed(job.task, registry, unusable)
      const params = validate(task, job.params)
      const files = { readUpload: (sha256: string) => readUpload(job.uploads, sha256), svgLimits: job.svgLimits ?? {} }
      await loadUploadedFonts(task, params, files)
      const { title, output, warnings } = withinLimits(job.task, prepareJob(job.task, params, registry))
      checkOutputName(path ?? output)
      await task.admit?.(params)?.(files)
      const source = task.source?.(params)
      const isFile = source !== undefined || task.importer !== undefined
      const isDrawn = isFile || (job.plot && task.isQuick && quickLeft-- > 0)
      const all = isDrawn ? await warningsOf(job, source) : warnings
      if (job.plot?.strict) refuseLosses(all)
      return { title, output: path ?? output, warnings: withKinds(all) }
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown, 'ERR_TASK_FAILED')
      return { warnings: [], error: { code, message, detail: { ...detail } } }
    }
  }
  const answers: Result<'job.check'>[number][] = []
  for (const job of jobs) answers.push(await check(job))
  return answers
}
