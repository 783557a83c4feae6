import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { duration, number, sentenceCase } from '../shared/format.ts'
import { type DaemonState, queueOf } from '../state/daemon-state.ts'

/** One line of the status bar: what a plotter or the queue is doing, and the action that it waits for. */
export interface Sentence {
  readonly text: string
  /** The job's title, set in italics where it stands in `text`. */
  readonly title?: string
  readonly job?: WireJob
  readonly plotter?: WirePlotter
  readonly action?: 'ready' | 'resume' | 'resume-dialog' | 'clear' | 'connect'
  readonly tone: Tone
}

/** `asks` waits for the user; `alarm` is a fault. */
type Tone = 'quiet' | 'busy' | 'asks' | 'alarm'

const URGENCY: readonly Tone[] = ['alarm', 'asks', 'busy', 'quiet']

/** The most urgent sentence. */
export const sentence = (daemon: DaemonState): Sentence => sentences(daemon)[0] ?? ofQueue(queueOf(daemon))

/** The most urgent sentence, then one for each other plotter that is plotting, paused or in fault: each needs its controls. */
export function sentences(daemon: DaemonState): Sentence[] {
  if (daemon.loggedOut) {
    const text =
      'This page is logged out: plotd was restarted, or the session was ended. Run `plotd open` on its computer to log in ' +
      'again; nothing on this page is lost.'
    return [{ text, tone: 'alarm' }]
  }
  if (!daemon.connected) {
    return [{ text: 'No connection to the daemon. The page reconnects by itself.', tone: 'alarm' }]
  }
  const queue = queueOf(daemon)
  const perPlotter = daemon.plotters.map((plotter) => ofPlotter(plotter, daemon, queue))
  const interrupted = queue.find(({ status }) => status === 'interrupted')
  const candidates = [...(interrupted ? [ofInterrupted(interrupted)] : []), ...perPlotter]
  candidates.sort((a, b) => URGENCY.indexOf(a.tone) - URGENCY.indexOf(b.tone))
  const [first = ofQueue(queue), ...others] = candidates
  const more = others.filter(({ plotter }) => plotter && ['plotting', 'paused', 'fault'].includes(plotter.state.is))
  return more.length === 0 ? [first] : [first, ...more].map(withPlotterName)
}

/** Where there are several sentences, each names its plotter. */
function withPlotterName(sentence: Sentence): Sentence {
  const { text, plotter } = sentence
  if (plotter === undefined || text.includes(plotter.name)) return sentence
  return { ...sentence, text: `${plotter.name}: ${text.charAt(0).toLowerCase()}${text.slice(1)}` }
}

function ofPlotter(plotter: WirePlotter, { jobs, plotters }: DaemonState, queue: readonly WireJob[]): Sentence {
  const { state, name } = plotter
  switch (state.is) {
    case 'plotting':
      return ofPlotting(plotter, jobs.get(state.job))
    case 'paused':
      return ofPaused(plotter, jobs.get(state.job), state.why, state.prompt)
    case 'fault':
      return { text: `${name} stopped: ${state.message}`, plotter, action: 'clear', tone: 'alarm' }
    case 'offline':
      return { text: `${name} is offline: ${state.why}`, plotter, action: 'connect', tone: 'quiet' }
    case 'idle': {
      const starting = queue.find(
        (job) => job.status === 'plotting' && wants(job, plotter) && !isOnAPlotter(job, plotters),
      )
      if (starting) return ofStarting(plotter, starting)
      const next = queue.find((job) => job.status === 'rendered' && wants(job, plotter))
      if (!next) return ofQueue(queue, plotter)
      if (state.ready) return ofStarting(plotter, next)
      const text = `${name} needs a fresh sheet, with the carriage at home, to draw ${next.title}.`
      return { text, title: next.title, job: next, plotter, action: 'ready', tone: 'asks' }
    }
    default:
      return state satisfies never
  }
}

const ofStarting = (plotter: WirePlotter, job: WireJob): Sentence => ({
  text: `${plotter.name} is about to draw ${job.title}.`,
  title: job.title,
  job,
  plotter,
  tone: 'busy',
})

/** Whether some plotter reports that it draws this job; a job whose plan is still being made is on none. */
const isOnAPlotter = ({ id }: WireJob, plotters: readonly WirePlotter[]): boolean =>
  plotters.some(({ state }) => 'job' in state && state.job === id)

const wants = (job: WireJob, plotter: WirePlotter): boolean =>
  job.plot !== undefined && ['any', plotter.name].includes(job.plot.plotter)

function ofPlotting(plotter: WirePlotter, job?: WireJob): Sentence {
  if (!job) return { text: `${plotter.name} is drawing.`, plotter, tone: 'busy' }
  const { progress } = job
  const left = progress?.secondsLeft === undefined ? '' : `: ${duration(progress.secondsLeft)} left`
  const stroke = progress?.phase === 'plot' ? `, stroke ${number(progress.done)} of ${number(progress.of)}` : ''
  const text = `${plotter.name} is drawing ${job.title}${left}${stroke}.`
  return { text, title: job.title, job, plotter, tone: 'busy' }
}

function ofPaused(plotter: WirePlotter, job: WireJob | undefined, why: string, prompt?: string): Sentence {
  const title = job?.title ?? 'a drawing'
  const text =
    (prompt === undefined ? undefined : sentenceCase(prompt)) ??
    (why === 'pen-change'
      ? `Change the pen of ${plotter.name} for ${title}.`
      : why === 'sheet'
        ? `Put a fresh sheet on ${plotter.name} for the next copy of ${title}.`
        : `${plotter.name} paused in ${title}. The pen is up.`)
  return { text, title, ...(job ? { job } : {}), plotter, action: 'resume', tone: 'asks' }
}

function ofInterrupted(job: WireJob): Sentence {
  const place =
    job.progress?.phase === 'plot' ? ` after stroke ${number(job.progress.done)} of ${number(job.progress.of)}` : ''
  const text = `${job.title} was interrupted${place}. Nothing moves until you choose how to continue.`
  return { text, title: job.title, job, action: 'resume-dialog', tone: 'asks' }
}

function ofQueue(queue: readonly WireJob[], plotter?: WirePlotter): Sentence {
  const extra = plotter ? { plotter } : {}
  const rendering = queue.find(({ status }) => status === 'started')
  if (rendering)
    return { text: `Rendering ${rendering.title}.`, title: rendering.title, job: rendering, ...extra, tone: 'busy' }
  if (queue.length === 0)
    return { text: 'The queue is empty. Compose a card, or drop an SVG on this page.', ...extra, tone: 'quiet' }
  const waiting = queue.length === 1 ? 'One job is waiting' : `${number(queue.length)} jobs are waiting`
  return { text: `${waiting}.`, ...extra, tone: 'quiet' }
}
