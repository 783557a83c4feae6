import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freeName, syncPath } from './folder.ts'

/**
 * Copies the spool's folder, without its lock, to `<folder>-<name>` and syncs the copy. When that folder exists, the
 * copy's name ends in a number.
 *
 * @returns the path of the copy
 */
export async function backUp(folder: string, name: string): Promise<string> {
  const to = await freeName(`${folder}-${name}`)
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
    const original = join(from, entry.name)
    const copy = join(to, entry.name)
    if (entry.isDirectory()) await copyFolder(original, copy)
    else if (entry.isFile() && entry.name !== 'lock') {
      await copyFile(original, copy)
      await syncPath(copy)
    }
  }
  await syncPath(to)
}
