import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'

/** A private PostgreSQL server in its own folder, on its own port. Root starts it as the user postgres. */
export interface PostgresServer {
  readonly port: number
  readonly folder: string
  /** The id of the server's first process. */
  readonly pid: number
  url(database: string): string
  /** Ends all processes of the server immediately, as a power cut would. */
  kill(): void
  /** Sends a signal, such as SIGSTOP, to all processes of the server. */
  signal(signal: NodeJS.Signals): void
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * The folder of PostgreSQL's programs, if PostgreSQL is installed. Debian has a folder for each version. `programs`
 * returns the newest.
 */
function programs(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(debian, version, 'bin')), '/usr/local/bin', '/usr/bin']
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

const isRoot = userInfo().uid === 0
const bin = programs()
const user = isRoot ? accountOf('postgres') : undefined

/** The reason why no server can run here; undefined when one can. */
export const WITHOUT_POSTGRES: string | undefined =
  bin === undefined
    ? 'PostgreSQL is not installed (apt-get install postgresql)'
    : isRoot && user === undefined
      ? 'PostgreSQL refuses to run as root, and there is no user postgres'
      : undefined

function accountOf(name: string): { readonly uid: number; readonly gid: number } | undefined {
  const id = (flag: string): number => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout)
  const uid = id('-u')
  return uid > 0 ? { uid, gid: id('-g') } : undefined
}

/** A start that fails is repeated for at most this time, ms. */
const START_MS = 120_000

const SETTINGS = [
  "listen_addresses = '127.0.0.1'",
  'fsync = on',
  'max_connections = 200',
  'shared_buffers = 64MB',
  'max_wal_size = 256MB',
  'autovacuum_naptime = 10s',
  'log_min_messages = fatal',
]

const PREFIX = 'plotd-postgres-'
/** Name of a file in a server's folder. The file holds the id of the process that needs the server. */
const OWNER = 'owner'

/** Ends each server whose owner has ended, and removes the folder of the server. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name)
    const owner = numberIn(join(folder, OWNER))
    if (owner === undefined || isAlive(owner)) continue
    const server = numberIn(join(folder, 'data', 'postmaster.pid'))
    if (server !== undefined && runsIn(server, folder))
      for (const pid of [server, ...childrenOf(server)]) send(pid, 'SIGKILL')
    spawnSync('umount', ['-l', join(folder, 'data')]) // if the data folder has its own file system
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The text of a file; empty when the file is gone. PostgreSQL may remove its files at any moment. */
function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The positive number in the first line of a file; undefined when there is none. */
function numberIn(path: string): number | undefined {
  const number = Number.parseInt(textIn(path), 10)
  return number > 0 ? number : undefined
}

/** Whether a process is the server of this folder. After the server's end, its id may belong to another process. */
const runsIn = (pid: number, folder: string): boolean => textIn(`/proc/${pid}/cmdline`).includes(folder)

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Runs one of PostgreSQL's programs as the server's user. */
type Run = (program: string, words: readonly string[]) => void

/** Makes the data folder of a server. */
export type Fill = (data: string, run: Run) => void

export interface PostgresSettings {
  /** Further lines of the server's configuration. */
  readonly lines?: readonly string[]
  /** The process that needs the server. A later `startPostgres` ends a server whose owner has ended. */
  readonly owner?: number
  /** Makes the server's data folder; the default makes an empty cluster. */
  readonly fill?: Fill
  /** Networks, such as 10.0.0.0/24, that may connect. */
  readonly networks?: readonly string[]
}

const empty: Fill = (data, run) => run('initdb', ['-D', data, '-U', 'plotd', '-A', 'trust', '-E', 'UTF8', '-N'])

export const standbyOf =
  ({ port }: Pick<PostgresServer, 'port'>): Fill =>
  (data, run) =>
    run('pg_basebackup', [
      '-D',
      data,
      '-h',
      '127.0.0.1',
      '-p',
      `${port}`,
      '-U',
      'plotd',
      '-X',
      'stream',
      '-R',
      '-c',
      'fast',
    ])

