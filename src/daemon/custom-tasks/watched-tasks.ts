import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { toPlotdError } from '../../errors.ts'
import type { Config } from '../config/schema.ts'
import { askModules, type CustomOffer } from './ask-modules.ts'
import { listFolder, readFiles, writeCopy } from './folder-copy.ts'
import { FolderWatch } from './folder-watch.ts'
import { moduleError } from './task-modules.ts'

/**
 * The tasks of a folder that people are working on. Each time it changes, it is copied, and the modules of the copy are
 * asked on a thread. Threads import from the copy, so that they have what was asked, whatever they imported before and
 * whatever happens to the folder meanwhile; the copies of earlier jobs stay until the daemon ends.
 *
 * @param tell  called with what is offered from now on, at the start and after each change
 * @returns how to end it
 */
export async function watchTasks(
  folder: string,
  { state, output, render }: Pick<Config, 'state' | 'output' | 'render'>,
  tell: (offer: CustomOffer) => void,
): Promise<() => Promise<void>> {
  const copies = join(state, 'watched-tasks')
  const without = new Set([resolve(state), resolve(output)])
  const stop = new AbortController()
  let last: CustomOffer & { readonly digest?: string } = { custom: [], problems: [] }
  let count = 0

  const look = async (): Promise<void> => {
    try {
      watch.follow((await listFolder(folder, without)).folders.map((each) => join(folder, each)))
      // Listed again: what came meanwhile was followed by nobody.
      const { files } = await listFolder(folder, without)
      const contents = await readFiles(folder, files)
      const { digest } = contents
      if (digest === last.digest) return
      const copy = join(copies, `${++count}`)
      await writeCopy(contents, folder, copy)
      const offer = await askModules(copy, render.memoryMb, { before: last.custom, signal: stop.signal })
      if (stop.signal.aborted) return
      last = { ...offer, digest }
      tell(offer)
    } catch (thrown) {
      const problem = moduleError(folder, `the folder cannot be followed: ${toPlotdError(thrown).message}`, thrown)
      const said = last.problems.some(({ message }) => message === problem.message)
      last = { custom: last.custom, problems: [problem] }
      if (!said) tell(last)
      throw thrown
    }
  }

  const watch = new FolderWatch(look)
  await rm(copies, { recursive: true, force: true })
  await watch.start()
  return async () => {
    stop.abort()
    await watch.close()
    await rm(copies, { recursive: true, force: true })
  }
}
