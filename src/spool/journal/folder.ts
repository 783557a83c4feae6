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

/** Makes a folder and those that it lies in, durably: what is written into it would be lost with its name. */
export async function makeFolder(folder: string, mode = 0o700): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode })
  if (first === undefined) return
  const above = dirname(resolve(first))
  for (let path = resolve(folder); path !== above; path = dirname(path)) await syncPath(dirname(path))
}
