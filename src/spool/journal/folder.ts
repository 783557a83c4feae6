import { mkdir, open, rmdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** Syncs a folder's new names and renames, or a file's bytes. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** @returns the path itself when nothing is there, else the first free one of `<path>-2`, `<path>-3` … */
export async function freeName(path: string): Promise<string> {
  for (let n = 1; ; n++) {
    const name = n === 1 ? path : `${path}-${n}`
    if (!(await exists(name))) return name
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )

/**
 * Creates a folder and its missing parents durably, one by one. `mkdir` with `recursive` would never end below /proc,
 * because there the system reports existing folders as missing.
 */
export async function makeFolder(folder: string, mode = 0o700): Promise<void> {
  const missing: string[] = []
  for (let path = resolve(folder); !(await isFolder(path)) && path !== dirname(path); path = dirname(path)) {
    missing.push(path)
  }
  for (const path of missing.reverse()) {
    await mkdir(path, { mode }).catch(async (error: unknown) => {
      if (!(await isFolder(path))) throw error // another process may have created it
    })
    await syncPath(dirname(path)).catch(async (error: unknown) => {
      await rmdir(path).catch(() => {}) // the next call makes the folder again, and syncs its name
      throw error
    })
  }
}
