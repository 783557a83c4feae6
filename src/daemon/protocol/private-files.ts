import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, readdir, readFile, readlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { PlotdError } from '../../errors.ts'

/*
 * Only the user and root may change the state folder, its files, and the folders above it. Another user with write
 * access could read a token, replace a token, or answer in place of the daemon. So daemon and clients check these
 * rights before they use the files.
 */

const OTHERS_WRITE = 0o022
const GROUP_WRITES = 0o020
const OTHERS = 0o077
const STICKY = 0o1000
const MAX_LINKS = 40

/** The id of this process's user; undefined on Windows, where files have no mode and the checks do nothing. */
const user = (): number | undefined => process.getuid?.()

interface FolderRules {
  /** Whether the user must own the folder itself. By default, root may own the folder too. */
  readonly own?: boolean
}

/**
 * Checks a folder, every folder above it, and every symbolic link in the path. Ends at a part of the path that does not
 * exist.
 *
 * @throws PlotdError ERR_STATE_UNSAFE with the command that repairs the rights, if there is one; ERR_FILE
 */
export async function checkFolder(path: string, { own = false }: FolderRules = {}): Promise<void> {
  const uid = user()
  if (uid === undefined) return
  let folder = '/'
  let links = 0
  await checkDirectory(folder, await lstat(folder), false, path)
  const steps = stepsOf(resolve(path))
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    if (step === '..') {
      folder = dirname(folder)
      continue
    }
    const next = join(folder, step)
    const stats = await statOf(next)
    if (stats === undefined) return
    checkOwner(next, stats, path)
    if (stats.isSymbolicLink()) {
      if (++links > MAX_LINKS) throw unsafe(path, next, `there are more than ${MAX_LINKS} symbolic links in the path`)
      const target = await readlink(next)
      if (isAbsolute(target)) folder = '/'
      steps.unshift(...stepsOf(target))
    } else {
      await checkDirectory(next, stats, steps.length === 0, path)
      folder = next
    }
  }
  const stats = await lstat(folder)
  if (own && stats.uid !== uid) throw unsafe(path, folder, `it belongs to ${nameOf(stats.uid)}`, chown(folder))
}

/**
 * Checks the state folder and its files before the daemon uses them.
 *
 * @throws PlotdError ERR_STATE_UNSAFE with the command that repairs the rights, if there is one; ERR_FILE
 */
export async function checkStateFolder(state: string): Promise<void> {
  if (user() === undefined) return
  await checkFolder(state, { own: true })
  await checkEntries(state)
  await checkEntries(join(state, 'spool'))
}

async function checkEntries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const path = join(folder, name)
    const stats = await statOf(path)
    if (stats?.isSymbolicLink()) await checkLinkedFolder(path)
    else if (stats?.isDirectory()) await checkFolder(path)
    else if (stats) checkFile(path, stats)
  }
}

/**
 * Checks a symbolic link, which may lead to a folder on another disk. Refuses a link that leads to no folder, because
 * its target may be a file of another user.
 */
async function checkLinkedFolder(path: string): Promise<void> {
  await checkFolder(path)
  const file = await open(path, constants.O_RDONLY | constants.O_DIRECTORY).catch(() => undefined)
  if (file === undefined) throw unsafe(path, path, 'it is a symbolic link that leads to no folder', `rm ${quote(path)}`)
  await file.close()
}

/**
 * The text of a file of the state folder; undefined when the file does not exist. Except on Windows, refuses a path
 * that is a symbolic link.
 *
 * @param restrict  whether to take the rights of other users away (mode 0600) before the file is read
 * @throws PlotdError ERR_STATE_UNSAFE when other users could have written the file; ERR_FILE when it cannot be read
 */
