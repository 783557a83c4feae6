import type { Logger } from 'pino'
import { quickTasks, tasks } from '../../tasks/index.ts'
import type { Config } from '../config/schema.ts'
import { askModules, type CustomOffer } from './ask-modules.ts'
import type { Offered } from './task-modules.ts'
import { watchTasks } from './watched-tasks.ts'

/** What may be asked for by name, which changes while the tasks' folder is watched. */
export interface Offer {
  readonly now: () => Offered
  close(): Promise<void>
}

/** Loads the custom tasks on threads that are ended afterwards, and says in the log which there are and which not. */
export async function openOffer(config: Config, log: Logger): Promise<Offer> {
  const builtIn = quickTasks(tasks)
  let offered: Offered = { tasks: builtIn, unusable: [] }
  const tell = ({ custom, problems }: CustomOffer): void => {
    offered = {
      tasks: { ...builtIn, ...Object.fromEntries(custom.map((task) => [task.name, task])) },
      unusable: problems.map(({ message }) => message),
    }
    if (custom.length > 0) log.info({ tasks: custom.map(({ name }) => name) }, 'custom tasks')
    for (const { code, message, detail } of problems) log.warn({ code, ...detail }, `custom task: ${message}`)
  }
  const { tasks: folder, watchTasks: watched } = config
  if (watched && folder !== undefined) return { now: () => offered, close: await watchTasks(folder, config, tell) }
  if (watched) log.warn('watchTasks without tasks: there is no folder to watch')
  tell(await askModules(folder, config.render.memoryMb))
  return { now: () => offered, close: async () => {} }
}
