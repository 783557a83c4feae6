import { toPlotdError } from '../errors.ts'
import { prepareJob, tasks } from '../tasks/index.ts'
import type { Result } from './protocol/index.ts'
import { tasksWith } from './task-modules.ts'

export interface CheckInput {
  readonly jobs: readonly { readonly task: string; readonly params?: unknown }[]
  /** Files of the modules of custom tasks among them. */
  readonly modules?: readonly string[]
}

/** Each job as if it were submitted and its words set, none queued, none drawn. */
export async function checkJobs({ jobs, modules = [] }: CheckInput): Promise<Result<'job.check'>> {
  const registry = modules.length === 0 ? tasks : await tasksWith(modules)
  return jobs.map(({ task, params }) => {
    try {
      const { title, output, warnings } = prepareJob(task, params, registry)
      return { title, output, warnings: [...warnings] }
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown, 'ERR_TASK_FAILED')
      return { warnings: [], error: { code, message, detail: { ...detail } } }
    }
  })
}
