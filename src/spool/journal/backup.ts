import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exists, syncPath } from './folder.ts'

/**
 * A copy of the spool's folder beside it, on the disk when this resolves: `spool-format-1` is what the plotd that wrote
 * format 1 can go on with. One that is there already is never touched.
 *
 * @returns where it is
 */
export async function backUp(folder: string, format: number): Promise<string> {
  const to = await freeName(`${folder}-format-${format}`)
  const part = `${to}.part`
  await rm(part, { recursive: true, force: true })
  await copyFolder(folder, part)
  await rename(part, to)
  await syncPath(dirname(to))
  return to
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [old, copy] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyFolder(old, copy)
    else if (entry.isFile() && entry.name !== 'lock') {
      await copyFile(old, copy)
      await syncPath(copy)
    }
  }
  await syncPath(to)
}

async function freeName(wished: string): Promise<string> {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wished : `${wished}-${i}`
    if (!(await exists(name))) return name
  }
}
