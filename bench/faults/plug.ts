import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connect } from '../../clients/node/index.ts'
import type { WireJob } from '../../src/daemon/protocol/index.ts'
import { packageRoot, threadScript } from '../../src/threads.ts'

const CLI = join(packageRoot, 'dist/clients/cli/main.js')

export interface PlugReport {
  readonly submitted: number
  readonly acknowledged: number
  /** Number of kills of the daemon, each followed by a start. For `pullTheDisk`: number of copies of the disk. */
  readonly pulled: number
  readonly wrong: readonly string[]
}

/**
 * Runs `count` commands `plotd postcard`, two at a time, against a real daemon. Kills the daemon by SIGKILL at random
 * moments and starts the daemon again. At the end every job whose id the command line printed must be finished, with a
 * file of its own.
 *
 * @param ending  'cut': bytes that the spool did not sync are lost with the daemon
 */
export async function pullThePlug(folder: string, count: number, ending: 'kill' | 'cut'): Promise<PlugReport> {
  mkdirSync(folder, { recursive: true })
  const acknowledged: string[] = []
  let [pulled, isOver] = [0, false]
  let daemon = await startDaemon(folder, ending)
  const puller = async (): Promise<void> => {
    while (!isOver) {
      const target = acknowledged.length + Math.random() * 12
      while (!isOver && acknowledged.length <= target) await sleep(5)
      await sleep(Math.random() * 300)
      await killDaemon(daemon)
      pulled++
      daemon = await startDaemon(folder, ending)
    }
  }
  const pulling = puller()
  await shells(folder, count, acknowledged)
  isOver = true
  await pulling
  const wrong = await lossesOf(folder, acknowledged)
  await killDaemon(daemon)
  return { submitted: count, acknowledged: acknowledged.length, pulled, wrong }
}

/** Runs `count` commands `plotd postcard`, two at a time. Adds to `acknowledged` each id that a command prints. */
export async function shells(folder: string, count: number, acknowledged: string[]): Promise<void> {
  let next = 0
  const shell = async (): Promise<void> => {
    while (next < count) {
      const id = await postcard(folder, ++next)
      if (id !== undefined) acknowledged.push(id)
    }
  }
  await Promise.all([shell(), shell()])
}

export async function killDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return
  const closed = once(daemon, 'close')
  daemon.kill('SIGKILL')
  await closed
}

/** Resolves when the daemon listens. @throws when it does not start */
export async function startDaemon(folder: string, ending: 'kill' | 'cut'): Promise<ChildProcess> {
  const script = fileURLToPath(threadScript('bench/spool/serve'))
  const child = spawn(process.execPath, [script, folder, ending], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close').then(([code]) => Promise.reject(new Error(`the daemon ended with ${code}`)))
  await Promise.race([once(child.stdout, 'data'), closed])
  closed.catch(() => {})
  return child
}

/** The id that the command line printed; undefined when the command failed. */
async function postcard(folder: string, i: number): Promise<string | undefined> {
  const words = ['postcard', `Recipient ${i}`, 'Many happy returns', '--json', '--state', join(folder, 'state')]
  const child = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number]
  return code === 0 ? /"id":"(\w+)"/.exec(text)?.[1] : undefined
}

/** Sentences about acknowledged jobs that are lost or did not finish, and about files that are missing or shared. */
async function lossesOf(folder: string, acknowledged: readonly string[]): Promise<string[]> {
  const client = await connect({ state: join(folder, 'state') })
  const wrong = acknowledged.length === 0 ? ['nothing was acknowledged, so nothing is proven'] : []
  const owners = new Map<string, string>()
  for (const id of acknowledged) {
    const job = await ended(() => client.call('job.get', { id })).catch((error: unknown) => String(error))
    if (typeof job === 'string') wrong.push(`job ${id} was acknowledged, and job.get fails: ${job}`)
    else wrong.push(...problemsOf(job, owners))
  }
  const files = new Set(await readdir(join(folder, 'output'), { recursive: true }))
  for (const [path, id] of owners) if (!files.has(path)) wrong.push(`job ${id} says ${path}, which is not there`)
  client.close()
  return wrong
}

/** Waits until a job has ended, because rendering continues after the last kill. */
async function ended(get: () => Promise<WireJob>): Promise<WireJob> {
  let job = await get()
  while (job.status === 'queued' || job.status === 'started') {
    await sleep(20)
    job = await get()
  }
  return job
}

function problemsOf(job: WireJob, owners: Map<string, string>): string[] {
  const { id, status, result } = job
  if (status !== 'finished' || result === undefined) return [`job ${id} is ${status}: ${job.error?.message ?? ''}`]
  const owner = owners.get(result.path)
  owners.set(result.path, id)
  return owner === undefined ? [] : [`jobs ${owner} and ${id} have one file, ${result.path}`]
}
