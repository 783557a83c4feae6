import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { duration, number } from '../shared/format.ts'
import { type Picture, queueOf } from '../state/daemon-state.ts'

/** What the page says is going on, and the one thing that a person can do about it. */
export interface Sentence {
  readonly text: string
  /** Title of the job the sentence is about, set in italics where it stands in `text`. */
  readonly title?: string
  readonly job?: WireJob
  readonly plotter?: WirePlotter
  readonly action?: 'ready' | 'resume' | 'resume-dialog' | 'clear' | 'connect'
  readonly tone: 'quiet' | 'busy' | 'asks' | 'alarm'
}

/** One sentence for the whole desk: what asks for a person comes before what is merely going on. */
export const sentence = (picture: Picture): Sentence => sentences(picture)[0] ?? ofQueue(queueOf(picture))

/** That sentence, and one of each other plotter that has a plot in hand: it, too, must be stopped from here. */
export function sentences(picture: Picture): Sentence[] {
  if (!picture.connected)
    return [{ text: 'The daemon is away. The page goes on by itself when it is back.', tone: 'alarm' }]
  const queue = queueOf(picture)
  const perPlotter = picture.plotters.map((plotter) => ofPlotter(plotter, picture, queue))
  const interrupted = queue.find(({ status }) => status === 'interrupted')
  const candidates = [...(interrupted ? [ofInterrupted(interrupted)] : []), ...perPlotter]
  const order = ['alarm', 'asks', 'busy', 'quiet']
  candidates.sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone))
  const [first = ofQueue(queue), ...others] = candidates
  const more = others.filter(({ plotter }) => plotter && ['plotting', 'paused', 'fault'].includes(plotter.state.is))
  return more.length === 0 ? [first] : [first, ...more].map(ofWhom)
}

/** Where several speak, each says who it is. */
function ofWhom(sentence: Sentence): Sentence {
  const { text, plotter } = sentence
  if (plotter === undefined || text.includes(plotter.name)) return sentence
  return { ...sentence, text: `${plotter.name}: ${text.charAt(0).toLowerCase()}${text.slice(1)}` }
}

function ofPlotter(plotter: WirePlotter, { jobs, plotters }: Picture, queue: readonly WireJob[]): Sentence {
  const { state, name } = plotter
  switch (state.is) {
    case 'plotting':
      return ofPlotting(plotter, jobs.get(state.job))
    case 'paused':
      return ofPaused(plotter, jobs.get(state.job), state.why, state.prompt)
    case 'fault':
      return { text: `${name} stopped: ${state.message}`, plotter, action: 'clear', tone: 'alarm' }
    case 'offline':
      return { text: `${name} is not there: ${state.why}`, plotter, action: 'connect', tone: 'quiet' }
    case 'idle': {
      const begun = queue.find((job) => job.status === 'plotting' && mayDraw(plotter, job) && !isHeld(job, plotters))
      if (begun) return aboutTo(plotter, begun)
      const next = queue.find((job) => job.status === 'rendered' && mayDraw(plotter, job))
      if (!next) return ofQueue(queue, plotter)
      if (state.ready) return aboutTo(plotter, next)
      const text = `${name} waits for a fresh sheet, the carriage at home, to draw ${next.title}.`
      return { text, title: next.title, job: next, plotter, action: 'ready', tone: 'asks' }
    }
    default:
      return state satisfies never
  }
}

const aboutTo = (plotter: WirePlotter, job: WireJob): Sentence => ({
  text: `${plotter.name} is about to draw ${job.title}.`,
  title: job.title,
  job,
  plotter,
  tone: 'busy',
})

/** A machine that has it in hand says so itself; before that it is planned. */
const isHeld = ({ id }: WireJob, plotters: readonly WirePlotter[]): boolean =>
  plotters.some(({ state }) => 'job' in state && state.job === id)

const mayDraw = (plotter: WirePlotter, job: WireJob): boolean =>
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
    (prompt === undefined ? undefined : asked(prompt)) ??
    (why === 'pen-change'
      ? `Change the pen of ${plotter.name} for ${title}.`
      : why === 'sheet'
        ? `Put a fresh sheet on ${plotter.name} for the next copy of ${title}.`
        : `${plotter.name} pauses in ${title}, the pen up.`)
  return { text, title, ...(job ? { job } : {}), plotter, action: 'resume', tone: 'asks' }
}

/** 'put in pen 2 (red)' → 'Put in pen 2 (red).' */
export const asked = (prompt: string): string =>
  `${prompt.charAt(0).toUpperCase()}${prompt.slice(1).replace(/\.?$/, '.')}`

function ofInterrupted(job: WireJob): Sentence {
  const at =
    job.progress?.phase === 'plot' ? ` after stroke ${number(job.progress.done)} of ${number(job.progress.of)}` : ''
  const text = `${job.title} was cut off${at}. Nothing moves until you say how it goes on.`
  return { text, title: job.title, job, action: 'resume-dialog', tone: 'asks' }
}

function ofQueue(queue: readonly WireJob[], plotter?: WirePlotter): Sentence {
  const extra = plotter ? { plotter } : {}
  const working = queue.find(({ status }) => status === 'started')
  if (working)
    return { text: `Rendering ${working.title}.`, title: working.title, job: working, ...extra, tone: 'busy' }
  if (queue.length === 0)
    return { text: 'Nothing waits. Compose a card, or drop an SVG on the sheet.', ...extra, tone: 'quiet' }
  const waiting = queue.length === 1 ? 'One job waits' : `${number(queue.length)} jobs wait`
  return { text: `${waiting}.`, ...extra, tone: 'quiet' }
}
