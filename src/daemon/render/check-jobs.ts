import { toPlotdError } from '../../errors.ts'
import { prepareJob, takeFonts, taskNamed, tasks, validate } from '../../tasks/index.ts'
import { tasksWith } from '../custom-tasks/task-modules.ts'
import { readUpload } from '../files/uploads.ts'
import { type Result, withKinds } from '../protocol/index.ts'

export interface CheckInput {
  readonly jobs: readonly { readonly task: string; readonly params?: unknown }[]
  /** Files of the modules of custom tasks among them. */
  readonly modules?: readonly string[]
  /** What is wrong with other modules. */
  readonly unusable?: readonly string[]
  /** Folder of the uploads. */
  readonly uploads: string
}

/** Each job as if it were submitted and its words set, none queued, none drawn. */
export async function checkJobs({
  jobs,
  modules = [],
  unusable = [],
  uploads,
}: CheckInput): Promise<Result<'job.check'>> {
  const registry = modules.length === 0 ? tasks : await tasksWith(modules)
  const checked = async ({ task: name, params }: CheckInput['jobs'][number]) => {
    try {
      const task = taskNamed(name, registry, unusable)
      await takeFonts(task, validate(task, params), { readUpload: (sha256) => readUpload(uploads, sha256) })
      const { title, output, warnings } = prepareJob(name, params, registry)
      return { title, output, warnings: withKinds(warnings) }
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown, 'ERR_TASK_FAILED')
      return { warnings: [], error: { code, message, detail: { ...detail } } }
    }
  }
  const answers: Result<'job.check'>[number][] = []
  for (const job of jobs) answers.push(await checked(job))
  return answers
}
