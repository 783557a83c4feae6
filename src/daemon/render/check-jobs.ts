import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { toPlotdError } from '../../errors.ts'
import { checkOutputName } from '../../spool/index.ts'
import { prepareJob, takeFonts, taskNamed, tasks, validate } from '../../tasks/index.ts'
import { tasksWith } from '../custom-tasks/index.ts'
import { readUpload } from '../files/uploads.ts'
import { type Result, refuseLosses, withKinds } from '../protocol/index.ts'
import { type Notes, oneByOne } from './accept-jobs.ts'
import { type DrawInput, draw } from './thread-jobs.ts'

export interface LookInput {
  readonly jobs: readonly DrawInput[]
}

/** Files up to this size, all of a call together, are read to see what will be drawn; beyond it the rendering tells. */
const LOOK_BYTES = 1_000_000

/**
 * What will become of jobs that draw a file, each as its rendering would tell; undefined of those that are not looked at.
 *
 * @throws PlotdError of the first that cannot be drawn, with its `index`
 */
export async function lookAtJobs({ jobs }: LookInput): Promise<(Notes | undefined)[]> {
  let left = LOOK_BYTES
  return oneByOne(jobs, async (job) => {
    const task = taskNamed(job.task, tasks)
    const source = task.source?.(validate(task, job.params))
    if (source === undefined) return undefined
    left -= 'text' in source ? source.text.length : (await stat(join(job.uploads, source.upload))).size
    return left < 0 ? undefined : (await draw(job)).figures.warnings
  })
}

export interface CheckInput {
  readonly jobs: readonly CheckedJob[]
  /** Files of the modules of custom tasks among them. */
  readonly modules?: readonly string[]
  /** What is wrong with other modules. */
  readonly unusable?: readonly string[]
}

/** What a submit would look at. */
export interface CheckedJob extends DrawInput {
  readonly output?: string
  /** Why a submit would refuse it without a thread. */
  readonly error?: Result<'job.check'>[number]['error']
}

/** Each job as if it were submitted and its words set, none queued, none drawn. */
export async function checkJobs({ jobs, modules = [], unusable = [] }: CheckInput): Promise<Result<'job.check'>> {
  const registry = modules.length === 0 ? tasks : await tasksWith(modules)
  const checked = async ({ error, output: wished, ...job }: CheckedJob): Promise<Result<'job.check'>[number]> => {
    if (error) return { warnings: [], error }
    try {
      const task = taskNamed(job.task, registry, unusable)
      const params = validate(task, job.params)
      const files = { readUpload: (sha256: string) => readUpload(job.uploads, sha256), svgLimits: job.svgLimits ?? {} }
      await takeFonts(task, params, files)
      const { title, output, warnings } = prepareJob(job.task, params, registry)
      checkOutputName(wished ?? output)
      await task.admit?.(params)?.(files)
      const told = task.source === undefined ? warnings : (await draw(job)).figures.warnings
      if (job.plot?.strict) refuseLosses(told)
      return { title, output: wished ?? output, warnings: withKinds(told) }
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown, 'ERR_TASK_FAILED')
      return { warnings: [], error: { code, message, detail: { ...detail } } }
    }
  }
  const answers: Result<'job.check'>[number][] = []
  for (const job of jobs) answers.push(await checked(job))
  return answers
}