export async function readPrivate(path: string, restrict = false): Promise<string | undefined> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>
  let file: FileHandle | undefined
  try {
    file = await open(path, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK)
    const stats = await file.stat()
    checkFile(path, stats)
    if (restrict && stats.uid === user() && (stats.mode & OTHERS) !== 0) await file.chmod(0o600)
    return await file.readFile('utf8')
  } catch (error) {
    if (error instanceof PlotdError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'ELOOP' || code === 'EMLINK') {
      throw unsafe(path, path, 'it is a symbolic link', `rm ${quote(path)}`)
    }
    throw new PlotdError('ERR_FILE', `cannot read ${path}: ${message}`, { path }, error)
  } finally {
    await file?.close()
  }
}

/**
 * Whether a socket file exists. Checks the file and the folders above it.
 *
 * @throws PlotdError ERR_STATE_UNSAFE when another user could have created the socket file; ERR_FILE
 */
export async function isPrivateSocket(path: string): Promise<boolean> {
  const stats = await statOf(path)
  if (!stats?.isSocket()) return false
  await checkFolder(dirname(path))
  checkFile(path, stats)
  return true
}

function checkFile(path: string, stats: Stats): void {
  if (user() === undefined) return
  checkOwner(path, stats, path)
  if (!stats.isFile() && !stats.isSocket()) throw unsafe(path, path, 'it is not a file', `rm ${quote(path)}`)
  if (stats.nlink > 1) throw unsafe(path, path, `it has ${stats.nlink} hard links`, `rm ${quote(path)}`)
  checkMode(path, stats, path)
}

async function checkDirectory(path: string, stats: Stats, isLast: boolean, goal: string): Promise<void> {
  checkOwner(path, stats, goal)
  // In a sticky folder only the owner of an entry, the owner of the folder, and root can replace the entry. The checks
  // cover the owner of each folder and of each entry in the path.
  if (!isLast && (stats.mode & STICKY) !== 0) return
  // Ubuntu makes ~/.local with mode 0775, for a group in which the user is the only member.
  if (!isLast && (stats.mode & OTHERS_WRITE) === GROUP_WRITES && (await isPrivateGroup(stats))) return
  checkMode(path, stats, goal)
}

/** Whether this user, who is not root, owns the folder and is the only member of its group. */
async function isPrivateGroup({ uid, gid }: Stats): Promise<boolean> {
  if (uid === 0 || uid !== user()) return false
  const [groups, users] = await Promise.all(['/etc/group', '/etc/passwd'].map(entriesOf))
  const group = groups?.find(([, , id]) => id === String(gid))
  const primary = users?.filter(([, , , id]) => id === String(gid))
  const [name] = primary?.[0] ?? []
  return primary?.length === 1 && primary[0]?.[2] === String(uid) && (group?.[3] === '' || group?.[3] === name)
}

/** The lines of a file like /etc/passwd, each as its fields; one empty line when the file cannot be read. */
const entriesOf = async (path: string): Promise<string[][]> =>
  (await readFile(path, 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'))

function checkOwner(path: string, { uid }: Stats, goal: string): void {
  if (uid !== 0 && uid !== user()) throw unsafe(goal, path, `it belongs to ${nameOf(uid)}`, chown(path))
}

function checkMode(path: string, { mode }: Stats, goal: string): void {
  if ((mode & OTHERS_WRITE) === 0) return
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  throw unsafe(goal, path, `other users can write to it (mode ${octal})`, `chmod go-w ${quote(path)}`)
}

function unsafe(goal: string, path: string, why: string, command?: string): PlotdError {
  const way = path === goal ? '' : ` on the way to ${goal}`
  const remedy = command === undefined ? '' : `. To repair this, run: ${command}`
  return new PlotdError('ERR_STATE_UNSAFE', `${path}${way} is not safe: ${why}${remedy}`, {
    path,
    ...(command === undefined ? {} : { mend: command }),
  })
}

const nameOf = (uid: number): string => `user ${uid}, and this process is user ${user()}`

const chown = (path: string): string => `sudo chown ${user()} ${quote(path)}`

/** Quotes a path for a shell where that is necessary. */
const quote = (path: string): string =>
  /^[\w/.:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`

const stepsOf = (path: string): string[] => path.split('/').filter((step) => step !== '' && step !== '.')

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new PlotdError('ERR_FILE', `cannot read the mode of ${path}: ${message}`, { path }, error)
  }
}
