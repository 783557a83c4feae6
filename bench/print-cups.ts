import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pino } from 'pino'
import { connect, type PlotdClient, type WireJob } from '../clients/node/index.ts'
import { openPrinters } from '../clients/printer/index.ts'
import { configSchema } from '../src/daemon/config/schema.ts'
import { startDaemon } from '../src/daemon/daemon.ts'
import { drawingOf, type Strokes } from '../src/geometry/drawing.ts'
import { runSimulator } from '../src/plotter/simulators/index.ts'
import { drawingToSvg } from '../src/svg/index.ts'
import { comparePages, type PageFigures } from './print/compare.ts'
import { Cups } from './print/cups.ts'

/** Speed of the simulator, as a multiple of a real plotter's. */
const SPEED = 20_000
const CUPS_PORT = 16_632

/**
 * `npm run bench print-cups -- FOLDER [--keep DIR]`: prints the first page of each PDF of a folder on a simulated
 * AxiDraw, by `lp` and a private CUPS. Compares the ink with poppler's rendering of the PDF. `--keep` saves each
 * page's ink as SVG in the existing folder DIR. Needs root, cups, cups-client, cups-filters and poppler-utils.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [folder = ''] = args
  const keep = args.includes('--keep') ? args[args.indexOf('--keep') + 1] : undefined
  if (folder === '' || process.getuid?.() !== 0) {
    console.log('needs a folder of PDFs, and root for CUPS')
    return
  }
  const temp = mkdtempSync(join(tmpdir(), 'plotd-print-'))
  const board = await runSimulator('ebb', { tcp: 0, speed: SPEED })
  const plotters = [{ name: 'axi', url: `${board.url}?speed=${SPEED}`, profile: 'axidraw-v3', gate: 'off' as const }]
  const places = { state: join(temp, 'state'), output: join(temp, 'output') }
  const config = configSchema.parse({ port: 0, ...places, plotters, printer: { enabled: true, port: 0 } })
  const daemon = await startDaemon(config, pino({ level: 'silent' }))
  const printers = await openPrinters(daemon, config, (line) => console.log(line))
  const cups = await Cups.start(join(temp, 'cups'), CUPS_PORT)
  const client = await connect({ url: daemon.url, token: daemon.token })
  try {
    const address = `${printers.url.replace('127.0.0.1', 'localhost')}/axi?waitjob=false`
    await cups.run('lpadmin', '-p', 'plotd', '-E', '-m', 'everywhere', '-v', address)
    const all: PageFigures[] = []
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith('.pdf'))
      .sort()) {
      const path = join(folder, file)
      const before = board.board.ink.strokes()
      const job = await print(cups, client, path)
      if (job.status !== 'finished') {
        console.log(`${job.status.padEnd(10)} ${file} ${job.error?.message ?? ''}`)
        continue
      }
      const { width, height } = pageOf(path)
      const ink = upright(laterStrokes(before, board.board.ink.strokes()), width)
      if (keep !== undefined)
        writeFileSync(join(keep, `${basename(file)}.svg`), drawingToSvg(drawingOf(ink, width, height)))
      const figures = comparePages(path, ink)
      all.push(figures)
      const losses = job.result?.warnings.filter(({ kind }) => kind === 'loss').map(({ message }) => message) ?? []
      console.log(`${line(figures)}  ${file}${losses.length > 0 ? ` (${losses.join('; ')})` : ''}`)
    }
    const sum = (figureOf: (one: PageFigures) => number): number => all.reduce((total, one) => total + figureOf(one), 0)
    const mean = (figureOf: (one: PageFigures) => number): number => sum(figureOf) / Math.max(1, all.length)
    console.log(
      `\n${all.length} documents: ${line({
        ...{ words: sum(({ words }) => words), inked: sum(({ inked }) => inked) },
        ...{ inPlace: mean(({ inPlace }) => inPlace), covered: mean(({ covered }) => covered) },
      })}`,
    )
  } finally {
    client.close()
    await cups.stop()
    await printers.close()
    await daemon.close()
    await board.close()
    rmSync(temp, { recursive: true, force: true })
  }
}

async function print(cups: Cups, client: PlotdClient, path: string): Promise<WireJob> {
  const newest = async () => (await client.call('job.list', { sort: 'newest', limit: 1 })).jobs[0]
  const before = (await newest())?.id
  const media = `media=${Math.abs(pageOf(path).width - 210) < 2 ? 'A4' : 'Letter'}`
  await cups.run('lp', '-d', 'plotd', '-o', media, '-P', '1', path)
  for (;;) {
    const job = await newest()
    if (job && job.id !== before && ['finished', 'failed', 'canceled'].includes(job.status)) return job
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** The size of the first page, mm. */
function pageOf(path: string): { width: number; height: number } {
  const { stdout } = spawnSync('pdfinfo', [path], { encoding: 'utf8' })
  const [, width = 595, height = 842] = /Page size:\s+([\d.]+) x ([\d.]+) pts/.exec(stdout) ?? []
  return { width: (Number(width) * 25.4) / 72, height: (Number(height) * 25.4) / 72 }
}

function laterStrokes({ starts: earlier }: Strokes, { points, starts }: Strokes): Strokes {
  const first = earlier.at(-1) ?? 0
  return { points: points.slice(2 * first), starts: starts.slice(earlier.length - 1).map((start) => start - first) }
}

/** Turns the ink upright, because plotd turned the page so that its top lies at the left. */
function upright({ points, starts }: Strokes, width: number): Strokes {
  const turned = points.slice()
  for (let i = 0; i < points.length; i += 2) {
    turned[i] = width - (points[i + 1] ?? 0)
    turned[i + 1] = points[i] ?? 0
  }
  return { points: turned, starts }
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`.padStart(7)

const line = ({ words, inked, inPlace, covered }: PageFigures): string =>
  `${String(inked).padStart(5)} of ${String(words).padEnd(5)} words, ink in place ${percent(inPlace)}, covered ${percent(covered)}`
