import { join, relative } from 'node:path'
import type { Params, WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import type { FeedEvent, PlotdClient } from '../../node/index.ts'
import { FINAL } from '../../node/job.ts'
import { defineCommand } from '../args/command.ts'
import type { Line } from '../demo/child.ts'
import { isWithinStep, STEP_MM, verdict } from '../demo/fidelity.ts'
import { DemoProcesses } from '../demo/processes.ts'
import { Show } from '../demo/show.ts'
import { EXIT } from '../errors/exit-codes.ts'
import type { Io } from '../io/io.ts'
import { duration } from '../ui/format.ts'

const PAGE = { width: 210, height: 148 }

/** The jobs of the demo. Only the postcard is drawn. It is sent last, with the highest priority of the three. */
const JOBS: readonly Params<'job.submit'>[] = [
  { task: 'pattern', params: { pattern: 'grid', seed: 7475 }, priority: 'low' },
  { task: 'pattern', params: { pattern: 'spiral', seed: 7475 }, priority: 'default' },
  {
    task: 'postcard',
    params: {
      recipient: 'Ada',
      template: 'birthday',
      message: 'Many happy returns! May your curves be smooth, your corners sharp, and your pen never run dry.',
    },
    priority: 'high',
    // join 0 keeps every small gap, because the demo compares the ink with the drawing
    plot: { plotter: 'axidraw', copies: 1, options: { join: 0 } },
  },
]

export const demo = defineCommand({
  about:
    'Try plotd without a plotter: a daemon, a simulated AxiDraw on a pseudo terminal, three jobs, and a postcard drawn on the screen.',
  positionals: {},
  flags: {
    output: {
      alias: 'o',
      type: 'string',
      default: 'output',
      describe: 'folder for the SVGs and the ink',
      requiresArg: true,
    },
    speed: { type: 'number', default: 20, describe: 'speed, in multiples of a real plotter’s', requiresArg: true },
  },
  examples: [
    ['demo', ''],
    ['demo --speed 1', 'as slow as a real plotter'],
  ],
  more: 'The daemon and the plotter end with the demo. The output folder stays.',
  async run({ output, speed }, io) {
    const show = new Show(io, PAGE)
    const processes = await DemoProcesses.open()
    try {
      return await perform(processes, show, { output, speed }, io)
    } catch (thrown) {
      throw withDemoHint(thrown)
    } finally {
      await processes.close()
    }
  },
})

async function perform(
  processes: DemoProcesses,
  show: Show,
  { output, speed }: { output: string; speed: number },
  io: Io,
) {
  const ink = join(output, 'demo', 'ink.svg')
  const options = { output, speed, page: `${PAGE.width}x${PAGE.height}`, ink, onLine: (line: Line) => show.ink(line) }
  const port = await processes.plotter(options)
  show.say(
    `A simulated plotter runs on ${io.paint.bold(port)}, a serial port that any program can open.`,
    io.paint.dim(`It draws up to ${speed} × as fast as a real AxiDraw; the estimates below are for a real AxiDraw.`),
  )
  const state = await processes.daemon(port, options)
  const { connect } = await import('../../node/connect.ts')
  await using client = await connect({ state })
  show.say(
    `A daemon with an empty queue answers at ${io.paint.bold(client.address.url)}. Three jobs are queued by WebSocket:`,
    '',
  )
  const started = Date.now()
  const card = await send(client, show, output)
  const result = card.result
  if (card.status !== 'finished' || !result) {
    throw new PlotdError(
      'ERR_INTERNAL',
      `the postcard ended as ${card.status}: ${card.error?.message ?? card.reason?.message ?? ''}`,
    )
  }
  const drawing = join(output, result.path)
  show.finished()
  const measured = await processes.ink(drawing)
  show.say('', ...farewell(drawing, ink, (Date.now() - started) / 1000, result.estimateSeconds, io))
  const isWithin = isWithinStep(measured)
  const mark = isWithin ? io.paint.good('✓') : io.paint.bad('✗')
  io.answer({ event: 'measured', drawing, ink, png: ink.replace(/svg$/, 'png'), ...measured, within: isWithin }, () => [
    `${mark} ${verdict(measured)}`,
    `  One step of the plotter is ${STEP_MM} mm.`,
  ])
  return isWithin ? EXIT.ok : EXIT.failed
}

/** Queues the jobs, and follows them until the postcard is drawn and the others are rendered. @returns the postcard */
async function send(client: PlotdClient, show: Show, output: string): Promise<WireJob> {
  const jobs = new Map<string, WireJob>()
  let card = ''
  for (const demoJob of JOBS) {
    const job = await client.submit(demoJob)
    jobs.set(job.id, job)
    if (job.plot) card = job.id
    show.queued(job, output)
  }
  show.say('')
  const printed = new Set<string>()
  for await (const event of client.events()) {
    for (const job of jobsIn(event, jobs)) if (jobs.has(job.id)) jobs.set(job.id, job)
    for (const job of jobs.values()) {
      if (!job.result || printed.has(job.id)) continue
      printed.add(job.id)
      show.rendered(job, output)
      if (job.id === card) await sayReady(client, show)
    }
    const now = jobs.get(card)
    if (now?.status === 'plotting') show.plotting(now)
    if ([...jobs.values()].every(isOver)) break
  }
  return jobs.get(card) as WireJob
}

/** The jobs that an event changes, as they are after the event. */
function jobsIn(event: FeedEvent, jobs: ReadonlyMap<string, WireJob>): readonly WireJob[] {
  if (event.type === 'snapshot') return event.jobs
  if (event.type === 'job.changed') return [event.job]
  const job = event.type === 'job.progress' ? jobs.get(event.id) : undefined
  return job && event.type === 'job.progress' ? [{ ...job, progress: event.progress }] : []
}

const isOver = ({ status }: WireJob): boolean => FINAL.has(status) || status === 'interrupted'

async function sayReady(client: PlotdClient, show: Show): Promise<void> {
  show.say(
    '',
    'The plotter never moves on its own. A user must confirm with `plotd ready` that a fresh sheet is down',
    'and the carriage is at home. The demo confirms it for you:',
    '',
    '  $ plotd ready axidraw',
    '',
  )
  await client.call('plotter.ready', { name: 'axidraw' })
}

const farewell = (drawing: string, ink: string, seconds: number, real: number, { paint }: Io): string[] => [
  `The postcard is drawn, in ${duration(seconds)}; a real AxiDraw would take about ${duration(real)}. Look at the pictures:`,
  '',
  `  ${paint.accent(displayPath(drawing))}  the drawing`,
  `  ${paint.accent(displayPath(ink.replace(/svg$/, 'png')))}  the ink (as SVG: ${displayPath(ink)})`,
  '',
  `Next: plotd ${paint.bold('serve')} starts a daemon that stays, plotd ${paint.bold('ports')} finds your plotter.`,
  '',
]

/** The path relative to the working directory, when it lies inside. Any other path stays as it is. */
const displayPath = (path: string): string => (relative('.', path).startsWith('..') ? path : relative('.', path))

/** Adds a hint to an error of the transport, because the demo needs a pseudo terminal. */
function withDemoHint(thrown: unknown): unknown {
  if (!(thrown instanceof PlotdError) || thrown.code !== 'ERR_TRANSPORT') return thrown
  const how =
    process.platform === 'win32'
      ? 'Windows has no pseudo terminals: try it in WSL, or `plotd serve --plotter sim=sim:ebb`.'
      : 'The demo needs a pseudo terminal: /dev/ptmx and a mounted /dev/pts (in a container: docker run -t).'
  return new PlotdError('ERR_TRANSPORT', `${thrown.message}. ${how}`, thrown.detail, thrown)
}
