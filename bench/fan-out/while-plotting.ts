import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { table, whole } from '../spool/measure.ts'
import { child, said, stalls } from './child.ts'
import type { Asked, Heard } from './crowd.ts'

const PLOTTERS = 10
const CHANGES = 60

/** How soon all followers are told of a change while ten plots run; each of the three parties has a process of its own. */
export async function whilePlotting(counts: readonly number[]): Promise<void> {
  console.log(
    `\nTelling subscribed clients of a change while ${PLOTTERS} EBB boards plot: from the call to each client\n`,
  )
  const folder = await mkdtemp(join(tmpdir(), 'plotd-bench-'))
  const boards = child('./boards', String(PLOTTERS), import.meta.url)
  const urls = JSON.parse(await said(boards)) as string[]
  const daemon = child('./daemon', JSON.stringify(flagsFor(folder, urls)), import.meta.url)
  const peer = child('./bare', '', import.meta.url)
  try {
    const url = await said(daemon)
    const state = join(folder, 'state')
    const client = await connect({ url, state })
    await plotOnAll(client)
    const token = (await readFile(join(state, 'token'), 'utf8')).trim()
    const bareUrl = await said(peer)
    const rows: string[][] = []
    for (const clients of counts) {
      const told = await crowd({ url, token, clients }, () => stalls(daemon))
      const { p99, max } = await stalls(daemon)
      const memory = await residentMb(daemon.pid)
      const plots = await plotting(client)
      const bare = await crowd({ url: bareUrl, token, clients })
      rows.push([
        ...[clients, plots].map(whole),
        ...[told.p50, told.p99, bare.p50, bare.p99].map((micros) => (micros / 1000).toFixed(1)),
        ...[told.bytesPerSecond / 1000, p99, max].map((value) => value.toFixed(1)),
        whole(memory),
      ])
    }
    const times = ['p50 ms', 'p99 ms', 'bare p50', 'bare p99']
    const head = ['clients', 'plots', ...times, 'kB/s each', 'loop p99 ms', 'loop max ms', 'daemon MB']
    console.log(table(head, rows))
    client.close()
  } finally {
    daemon.kill('SIGKILL')
    boards.kill()
    peer.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param connected  called before the first change, when everybody has come: what that cost is not counted */
async function crowd(
  at: Omit<Asked, 'changes'>,
  connected: () => Promise<unknown> = async () => undefined,
): Promise<Heard> {
  const process = child('./crowd', JSON.stringify({ ...at, changes: CHANGES } satisfies Asked), import.meta.url)
  await said(process)
  await connected()
  process.send({})
  return JSON.parse(await said(process)) as Heard
}

const flagsFor = (folder: string, urls: readonly string[]) => ({
  port: 0,
  state: join(folder, 'state'),
  output: join(folder, 'output'),
  logLevel: 'error',
  plotters: urls.map((url, i) => ({ name: `ebb${i}`, url, profile: 'axidraw-v3' })),
})

/** Sheets of short strokes, which tell the most, and long enough for the measurement. */
async function plotOnAll(client: PlotdClient): Promise<void> {
  const hooks = Array.from({ length: 2000 }, (_, i) => `M${5 + (i % 50) * 4} ${5 + Math.floor(i / 50) * 4}h2v2`)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="180mm" viewBox="0 0 210 180"><path d="${hooks.join('')}" fill="none" stroke="black"/></svg>`
  for (let i = 0; i < PLOTTERS; i++) {
    const name = `ebb${i}`
    await until(async () => (await client.call('plotter.get', { name })).state.is === 'idle')
    await client.submit({ task: 'svg', params: { svg }, plot: { plotter: name } })
    await client.call('plotter.ready', { name })
  }
  await until(async () => (await plotting(client)) === PLOTTERS)
}

const plotting = async (client: PlotdClient) =>
  (await client.call('job.list', { status: ['plotting'], limit: 1 })).total

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(50)
}

/** Linux only, like the figures in the docs. */
async function residentMb(pid = 0): Promise<number> {
  const [, pages] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')
  return (Number(pages) * 4096) / 1e6
}
