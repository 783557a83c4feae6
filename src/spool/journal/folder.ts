import { mkdir, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** Makes new names and renames in a folder durable; of a file that is written, its bytes. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/**
 * Makes a folder and those that it lies in, durably: what is written into it would be lost with its name. One by one,
 * because `recursive` never ends where the system says of a folder that is there that it is not, as below /proc.
 */
export async function makeFolder(folder: string, mode = 0o700): Promise<void> {
  const missing: string[] = []
  for (let path = resolve(folder); !(await isFolder(path)) && path !== dirname(path); path = dirname(path)) {
    missing.push(path)
  }
  for (const path of missing.reverse()) {
    await mkdir(path, { mode }).catch(async (error: unknown) => {
      if (!(await isFolder(path))) throw error // unless somebody else was quicker
    })
    await syncPath(dirname(path))
  }
}
