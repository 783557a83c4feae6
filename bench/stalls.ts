import { type ChildProcess, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type PlotdClient } from '../clients/node/index.ts'
import { table } from './spool/measure.ts'
import { child, firstLine, loopReport } from './stalls/child.ts'
import { million } from './stalls/million.ts'

const PLOT = { plotter: 'ebb' }
/** Longest time that the loop's thread may work in one turn, ms. */
const LIMIT_MS = 20

/**
 * Measures the stalls of the daemon's event loop while the daemon gets, previews, renders, plans, serves and plots a
 * drawing of a million vertices. The simulated board is another process. Then measures the stalls for messages with
 * 1,000 and 10,000 jobs. The last column is the longest time that the loop's thread worked in one turn: the part of a
 * stall that the daemon itself causes. This time must be at most 20 ms.
 *
 * @param args  for each number, `run` measures a drawing whose strokes have that number of vertices; for 'lists', the
 *   messages. Without arguments, `run` measures strokes of 2, of 50 and of 1,000,000 vertices, and the messages
 */
export async function run(args: readonly string[]): Promise<void> {
  const rows: string[][] = []
  const strokes = args.length > 0 ? args.map(Number).filter(Number.isFinite) : [2, 50, 1_000_000]
  for (const perStroke of strokes) rows.push(...(await stallsOfDrawing(perStroke)))
  if (args.length === 0 || args.includes('lists')) rows.push(...(await longLists()))
  console.log(table(['vertices a stroke', 'what', 's', 'loop p99 ms', 'loop max ms', 'of work'], rows))
}

async function stallsOfDrawing(perStroke: number): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-bench-'))
  const board = child('boards', '1')
  const [boardUrl = ''] = JSON.parse(await firstLine(board)) as string[]
  const plotters = [{ name: 'ebb', url: boardUrl, profile: 'axidraw-v3' }]
  const [state, output] = [join(folder, 'state'), join(folder, 'output')]
  const daemon = child('daemon', JSON.stringify({ port: 0, state, output, logLevel: 'error', plotters }))
  try {
    const url = await firstLine(daemon)
    raisePriority(daemon.pid ?? 0)
    const client = await connect({ url, state })
    const rows = await measureSteps(daemon, String(perStroke), steps(client, perStroke))
    client.close()
    return rows
  } finally {
    daemon.kill('SIGKILL')
    board.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

type Step = readonly [what: string, go: () => Promise<unknown>]

async function measureSteps(daemon: ChildProcess, perStroke: string, all: readonly Step[]): Promise<string[][]> {
  const rows: string[][] = []
  for (const [what, go] of all) {
    await loopReport(daemon)
    const startedAt = performance.now()
    const failed = await go().then(
      () => '',
      (error: Error) => `: ${error.message}`,
    )
    const seconds = (performance.now() - startedAt) / 1000
    await sleep(50)
    const { p99, max, worked } = await loopReport(daemon)
    if (worked > LIMIT_MS) process.exitCode = 1
    rows.push([perStroke, what + failed, ...[seconds, p99, max, worked].map((value) => value.toFixed(1))])
  }
  return rows
}

/** Submits and lists thousands of jobs by single messages. */
async function longLists(): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-bench-'))
  const [state, output] = [join(folder, 'state'), join(folder, 'output')]
  const limits = { messagesPerSecond: 1_000_000 }
  const daemon = child('daemon', JSON.stringify({ port: 0, state, output, logLevel: 'error', limits }))
  try {
    const client = await connect({ url: await firstLine(daemon), state })
    raisePriority(daemon.pid ?? 0)
    await client.call('queue.pause', {})
    const jobs = (name: string) =>
      Array.from({ length: 10_000 }, (_, i) => {
        const idempotencyKey = `${name} ${i}`
        return { task: 'text', params: { text: `Dear reader ${i}`, font: 'greeks' }, tags: ['night'], idempotencyKey }
      })
    const rows = await measureSteps(daemon, '', [
      ['submit 10,000 jobs', () => client.call('job.submitAll', { jobs: jobs('first') })],
      ['submit 10,000 more', () => client.call('job.submitAll', { jobs: jobs('second') })],
      ['submit them again', () => client.call('job.submitAll', { jobs: jobs('second') })],
      ['list', () => client.call('job.list', { limit: 1000, search: 'reader' })],
    ])
    client.close()
    return rows
  } finally {
    daemon.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Raises the priority of the loop's thread if that is allowed, so that other work of a busy machine causes no stalls.
 * Threads that the loop's thread starts later have the normal priority.
 */
function raisePriority(pid: number): void {
  spawnSync('chrt', ['--reset-on-fork', '--fifo', '--pid', '1', String(pid)], { stdio: 'ignore' })
}

function steps(client: PlotdClient, perStroke: number): Step[] {
  const svg = million(perStroke)
  let [upload, id] = ['', '']
  const job = () => ({ task: 'svg', params: { upload }, plot: PLOT }) as const
  const reaches = async (status: string) => {
    for (;;) {
      const { status: now, error } = await client.call('job.get', { id })
      if (now === status) return
      if (now === 'failed') throw new Error(`${error?.code}: ${error?.message}`)
      await sleep(20)
    }
  }
  const draws = async () => {
    while ((await client.call('plotter.get', { name: 'ebb' })).state.is !== 'plotting') await sleep(20)
  }
  return [
    ['idle', () => sleep(1000)],
    ['upload', async () => ({ sha256: upload } = await client.upload(svg))],
    ['preview', () => client.call('preview.render', job())],
    ['submit', async () => ({ id } = await client.submit(job()))],
    ['render', () => reaches('rendered')],
    ['output', async () => client.output((await client.call('job.get', { id })).result?.path ?? '')],
    ['plan', () => client.plan(id)],
    ['plan again', () => client.plan(id)],
    [
      'begin',
      async () => {
        await client.call('plotter.ready', { name: 'ebb' })
        await draws()
      },
    ],
    ['plot', () => sleep(3000)],
    [
      'pause',
      async () => {
        await client.call('job.pause', { id, now: true })
        await reaches('paused')
      },
    ],
    [
      'resume',
      async () => {
        await client.call('job.resume', { id })
        await draws()
        await sleep(1000)
      },
    ],
    ['cancel', () => client.call('job.cancel', { id })],
  ]
}
