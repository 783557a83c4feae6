import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { connect, type PlotdClient } from '../clients/node/index.ts'
import { packageRoot } from '../src/threads.ts'
import { BoardChild, type BoardReport } from './small/board-child.ts'
import { Caged, leave } from './small/caged.ts'
import { type MemoryCage, memoryCage } from './small/memory-cage.ts'
import { verdict } from './spool/bars.ts'
import { table } from './spool/measure.ts'

const PLOTD = join(packageRoot, 'dist/clients/cli/main.js')
const MEMORY_MB = 512
/** With more of the core taken by others, a gap says nothing of plotd. */
const QUIET = 0.02

/** What one caged program came to. */
interface Came {
  readonly what: string
  readonly isDone: boolean
  readonly peakMb: number
  readonly seconds: number
  /** Shares of the core: its own, and what others took. */
  readonly own: number
  readonly others: number
  readonly board?: BoardReport
}

/**
 * npm run bench small -- [--core 0]
 *
 * A daemon as a small computer has room for, on one core and, as root, in a cage of 512 MB: the demo in it, and plots at
 * the speed of a real machine while somebody follows and other jobs are rendered. How much memory it came to hold, and how
 * often the board had to wait for it in the middle of a stroke; the board runs on another core. Ends with 1 when a bar
 * is not met. Linux, with taskset, on two cores that have nothing else to do.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { core: { type: 'string' } } })
  const core = Number(values.core ?? 0)
  leave(core)
  const folder = await mkdtemp(join(tmpdir(), 'plotd-small-'))
  const cage = memoryCage(MEMORY_MB * 2 ** 20)
  try {
    const came = [await theDemo(core, cage, folder)]
    for (const firmware of ['2.8.1', '3.0.3']) came.push(await aPlot(core, cage, firmware, folder))
    report(came, cage)
  } finally {
    cage?.remove()
    await rm(folder, { recursive: true, force: true })
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

function report(came: readonly Came[], cage: MemoryCage | undefined): void {
  const head = [
    '',
    'held at most, MB',
    'seconds',
    'of the core',
    'by others',
    'gaps',
    'longest, ms',
    'excused',
    'held up, ms',
  ]
  const rows = came.map(({ what, peakMb, seconds, own, others, board }) => [
    ...[what, peakMb.toFixed(0), seconds.toFixed(1), percent(own), percent(others)],
    ...(board
      ? [String(board.gaps), board.longestMs.toFixed(1), String(board.excused), board.heldUpMs.toFixed(1)]
      : ['', '', '', '']),
  ])
  console.log(table(head, rows))
  const caged =
    cage === undefined ? 'not caged: this takes root' : `in a cage of ${MEMORY_MB} MB, ${cage.ended} ended for it`
  console.log(`\nMemory: ${caged}. Excused: gaps no longer than the board's own process was held up.\n`)
  const bars = [
    ...came.map(({ what, isDone }): [string, string, boolean] => [`${what}: done`, String(isDone), isDone]),
    ...came.map(({ what, peakMb }): [string, string, boolean] => [
      `${what}: at most ${MEMORY_MB} MB`,
      `${peakMb.toFixed(0)} MB`,
      peakMb <= MEMORY_MB && (cage?.ended ?? 0) === 0,
    ]),
    ...came.flatMap(({ what, board, others }): [string, string, boolean][] => {
      if (!board) return []
      const noise = others > QUIET ? `; others took ${percent(others)} of the core, so measure again` : ''
      return [[`${what}: no gap in mid-stroke`, `${board.gaps}${noise}`, board.gaps === 0]]
    }),
  ]
  console.log(
    table(
      ['bar', 'measured', ''],
      bars.map(([what, measured, met]) => [what, measured, verdict(met)]),
    ),
  )
  if (bars.some(([, , met]) => !met)) process.exitCode = 1
}

/** What a program did between two moments. */
function watch(caged: Caged): (what: string, isDone: boolean) => Came {
  const [begun, own, all] = [caged.seconds, caged.cpuSeconds, caged.coreSeconds]
  return (what, isDone) => {
    const seconds = caged.seconds - begun
    const share = (caged.cpuSeconds - own) / seconds
    const others = Math.max(0, (caged.coreSeconds - all) / seconds - share)
    return { what, isDone, peakMb: caged.peakMb, seconds, own: share, others }
  }
}

async function theDemo(core: number, cage: MemoryCage | undefined, folder: string): Promise<Came> {
  const caged = new Caged(core, cage, PLOTD, ['demo', '--json', '--output', join(folder, 'demo')])
  const came = watch(caged)
  caged.process.stdout?.resume()
  const code = await caged.ended
  return came(`demo, ${caged.processes} processes`, code === 0)
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

async function aPlot(core: number, cage: MemoryCage | undefined, firmware: string, folder: string): Promise<Came> {
  const board = await BoardChild.start(firmware)
  const [state, output] = [join(folder, firmware), join(folder, 'output')]
  const flags = ['--port', '0', '--state', state, '--output', output, '--log-level', 'error']
  const plotter = `axi=${board.url}?speed=1,gate=off`
  const caged = new Caged(core, cage, PLOTD, ['serve', '--json', ...flags, '--plotter', plotter])
  try {
    const client = await connect({ url: await addressOf(caged), state })
    const { id } = await client.submit({ task: 'svg', params: { svg: drawing() }, plot: { plotter: 'axi' } })
    const over = ended(client, id)
    const others = besides(client, over)
    const came = watch(caged)
    const status = await over
    const plot = came(`plot, firmware ${firmware}`, status === 'finished')
    await others
    client.close()
    return { ...plot, board: await board.report() }
  } finally {
    caged.process.kill('SIGTERM')
    await caged.ended
    await board.close()
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
