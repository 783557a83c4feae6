/**
 * The room `output`: files below the output folder, written durably. `src/spool/index.ts` exports `writeOutput` and
 * `checkOutputName`.
 */
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { messageOf, PlotdError } from '../../errors.ts'
import { safeName, splitName } from './safe-name.ts'

export interface OutputOptions {
  /**
   * The path that `writeOutput` returned earlier for this job. If this path is `outputName`, with or without a number,
   * `writeOutput` replaces the file there.
   */
  readonly replaces?: string
}

const MAX_TRIES = 10_000

/**
 * Writes a file below the output folder durably, completely or not at all. Works synchronously, because a dozen
 * promises would cost a worker thread more processor time than the write.
 *
 * Never overwrites the file of another job: when 'name.svg' is taken, the new file is 'name-2.svg', and so on. When one
 * of these files has the same bytes, `writeOutput` keeps that file, so that a repeated rendering gets its earlier name.
 *
 * @param outputName  path below the folder, with '/' or '\'; each part is made safe for every system
 * @returns the path below the folder, with '/'
 * @throws PlotdError ERR_OUTPUT_PATH when the path leads out of the folder, or through a link or a file
 * @throws PlotdError ERR_FILE when the file cannot be written
 */
export function writeOutput(
  folder: string,
  outputName: string,
  bytes: Uint8Array | string,
  { replaces }: OutputOptions = {},
): string {
  const parts = partsOf(outputName).map(safeName)
  const name = parts.pop() ?? 'unnamed'
  // The text is encoded once, because it may be compared with thousands of files of the same name.
  const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  try {
    const root = makeRoot(folder)
    const parent = makeFolders(root, parts)
    const temp = join(parent, `.plotd-${randomUUID()}.tmp`)
    try {
      writeTemp(temp, content)
      const path = place(root, parent, temp, name, content, replaces)
      syncAndClose(openSync(parent, 'r'))
      return relative(root, path).split(sep).join('/')
    } finally {
      removeTemp(temp)
    }
  } catch (error) {
    if (error instanceof PlotdError) throw error
    throw new PlotdError(
      'ERR_FILE',
      `${outputName} could not be written: ${messageOf(error)}`,
      { path: outputName },
      error,
    )
  }
}

/** @throws PlotdError ERR_OUTPUT_PATH when the path is absolute, contains '..' as a part, or names a folder */
export function checkOutputName(name: string): void {
  checkInside(name)
  if (/[/\\]$/.test(name)) throw outside(name, `it names a folder: expected a file, such as ${name}drawing.svg`)
}

/** A path that is absolute, or has '..' as a part. */
const LEADS_OUT = /^([/\\]|[a-z]:)|(^|[/\\])\.\.([/\\]|$)/i

function checkInside(name: string): void {
  if (LEADS_OUT.test(name)) throw outside(name, 'it must be a path below the output folder')
}

function partsOf(name: string): string[] {
  checkInside(name)
  return name.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
}

function makeRoot(folder: string): string {
  mkdirSync(folder, { recursive: true })
  return realpathSync.native(folder)
}

/** Creates the folders one by one, so that no folder is created behind a link. */
function makeFolders(root: string, parts: readonly string[]): string {
  let path = root
  for (const part of parts) {
    path = join(path, part)
    if (catchCode(['EEXIST'], () => mkdirSync(path)) === undefined) syncNew(path)
    if (!lstatSync(path).isDirectory()) throw outside(path, 'it is a link or a file, not a folder')
  }
  if (realpathSync.native(path) !== path) throw outside(path, 'a link leads elsewhere')
  return path
}

/** Syncs the name of a new folder. When the sync fails, removes the folder, so that the next job makes it again. */
function syncNew(path: string): void {
  try {
    syncAndClose(openSync(dirname(path), 'r'))
  } catch (error) {
    catchCode(['ENOTEMPTY', 'ENOENT'], () => rmdirSync(path)) // another thread may use it already
    throw error
  }
}

function writeTemp(temp: string, bytes: Uint8Array): void {
  const file = openSync(temp, 'wx', 0o644)
  try {
    writeFileSync(file, bytes)
  } finally {
    syncAndClose(file)
  }
}

function place(
  root: string,
  parent: string,
  temp: string,
  name: string,
  bytes: Uint8Array,
  replaces: string | undefined,
): string {
  const { stem, ending } = splitName(name)
  if (replaces !== undefined && isVariant(relative(parent, join(root, replaces)), stem, ending)) {
    renameSync(temp, join(root, replaces))
    return join(root, replaces)
  }
  for (let i = 1; i <= MAX_TRIES; i++) {
    const path = join(parent, i === 1 ? name : `${stem}-${i}${ending}`)
    if (claimName(temp, path)) return path
    if (holds(path, bytes)) return path
  }
  throw new PlotdError('ERR_FILE', `there are ${MAX_TRIES} files named like ${name} already`, { path: name })
}

/** Whether `name` is the requested name, with or without a number. */
function isVariant(name: string, stem: string, ending: string): boolean {
  return (
    name.startsWith(stem) &&
    name.endsWith(ending) &&
    /^(-\d+)?$/.test(name.slice(stem.length, name.length - ending.length))
  )
}

const LINKLESS = ['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK']

/**
 * Gives the file this path, if the path is unused. A hard link checks and takes the path in one step. Between a check
 * and a rename, another process could take the path.
 *
 * @returns false when the path is taken
 */
function claimName(temp: string, path: string): boolean {
  const code = catchCode(['EEXIST', ...LINKLESS], () => linkSync(temp, path))
  if (code === undefined) return true
  return code === 'EEXIST' ? false : claimByCreating(temp, path)
}

/** For file systems without hard links, as on memory sticks. A crash between the two steps leaves an empty file. */
function claimByCreating(temp: string, path: string): boolean {
  if (catchCode(['EEXIST'], () => closeSync(openSync(path, 'wx'))) !== undefined) return false
  renameSync(temp, path)
  return true
}

function holds(path: string, bytes: Uint8Array): boolean {
  const stats = lstatSync(path)
  return stats.isFile() && stats.size === bytes.length && readFileSync(path).equals(bytes)
}

function syncAndClose(file: number): void {
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Removes the temporary file. The file is missing when it was renamed or could not be created. */
function removeTemp(temp: string): void {
  try {
    unlinkSync(temp)
  } catch {}
}

/** Runs `act`. @returns the code of the error, when it is one of `codes`; undefined without an error */
function catchCode(codes: readonly string[], act: () => void): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || !codes.includes(code)) throw error
    return code
  }
}

const outside = (path: string, why: string): PlotdError =>
  new PlotdError('ERR_OUTPUT_PATH', `${path} cannot be used for output: ${why}`, { path })
