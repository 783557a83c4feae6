import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { packageRoot } from '../../src/threads.ts'

const folder = join(packageRoot, 'bench/peers')
const load = createRequire(join(folder, 'package.json'))

/**
 * If the engines for comparison are not installed, installs them in their own folder. The planning bench installs the
 * engines with `--ignore-scripts`. After that, this function still has to build SQLite.
 */
export function installPeers(): void {
  const isInstalled = existsSync(join(folder, 'node_modules/bullmq'))
  if (isInstalled && existsSync(join(folder, 'node_modules/better-sqlite3/build'))) return
  const what = isInstalled ? 'building better-sqlite3' : 'installing better-sqlite3, bullmq and the other packages'
  console.log(`${what} below bench/peers (a compilation takes minutes)`)
  const args = isInstalled ? ['rebuild', 'better-sqlite3'] : ['install', '--no-package-lock', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) console.log('could not install the engines: the tables have no rows for them')
}

/** The package of an engine; undefined when it is not installed. `T` is the part of the package that the bench uses. */
export function peer<T>(name: string): T | undefined {
  try {
    return load(name) as T
  } catch {
    return undefined
  }
}

export interface RedisServer {
  readonly socket: string
  stop(): void
}

/** A private Redis server on the disk that is measured; undefined when Redis is not installed. */
export async function startRedis(base: string, appendfsync: 'always' | 'everysec'): Promise<RedisServer | undefined> {
  if (spawnSync('redis-server', ['--version']).error !== undefined) return undefined
  const dir = join(base, `redis-${appendfsync}`)
  mkdirSync(dir, { recursive: true })
  const socket = join(dir, 'socket')
  const settings = ['--port', '0', '--unixsocket', socket, '--dir', dir, '--save', '', '--appendonly', 'yes']
  const server = spawn('redis-server', [...settings, '--appendfsync', appendfsync], { stdio: 'ignore' })
  const stop = () => void server.kill('SIGKILL')
  for (let i = 0; i < 100; i++) {
    if (await answers(socket)) return { socket, stop }
    await sleep(50)
  }
  stop()
  throw new Error(`redis-server does not answer at ${socket}`)
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => {
      socket.destroy()
      done(true)
    })
    socket.on('error', () => done(false))
  })
}
