import { type ChildProcess, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type PlotdClient } from '../clients/node/index.ts'
import { table } from './spool/measure.ts'
import { child, said } from './stalls/child.ts'
import type { Stood } from './stalls/daemon.ts'
import { million } from './stalls/million.ts'

const OWN = new URL('./stalls/', import.meta.url).href
const PLOT = { plotter: 'ebb' }

/**
 * How long the daemon's loop stands while a drawing of a million vertices goes all its ways: uploaded, looked at, rendered,
 * planned, fetched, plotted on a simulated board in a process of its own. The bar is 20 ms. The last column is the most
 * that the loop's thread worked in one turn: what is the daemon's own of it. `stalls [VERTICES A STROKE…]`.
 */
export async function run(args: readonly string[]): Promise<void> {
  const rows: string[][] = []
  for (const perStroke of args.length > 0 ? args.map(Number) : [2, 50, 1_000_000]) rows.push(...(await ways(perStroke)))
  console.log(table(['vertices a stroke', 'what', 's', 'loop p99 ms', 'loop max ms', 'of work'], rows))
}

async function ways(perStroke: number): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-bench-'))
  const board = child('./boards', '1', OWN)
  const [boardUrl = ''] = JSON.parse(await said(board)) as string[]
  const plotters = [{ name: 'ebb', url: boardUrl, profile: 'axidraw-v3' }]
  const [state, output] = [join(folder, 'state'), join(folder, 'output')]
  const daemon = child('./daemon', JSON.stringify({ port: 0, state, output, logLevel: 'error', plotters }), OWN, ALONE)
  try {
    const url = await said(daemon)
    aheadOfAll(daemon.pid ?? 0)
    const client = await connect({ url, state })
    const rows: string[][] = []
    for (const [what, go] of steps(client, perStroke)) {
      await stood(daemon)
      const begun = performance.now()
      const failed = await go().then(
        () => '',
        (error: Error) => `: ${error.message}`,
      )
      const seconds = (performance.now() - begun) / 1000
      await sleep(50)
      const { p99, max, worked } = await stood(daemon)
      rows.push([String(perStroke), what + failed, ...[seconds, p99, max, worked].map((value) => value.toFixed(1))])
    }
    client.close()
    return rows
  } finally {
    daemon.kill('SIGKILL')
    board.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

async function stood(daemon: ChildProcess): Promise<Stood> {
  daemon.send({})
  const [told] = (await once(daemon, 'message')) as [Stood]
  return told
}

/**
 * What else a busy machine does is no stall of the daemon's: where it is allowed, its loop's thread comes first, none of
 * the threads that it starts later does (they would come before it), and it collects its garbage by itself and waits for
 * no helpers.
 */
const ALONE = ['--single-threaded-gc']
function aheadOfAll(pid: number): void {
  spawnSync('chrt', ['--reset-on-fork', '--fifo', '--pid', '1', String(pid)], { stdio: 'ignore' })
}

function steps(client: PlotdClient, perStroke: number): [string, () => Promise<unknown>][] {
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
      'go on',
      async () => {
        await client.call('job.resume', { id })
        await draws()
        await sleep(1000)
      },
    ],
    ['cancel', () => client.call('job.cancel', { id })],
  ]
}
