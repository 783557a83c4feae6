import { randomUUID } from 'node:crypto'
import { link, lstat, mkdir, open, readFile, realpath, rename, unlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { PlotdError } from '../errors.ts'
import { safeName, splitName } from './safe-name.ts'

export interface OutputOptions {
  /** A file that this job wrote before, as `writeOutput` returned it: it is replaced rather than kept beside. */
  readonly replaces?: string
}

const MOST_TRIES = 10_000

/**
 * Writes a file below the output folder, whole or not at all, durably.
 *
 * Another file of that name is never touched: the new one becomes `name-2.svg`, and so on. When it holds the same bytes
 * already, it is the file, so that a rendering that is done again after a crash ends where it ended before.
 *
 * @param wished  path below the folder, '/' or '\' between its parts, each of which is made safe for every system
 * @returns       the path below the folder that it has, with '/'
 * @throws PlotdError ERR_OUTPUT_PATH when the path, or a link in it, leads out of the folder
 * @throws PlotdError ERR_FILE when it cannot be written
 */
export async function writeOutput(
  folder: string,
  wished: string,
  bytes: Uint8Array | string,
  { replaces }: OutputOptions = {},
): Promise<string> {
  const parts = safeParts(wished)
  const name = parts.pop() ?? 'unnamed'
  try {
    const root = await makeRoot(folder)
    const parent = await makeFolders(root, parts)
    const temp = await writeTemp(parent, bytes)
    try {
      const path = await place(root, parent, temp, name, Buffer.from(bytes), replaces)
      await syncFolder(parent)
      return relative(root, path).split(sep).join('/')
    } finally {
      await unlink(temp).catch(() => {})
    }
  } catch (error) {
    if (error instanceof PlotdError) throw error
    throw new PlotdError('ERR_FILE', `${wished} could not be written: ${String(error)}`, { path: wished }, error)
  }
}

function safeParts(wished: string): string[] {
  const parts = wished.split(/[/\\]/)
  const absolute = /^([/\\]|[a-z]:)/i.test(wished)
  if (absolute || parts.includes('..')) throw outside(wished, 'it must be a path below the output folder')
  return parts.filter((part) => part !== '' && part !== '.').map(safeName)
}

async function makeRoot(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  return realpath(folder)
}

/** One by one, so that a link is met before anything is made behind it. */
async function makeFolders(root: string, parts: readonly string[]): Promise<string> {
  let path = root
  for (const part of parts) {
    path = join(path, part)
    await mkdir(path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
    if (!(await lstat(path)).isDirectory()) throw outside(path, 'it is a link or a file, not a folder')
  }
  if ((await realpath(path)) !== path) throw outside(path, 'a link leads elsewhere')
  return path
}

async function writeTemp(parent: string, bytes: Uint8Array | string): Promise<string> {
  const temp = join(parent, `.plotd-${randomUUID()}.tmp`)
  const file = await open(temp, 'wx', 0o644)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  return temp
}

async function place(
  root: string,
  parent: string,
  temp: string,
  name: string,
  bytes: Buffer,
  replaces: string | undefined,
): Promise<string> {
  const { stem, ending } = splitName(name)
  if (replaces !== undefined && isVariant(relative(parent, join(root, replaces)), stem, ending)) {
    await rename(temp, join(root, replaces))
    return join(root, replaces)
  }
  for (let i = 1; i <= MOST_TRIES; i++) {
    const path = join(parent, i === 1 ? name : `${stem}-${i}${ending}`)
    if (await claimName(temp, path)) return path
    if (await holds(path, bytes)) return path
  }
  throw new PlotdError('ERR_FILE', `there are ${MOST_TRIES} files named like ${name} already`, { path: name })
}

/** The name itself, or one of those that it becomes when it is taken. */
function isVariant(name: string, stem: string, ending: string): boolean {
  return (
    name.startsWith(stem) &&
    name.endsWith(ending) &&
    /^(-\d+)?$/.test(name.slice(stem.length, name.length - ending.length))
  )
}

/** Gives the file a name that nobody has; false when somebody has it. A hard link is atomic where a check is not. */
async function claimName(temp: string, path: string): Promise<boolean> {
  try {
    await link(temp, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error
    return claimByCreating(temp, path)
  }
}

/** For memory sticks, whose file systems know no links. */
async function claimByCreating(temp: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  await rename(temp, path)
  return true
}

async function holds(path: string, bytes: Buffer): Promise<boolean> {
  const found = await lstat(path)
  return found.isFile() && found.size === bytes.length && bytes.equals(await readFile(path))
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const outside = (path: string, why: string): PlotdError =>
  new PlotdError('ERR_OUTPUT_PATH', `${path} cannot be used for output: ${why}`, { path })
