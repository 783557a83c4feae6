import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../command.ts'
import type { Io } from '../io.ts'
import { findJob } from '../jobs.ts'
import { count } from '../ui/format.ts'
import { Prompt } from '../ui/prompt.ts'
import { jobLine, plotterSays } from '../ui/sentences.ts'
import { plotterName } from './on-plotter.ts'

export const resume = defineCommand({
  takes: '[what]',
  about:
    'Go on after a pause, a pen change, or an interruption. An interrupted plot asks what to do with the stroke that was cut: nobody but you can see whether it is on the paper.',
  positionals: { what: { type: 'string', describe: 'a plotter’s name, or the id of an interrupted job' } },
  flags: {
    queue: { type: 'boolean', default: false, describe: 'let the queue start new sheets again' },
    redraw: { type: 'boolean', default: false, describe: 'interrupted: draw the cut stroke again' },
    skip: { type: 'boolean', default: false, describe: 'interrupted: leave the cut stroke as it is' },
    from: { type: 'number', describe: 'interrupted: or go on with exactly this stroke', requiresArg: true },
    on: { type: 'string', describe: 'interrupted: on this plotter', requiresArg: true },
  },
  examples: [
    ['resume', 'the only plotter, after a pause'],
    ['resume 4XK9QZ --redraw', 'an interrupted plot: the cut stroke once more, then the rest'],
    ['resume 4XK9QZ --from 1204', 'exactly there'],
  ],
  more: 'Before you resume an interrupted plot: the sheet lies as it lay, and the carriage stands at home.',
  async run(args, io) {
    const { what, queue } = args
    if (queue) {
      const paused = await io.daemon.call('queue.resume', what === undefined ? {} : { plotter: what })
      io.answer(paused, () => `New sheets start again on ${what ?? 'all plotters'}.`)
      return 0
    }
    if (what === undefined || (await isPlotter(io, what))) {
      const after = await io.daemon.call('plotter.resume', { name: await plotterName(io.daemon, what) })
      io.answer(after, () => plotterSays(after))
      return 0
    }
    const id = await findJob(io.daemon, what)
    const job = await io.daemon.call('job.get', { id })
    const how = job.status === 'interrupted' ? await dialog(job, args, io) : {}
    const after = await io.daemon.call('job.resume', { id, ...how })
    io.answer(after, () => jobLine('Resumed', after, io.paint))
    return 0
  },
})

const isPlotter = async (io: Io, word: string): Promise<boolean> =>
  (await io.daemon.call('plotter.list', {})).some(({ name }) => name === word)

interface Choice {
  readonly redraw: boolean
  readonly skip: boolean
  readonly from: number | undefined
  readonly on: string | undefined
}

/** How an interrupted plot goes on: from the flags, or from the person. */
async function dialog(job: WireJob, { redraw, skip, from, on }: Choice, io: Io) {
  const where = on === undefined ? {} : { plotter: on }
  if (from !== undefined) return { from, ...where }
  if (redraw && skip) throw new PlotdError('ERR_PARAMS', 'Either --redraw or --skip the cut stroke, not both')
  if (redraw || skip) return { cut: redraw ? ('redraw' as const) : ('skip' as const), ...where }
  if (!io.interactive) {
    throw new PlotdError('ERR_PARAMS', 'An interrupted plot wants --redraw, --skip or --from STROKE: look at the sheet')
  }
  const { done = 0, of = 0 } = job.progress ?? {}
  io.note(
    `${job.title} was cut (${job.reason?.message ?? 'interrupted'}) in stroke ${count(done + 1)} of ${count(of)}.`,
    'Does the sheet lie as it lay, and does the carriage stand at home?',
  )
  const answer = await new Prompt(true).ask(
    'The cut stroke: [r]edraw it, [s]kip it, a stroke number, or Enter to leave it: ',
  )
  if (answer.startsWith('r')) return { cut: 'redraw' as const, ...where }
  if (answer.startsWith('s')) return { cut: 'skip' as const, ...where }
  if (/^\d+$/.test(answer)) return { from: Number(answer), ...where }
  throw new PlotdError('ERR_PARAMS', 'Left as it was: nothing moves')
}
