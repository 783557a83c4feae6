import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io.ts'
import { findJob } from '../jobs/find-jobs.ts'
import { nextPlace, resumeHow } from '../jobs/resume-options.ts'
import { shortId } from '../ui/format.ts'
import { Prompt } from '../ui/prompt.ts'
import { interruptedChoices, interruptedJob, jobLine, plotterSays } from '../ui/sentences.ts'
import { plotterName } from './plotter.ts'

export const resume = defineCommand({
  about:
    'Go on after a pause, a pen change, or an interruption. An interrupted plot asks what to do with the stroke that was cut: nobody but you can see whether it is on the paper.',
  positionals: { what: { type: 'string', describe: 'a plotter’s name, or the id of an interrupted job' } },
  flags: {
    queue: { type: 'boolean', default: false, describe: 'let the queue start new sheets again' },
    redraw: { type: 'boolean', default: false, describe: 'interrupted: draw what was cut again' },
    skip: { type: 'boolean', default: false, describe: 'interrupted: leave what was cut as it is' },
    continue: {
      type: 'boolean',
      default: false,
      describe: 'interrupted: go on where the pen stopped, when that is known',
    },
    from: {
      type: 'number',
      describe: 'interrupted: or go on with exactly this stroke (1 is the first)',
      requiresArg: true,
    },
    back: { type: 'number', describe: 'interrupted: and so many strokes back (below zero: on)', requiresArg: true },
    'back-mm': { type: 'number', describe: 'interrupted: and so much ink back (below zero: on)', requiresArg: true },
    trace: { type: 'boolean', default: false, describe: 'interrupted: only go to that place, pen up, and stay there' },
    'at-home': { type: 'boolean', default: false, describe: 'interrupted: the carriage stands at home' },
    'sheet-back': {
      type: 'boolean',
      default: false,
      describe: 'interrupted: its sheet was taken off, and lies there again as it lay',
    },
    on: { type: 'string', describe: 'interrupted: on this plotter', requiresArg: true },
  },
  examples: [
    ['resume', 'the only plotter, after a pause'],
    ['resume 4XK9QZ --redraw', 'an interrupted plot: the cut stroke once more, then the rest'],
    ['resume 4XK9QZ --redraw --back 3 --trace', 'to where three strokes earlier is, to look at it'],
    ['resume 4XK9QZ --back-mm 20', 'where the pen stopped, and 20 mm of ink before that again'],
    ['resume 4XK9QZ --from 1204', 'exactly there'],
  ],
  more: 'Before you resume an interrupted plot: the sheet lies as it lay. A plotter that does not know where its carriage stands wants it put at home, and --at-home.',
  async run(args, io) {
    const { what, queue } = args
    if (queue) {
      const paused = await io.daemon.call('queue.resume', what === undefined ? {} : { plotter: what })
      io.answer(paused, () => `New sheets start again on ${what ?? 'all plotters'}.`)
      return 0
    }
    let id: string
    if (what === undefined || (await isPlotter(io, what))) {
      const name = await plotterName(io.daemon, what)
      const { state, interrupted } = await io.daemon.call('plotter.get', { name })
      if (!interrupted || state.is === 'plotting' || state.is === 'paused') {
        const after = await io.daemon.call('plotter.resume', { name })
        io.answer(after, () => plotterSays(after))
        return 0
      }
      await confirm(name, interrupted, io)
      id = interrupted.job
    } else id = await findJob(io.daemon, what)
    const job = await io.daemon.call('job.get', { id })
    if (job.status !== 'interrupted') {
      const after = await io.daemon.call('job.resume', { id })
      io.answer(after, () => jobLine('Resumed', after, io.paint))
      return 0
    }
    const how = await resumeHow(job, args, io)
    const origin = {
      ...(args['at-home'] ? { atHome: true } : {}),
      ...(args['sheet-back'] && !args.trace ? { sheetBack: true as const } : {}),
    }
    const next = await io.daemon.call('job.place', { id, ...how })
    if (next.next) io.note(nextPlace(next.next, next.of))
    const after = await io.daemon.call(args.trace ? 'job.trace' : 'job.resume', { id, ...how, ...origin })
    io.answer(after, () => jobLine(args.trace ? 'Shown, not drawn' : 'Resumed', after, io.paint))
    return 0
  },
})

/**
 * A plotter holds the sheet of an interrupted job: a person at a terminal is asked about that job, a script must name it.
 *
 * @throws PlotdError ERR_PLOTTER_STATE with every way on
 */
async function confirm(name: string, interrupted: NonNullable<WirePlotter['interrupted']>, io: Io): Promise<void> {
  const says = `${name} holds the sheet of the interrupted job ${interruptedJob(interrupted)}`
  const job = shortId(interrupted.job)
  const remedy = interruptedChoices(job, name)
  if (io.interactive) {
    io.note(`${says}.`, remedy)
    const answer = await new Prompt(true).ask(`Go on with ${job} on this sheet? [y/N] `)
    if (/^y(es)?$/i.test(answer)) return
  }
  throw new PlotdError('ERR_PLOTTER_STATE', `Name the job to resume: ${says}`, {
    name,
    interrupted: interrupted.job,
    remedy,
  })
}

const isPlotter = async (io: Io, word: string): Promise<boolean> =>
  (await io.daemon.call('plotter.list', {})).some(({ name }) => name === word)