/** Puts the data folder on a small file system in memory, which can be filled. Needs root. */
export const onSmallDisk =
  (megabytes: number): Fill =>
  (data, run) => {
    mkdirSync(data)
    const size = `size=${megabytes}m,mode=0700,uid=${user?.uid ?? 0},gid=${user?.gid ?? 0}`
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', data])
    empty(data, run)
  }

/** @throws when no server can run here (WITHOUT_POSTGRES), or when it does not start */
export async function startPostgres(settings: PostgresSettings = {}): Promise<PostgresServer> {
  const { lines = [], owner = process.pid, fill = empty, networks = [] } = settings
  if (bin === undefined || WITHOUT_POSTGRES !== undefined) throw new Error(WITHOUT_POSTGRES)
  removeLeftovers()
  const folder = mkdtempSync(join(tmpdir(), PREFIX))
  writeFileSync(join(folder, OWNER), `${owner}`)
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const options = { ...user, cwd: folder, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' } }
  const data = join(folder, 'data')
  fill(data, (program, words) => {
    const ended = spawnSync(join(bin, program), words, options)
    if (ended.status !== 0) throw new Error(`${program}: ${ended.stderr.toString()}`)
  })
  const port = await freePort()
  const automatic = join(data, 'postgresql.auto.conf')
  // In the folder of a standby, this file holds the address of the primary.
  const automaticSettings = readFileSync(automatic, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('primary_conninfo'))
  const own = [`port = ${port}`, `unix_socket_directories = '${folder}'`]
  writeFileSync(automatic, `${[...SETTINGS, ...automaticSettings, ...own, ...lines].join('\n')}\n`)
  for (const network of networks) appendFileSync(join(data, 'pg_hba.conf'), `host all all ${network} trust\n`)
  const url = (database: string): string => `postgres://plotd@127.0.0.1:${port}/${database}`
  let server: ReturnType<typeof spawn> | undefined
  const ended = async (): Promise<void> => {
    const running = server
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    await new Promise((resolve) => running.once('exit', resolve))
  }
  const start = async (): Promise<void> => {
    await ended()
    const deadline = performance.now() + START_MS
    for (;;) {
      server = spawn(join(bin, 'postgres'), ['-D', data], { ...options, stdio: 'ignore', detached: true })
      server.unref()
      if (await answers(url('postgres'), server)) return
      if (performance.now() > deadline) throw new Error('PostgreSQL did not start')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const signalAll = (signal: NodeJS.Signals): void => {
    if (server?.pid === undefined) return
    const children = childrenOf(server.pid)
    for (const pid of [server.pid, ...children]) send(pid, signal)
  }
  await start()
  return {
    port,
    folder,
    get pid() {
      return server?.pid ?? 0
    },
    url,
    start,
    kill: () => signalAll('SIGKILL'),
    signal: signalAll,
    stop: async () => {
      server?.kill('SIGINT')
      await ended()
      if (fill !== empty) spawnSync('umount', [data]) // if the data folder has its own file system
      // A process of a server that was killed may still write there.
      rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
    },
  }
}

/** @returns false when the server ended, perhaps because an earlier server's processes still hold the shared memory */
async function answers(url: string, server: ReturnType<typeof spawn>): Promise<boolean> {
  while (server.exitCode === null && server.signalCode === null) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.query('SELECT 1')
      return true
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      await client.end().catch(() => {})
    }
  }
  return false
}

/**
 * The ids of a process's children. Each process of PostgreSQL has its own group, so a signal to the group of the first
 * process reaches no other.
 */
const childrenOf = (pid: number): number[] =>
  textIn(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {} // The process has ended.
}

let serial = 0

/** Runs a statement as the user that the URL names. @returns its rows */
export async function sql<T extends pg.QueryResultRow>(url: string, text: string): Promise<readonly T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<T>(text)).rows
  } finally {
    await client.end()
  }
}

/** Makes a database: a copy of the template, which is empty by default. @returns its URL */
export async function newDatabase(server: Pick<PostgresServer, 'url'>, template = 'template0'): Promise<string> {
  const name = `test_${process.pid}_${++serial}`
  await sql(server.url('postgres'), `CREATE DATABASE ${name} TEMPLATE ${template} ENCODING 'UTF8'`)
  return server.url(name)
}
