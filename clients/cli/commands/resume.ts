import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { lengthFlag } from '../flags/length-flag.ts'
import type { Io } from '../io/io.ts'
import { answerJob } from '../jobs/answer-job.ts'
import { findJob } from '../jobs/find-jobs.ts'
import { nextPlace, resumeOptions } from '../jobs/resume-options.ts'
import { shortId } from '../ui/format.ts'
import { confirms } from '../ui/prompt.ts'
import { interruptedChoices, interruptedJob, plotterSentence } from '../ui/sentences.ts'
import { moveUntilInterrupt } from './moving.ts'
import { pausedQueueSentence } from './pause.ts'
import { onlyPlotter } from './plotter.ts'

export const resume = defineCommand({
  about:
    'Continue after a pause, a pen change or an interruption. For an interrupted job you choose what happens to the cut stroke: only you can see whether it is on the paper.',
  positionals: { what: { type: 'string', describe: 'name of a plotter, or id of a paused or interrupted job' } },
  flags: {
    queue: { type: 'boolean', default: false, describe: 'let the queue start sheets again' },
    redraw: { type: 'boolean', default: false, describe: 'interrupted job: draw the cut stroke again' },
    skip: { type: 'boolean', default: false, describe: 'interrupted job: skip the cut stroke' },
    continue: {
      type: 'boolean',
      default: false,
      describe: 'interrupted job: continue where the pen stopped, if that is known',
    },
    from: {
      type: 'number',
      describe: 'interrupted job: continue with this stroke (1 is the first)',
      requiresArg: true,
    },
    back: {
      type: 'number',
      describe: 'interrupted job: start this many strokes earlier (negative: later)',
      requiresArg: true,
    },
    'back-mm': lengthFlag('back-mm', 'interrupted job: start this much ink earlier, mm (negative: later)'),
    trace: {
      type: 'boolean',
      default: false,
      describe: 'interrupted job: only move to the place to continue from, pen up, and stay there',
    },
    'at-home': { type: 'boolean', default: false, describe: 'interrupted job: the carriage stands at home' },
    'sheet-back': {
      type: 'boolean',
      default: false,
      describe: 'interrupted job: its sheet was taken off, and lies at the same place again',
    },
    on: { type: 'string', describe: 'interrupted job: continue on this plotter', requiresArg: true },
  },
  examples: [
    ['resume', 'the only plotter, after a pause'],
    ['resume 4XK9QZ --redraw', 'an interrupted job: the cut stroke once more, then the rest'],
    ['resume 4XK9QZ --redraw --back 3 --trace', 'move to the place three strokes earlier, to look'],
    ['resume 4XK9QZ --back-mm 20', '20 mm of ink before the place where the pen stopped'],
    ['resume 4XK9QZ --from 1204', 'from stroke 1204'],
  ],
  more: 'Before you resume an interrupted job, its sheet must lie at the same place as before. If the plotter does not know where its carriage stands, move the carriage home and add --at-home.',
  async run(args, io) {
    const { what, queue } = args
    if (queue) {
      const answer = await io.daemon.call('queue.resume', what === undefined ? {} : { plotter: what })
      io.answer(answer, () => resumedQueueLines(what, answer.paused))
      return 0
    }
    const plotters = await io.daemon.call('plotter.list', {})
    const plotter = what === undefined ? plotterToResume(plotters) : plotters.find(({ name }) => name === what)
    if (plotter && !holdsCutSheet(plotter)) {
      const after = await io.daemon.call('plotter.resume', { name: plotter.name })
      io.answer(after, () => plotterSentence(after))
      return 0
    }
    if (plotter?.interrupted) await confirm(plotter.name, plotter.interrupted, io)
    const id = plotter?.interrupted?.job ?? (await findJob(io.daemon, what ?? ''))
    const job = await io.daemon.call('job.get', { id })
    if (job.status !== 'interrupted') {
      const after = await io.daemon.call('job.resume', { id })
      await answerJob('Resumed', after, io)
      return 0
    }
    const how = await resumeOptions(job, args, io)
    const origin = {
      ...(args['at-home'] ? { atHome: true } : {}),
      ...(args['sheet-back'] && !args.trace ? { sheetBack: true as const } : {}),
    }
    const { next, of } = await io.daemon.call('job.place', { id, ...how })
    if (next) io.note(nextPlace(next, of))
    // The plotter that moves, and that Ctrl-C stops: the plotter of --on, else the plotter that began the job.
    const name = args.on ?? job.progress?.plotter
    if (args.trace && name !== undefined) {
      const request = () => io.daemon.call('job.trace', { id, ...how, ...origin })
      return moveUntilInterrupt(io, name, request, (after) => answerJob('Shown, not drawn', after, io))
    }
    const after = await io.daemon.call(args.trace ? 'job.trace' : 'job.resume', { id, ...how, ...origin })
    await answerJob(args.trace ? 'Shown, not drawn' : 'Resumed', after, io)
    return 0
  },
})

/**
 * The first line says that new sheets start again. While the whole queue is paused ('' in `paused`), this line is left
 * out. The other lines name the pauses that remain.
 */
const resumedQueueLines = (plotter: string | undefined, paused: readonly string[]): string[] => [
  ...(paused.includes('') ? [] : [`New sheets start again${plotter === undefined ? '' : ` on ${plotter}`}.`]),
  ...paused.map(pausedQueueSentence),
]

/**
 * Confirms that the user means the interrupted job whose sheet the plotter holds. At a terminal plotd asks the user. A
 * script must name the job.
 *
 * @throws PlotdError ERR_PLOTTER_STATE when the user does not confirm; the remedy lists every way to continue
 */
async function confirm(name: string, interrupted: NonNullable<WirePlotter['interrupted']>, io: Io): Promise<void> {
  const sentence = `${name} holds the sheet of the interrupted job ${interruptedJob(interrupted)}`
  const job = shortId(interrupted.job)
  const remedy = interruptedChoices(job, name)
  if (io.isInteractive) {
    io.note(`${sentence}.`, remedy)
    if (await confirms(`Continue ${job} on this sheet?`)) return
  }
  throw new PlotdError('ERR_PLOTTER_STATE', `Name the job to resume: ${sentence}`, {
    name,
    interrupted: interrupted.job,
    remedy,
  })
}

/** Whether the plotter holds the sheet of an interrupted job, and has no plot under way. */
const holdsCutSheet = ({ interrupted, state }: WirePlotter): boolean =>
  interrupted !== undefined && state.is !== 'plotting' && state.is !== 'paused'

/**
 * The only plotter of a list.
 *
 * @throws PlotdError ERR_PARAMS when there are several; the remedy names any interrupted jobs
 * @throws PlotdError ERR_PLOTTER_UNKNOWN when there is none
 */
function plotterToResume(plotters: readonly WirePlotter[]): WirePlotter {
  const interruptedPlotters = plotters.filter(({ interrupted }) => interrupted)
  if (plotters.length < 2 || interruptedPlotters.length === 0) return onlyPlotter(plotters)
  throw new PlotdError('ERR_PARAMS', `Which plotter? There are ${plotters.map(({ name }) => name).join(', ')}`, {
    remedy: interruptedPlotters.map((plotter) => plotterSentence(plotter)).join(' '),
  })
}
