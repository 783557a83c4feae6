import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { connect, type PlotdClient } from '../clients/node/index.ts'
import { EbbBoard, runSimulator } from '../src/plotter/simulators/index.ts'
import { packageRoot } from '../src/threads.ts'
import { Caged, leave } from './small/caged.ts'
import { table } from './spool/measure.ts'

const PLOTD = join(packageRoot, 'dist/clients/cli/main.js')

/**
 * npm run bench small -- [--core 0]
 *
 * A daemon as a small computer has room for, on one core: the demo in it, and plots at the speed of a real machine while
 * somebody follows and other jobs are rendered. How much memory it came to hold, and how often the board had to wait for
 * it in the middle of a stroke. Linux, with taskset.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { core: { type: 'string' } } })
  const core = Number(values.core ?? 0)
  leave(core)
  const folder = await mkdtemp(join(tmpdir(), 'plotd-small-'))
  try {
    const demo = await theDemo(core, folder)
    const plots = []
    for (const firmware of ['2.8.1', '3.0.3'] as const) plots.push(await aPlot(core, firmware, folder))
    const head = ['', 'resident at most, MB', 'seconds', 'of processor', 'steps with ink', 'gaps', 'longest, ms']
    console.log(table(head, [demo, ...plots]))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function theDemo(core: number, folder: string): Promise<string[]> {
  const caged = new Caged(core, PLOTD, ['demo', '--json', '--output', join(folder, 'demo')])
  caged.process.stdout?.resume()
  const code = await caged.ended
  if (code !== 0) process.exitCode = 1
  const what = `demo: ${caged.processes} processes, exit code ${code}`
  return [what, caged.peakMb.toFixed(0), caged.seconds.toFixed(1), '', '', '', '']
}

/** Curves in the shortest pieces that the planner keeps, corners, and letters: what asks most of whoever feeds a board. */
function drawing(): string {
  const wave = (row: number) =>
    Array.from(
      { length: 700 },
      (_, i) => `${i === 0 ? 'M' : 'L'}${10 + i * 0.2} ${(row + 3 * Math.sin(i / 7)).toFixed(3)}`,
    )
  const paths = Array.from({ length: 6 }, (_, i) => `<path d="${wave(15 + 8 * i).join('')}"/>`).join('')
  const zigzag = Array.from({ length: 120 }, (_, i) => `L${10 + i} ${i % 2 === 0 ? 66 : 70}`).join('')
  const text = '<text x="10" y="82" font-size="6" stroke="none" fill="black">the quick brown fox</text>'
  return `<svg xmlns="http://www.w3.org/2000/svg" width="160mm" height="100mm" viewBox="0 0 160 100"><g fill="none" stroke="black">${paths}<path d="M10 70${zigzag}"/></g>${text}</svg>`
}

async function aPlot(core: number, firmware: '2.8.1' | '3.0.3', folder: string): Promise<string[]> {
  const simulator = await runSimulator('ebb', { tcp: 0, firmware })
  const [state, output] = [join(folder, firmware), join(folder, 'output')]
  const flags = ['--port', '0', '--state', state, '--output', output, '--log-level', 'error']
  const caged = new Caged(core, PLOTD, [
    'serve',
    '--json',
    ...flags,
    '--plotter',
    `axi=${simulator.url}?speed=1,gate=off`,
  ])
  try {
    const client = await connect({ url: await addressOf(caged), state })
    const { id } = await client.submit({ task: 'svg', params: { svg: drawing() }, plot: { plotter: 'axi' } })
    const over = ended(client, id)
    const others = besides(client, over)
    const before = caged.cpuSeconds
    const begun = performance.now()
    const status = await over
    if (status !== 'finished') process.exitCode = 1
    const seconds = (performance.now() - begun) / 1000
    await others
    client.close()
    const share = `${((100 * (caged.cpuSeconds - before)) / seconds).toFixed(0)} %`
    const what = `plot, firmware ${firmware}: ${status}`
    const { board } = simulator
    const longest = board instanceof EbbBoard ? (board.machine.stats.largestGapTicks / 25).toFixed(1) : ''
    const counts = [board.ink.vertexCount, board.gaps].map(String)
    return [what, caged.peakMb.toFixed(0), seconds.toFixed(1), share, ...counts, longest]
  } finally {
    caged.process.kill('SIGTERM')
    await caged.ended
    await simulator.close()
  }
}

async function addressOf(caged: Caged): Promise<string> {
  if (caged.process.stdout) {
    for await (const line of createInterface({ input: caged.process.stdout })) {
      const { url } = JSON.parse(line) as { url?: string }
      if (url !== undefined) return url
    }
  }
  throw new Error('the daemon did not start')
}

async function ended(client: PlotdClient, id: string): Promise<string> {
  let status = ''
  for await (const job of client.watch(id)) ({ status } = job)
  return status
}

/** Somebody follows everything, and every few seconds another job is rendered on the same core. */
async function besides(client: PlotdClient, over: Promise<unknown>): Promise<void> {
  let isOver = false
  void over.then(() => {
    isOver = true
  })
  while (!isOver) {
    await client.submit({ task: 'pattern', params: { pattern: 'flow', width: 150, height: 150 } })
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 3000))])
  }
}
