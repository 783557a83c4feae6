import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createServer, type Server } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'

/**
 * The lock of a folder, which only one process at a time can hold. The kernel keeps the lock, and releases it when the
 * process ends. So a reused pid does no harm, and containers that share the folder share the lock. The text of the lock
 * file names the process that holds the lock.
 *
 * Node has no flock(2). A lock of flock(2) belongs to the open file, so on Linux the command flock(1) gets the
 * descriptor, locks the file and exits. On Linux without flock(1), an abstract socket is the lock, but only within one
 * network namespace. The name of the socket has the inode of the lock file. On the BSDs and macOS open(2) can lock. On
 * Windows plotd opens the file without sharing, so no other process can open it, not even to read the text.
 */
export interface Lock {
  release(): void
}

/** @throws PlotdError ERR_STATE_LOCKED when another process holds the folder; ERR_SPOOL_WRITE; errors of the system */
export async function lockFolder(folder: string): Promise<Lock> {
  const path = join(folder, 'lock')
  const fd = openLocked(path, folder)
  const isLocked = process.platform !== 'linux' || flock(fd, path, folder)
  const socket = isLocked ? undefined : await bind(folder, path, fd)
  const release = (): void => {
    fs.closeSync(fd)
    socket?.close()
  }
  try {
    fs.ftruncateSync(fd)
    fs.writeSync(fd, `${identity(process.pid) ?? process.pid} ${hostname()}\n`, 0)
  } catch (error) {
    release()
    throw error
  }
  return { release }
}

/** O_EXLOCK of the BSDs, and UV_FS_O_EXLOCK of libuv on Windows. Node passes both on, but has no names for them. */
const O_EXLOCK = 0x20
const UV_FS_O_EXLOCK = 0x10000000

/** Flags that make open(2) lock the file, and the code of the error when another process has the lock. */
function lockFlags(): readonly [flags: number, held: string] {
  if (process.platform === 'win32') return [UV_FS_O_EXLOCK, 'EBUSY']
  if (process.platform === 'linux') return [0, '']
  return [O_EXLOCK | fs.constants.O_NONBLOCK, 'EAGAIN']
}

function openLocked(path: string, folder: string): number {
  const { O_RDWR, O_CREAT } = fs.constants
  const [flags, held] = lockFlags()
  try {
    return fs.openSync(path, O_RDWR | O_CREAT | flags, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === held) throw lockedError(folder, path)
    throw error
  }
}

/** Exit code of flock(1) when another process has the lock. */
const HELD = 1

/** @returns false when there is no flock(1) here */
function flock(fd: number, path: string, folder: string): boolean {
  // The PATH of a service may lack these folders. Without flock(1) the process would not see locks that flock(1) made.
  const PATH = `${process.env['PATH'] ?? ''}:/usr/bin:/bin`
  const stdio = ['ignore', 'ignore', 'ignore', fd] as const
  const { status, error } = spawnSync('flock', ['-x', '-n', '3'], { stdio: [...stdio], env: { ...process.env, PATH } })
  if (status === 0) return true
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return false
  fs.closeSync(fd)
  if (status === HELD) throw lockedError(folder, path)
  const why = error?.message ?? `flock ended with ${status}`
  throw new PlotdError('ERR_SPOOL_WRITE', `${path} could not be locked: ${why}`, { file: path }, error)
}

async function bind(folder: string, path: string, fd: number): Promise<Server> {
  const { dev, ino } = fs.fstatSync(fd)
  const server = createServer((socket) => socket.destroy())
  server.unref()
  try {
    await new Promise<void>((bound, failed) => {
      server.once('error', failed)
      server.listen(`\0plotd-${dev}-${ino}`, bound)
    })
    return server
  } catch (error) {
    fs.closeSync(fd)
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? lockedError(folder, path) : error
  }
}

function lockedError(folder: string, path: string): PlotdError {
  const message = `${folder} is used by another plotd`
  const holder = process.platform === 'win32' ? '' : fs.readFileSync(path, 'utf8').trim()
  if (holder === '') return new PlotdError('ERR_STATE_LOCKED', message, { folder })
  const [pid] = holder.split(' ')
  const here = identity(Number(pid)) ?? `${pid} ${hostname()}`
  const isHere = `${holder} `.startsWith(`${here} `)
  const holderName = isHere ? `pid ${pid}` : `pid ${pid} of another machine or container (${holder})`
  return new PlotdError('ERR_STATE_LOCKED', `${message}: ${holderName}`, { folder, pid: Number(pid) })
}

/** Pid, boot and start time, which together identify a process. Undefined without /proc or without that process. */
function identity(pid: number): string | undefined {
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const started = fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19]
    return `${pid} ${boot} ${started}`
  } catch {
    return undefined
  }
}
