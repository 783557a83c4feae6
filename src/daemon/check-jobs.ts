import { toPlotdError } from '../errors.ts'
import { prepareJob } from '../tasks/index.ts'
import type { Result } from './protocol/index.ts'
import { allTasks } from './thread-work.ts'

export interface CheckInput {
  readonly jobs: readonly { readonly task: string; readonly params?: unknown }[]
  readonly tasksFolder?: string
}

/** Each job as if it were submitted and its words set, none queued, none drawn. */
export async function checkJobs({ jobs, tasksFolder }: CheckInput): Promise<Result<'job.check'>> {
  const { tasks } = await allTasks(tasksFolder)
  return jobs.map(({ task, params }) => {
    try {
      const { title, output, warnings } = prepareJob(task, params, tasks)
      return { title, output, warnings: [...warnings] }
    } catch (thrown) {
      const { code, message, detail } = toPlotdError(thrown, 'ERR_TASK_FAILED')
      return { warnings: [], error: { code, message, detail: { ...detail } } }
    }
  })
}
