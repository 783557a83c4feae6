import { completeSheets } from '../../../../src/daemon/protocol/constants.ts'
import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { mustHomeFirst } from '../../../node/attention.ts'
import { grantedBy, grantedFor } from '../plotters/grant-words.ts'
import { clock, duration, number, sentenceCase, size, withStop } from '../shared/format.ts'
import { type DaemonState, isQueuePaused, nextJob, queueOf } from '../state/daemon-state.ts'

/** One line of the status bar: the activity of a plotter or of the queue, and the action that the line offers. */
export interface Sentence {
  readonly text: string
  /** Says what to do now. The page shows this sentence after `text`, in sessions that may queue jobs. */
  readonly advice?: string
  /** The title of the job. The page sets it in italics within `text`. */
  readonly title?: string
  readonly job?: WireJob
  readonly plotter?: WirePlotter
  readonly action?: 'ready' | 'resume' | 'resume-dialog' | 'clear' | 'connect' | 'home'
  readonly tone: Tone
  /** Whether `text` does not name the plotter, for instance because the text is the plotter's prompt. */
  readonly isNameless?: boolean
}

/**
 * `asks` waits for the user. `alarm` is a fault, a plotter whose state is unknown, a lost connection or a logged-out
 * page. A `granted` plotter begins without asking.
 */
type Tone = 'quiet' | 'busy' | 'granted' | 'asks' | 'alarm'

const URGENCY: readonly Tone[] = ['alarm', 'asks', 'granted', 'busy', 'quiet']

/** The most urgent sentence. @internal for tests */
export const sentence = (daemon: DaemonState, now = 0): Sentence =>
  sentences(daemon, now)[0] ?? ofQueue(daemon, queueOf(daemon))

/**
 * The most urgent sentence, then a sentence for each other plotter whose buttons the user may need. Such a plotter
 * draws or is paused, or it has a fault, a grant or the sheet of an interrupted job.
 *
 * @param now  ms since 1970
 */
export function sentences(daemon: DaemonState, now = 0): Sentence[] {
  if (daemon.isLoggedOut) {
    const text =
      'This page is logged out: plotd was restarted, or the session ended. Run `plotd open` on the computer of plotd to ' +
      'log in again. Nothing on this page is lost.'
    return [{ text, tone: 'alarm' }]
  }
  if (!daemon.isConnected) {
    return [{ text: 'No connection to the daemon. The page reconnects by itself.', tone: 'alarm' }]
  }
  const queue = queueOf(daemon)
  const perPlotter = daemon.plotters.map((plotter) => ofPlotter(plotter, daemon, queue, now))
  const candidates = [...interruptedElsewhere(daemon, queue), ...perPlotter]
  candidates.sort((a, b) => URGENCY.indexOf(a.tone) - URGENCY.indexOf(b.tone))
  const [first = ofQueue(daemon, queue), ...further] = candidates
  const more = further.filter(({ plotter }) => plotter && needsControls(plotter))
  return more.length === 0 ? [first] : [first, ...more].map(withPlotterName)
}

const needsControls = ({ state, grant, interrupted }: WirePlotter): boolean =>
  ['plotting', 'paused', 'fault'].includes(state.is) || grant !== undefined || interrupted !== undefined

/** Adds the plotter's name to a sentence. When there are several sentences, each must name its plotter. */
function withPlotterName(sentence: Sentence): Sentence {
  const { text, plotter, isNameless = false } = sentence
  if (plotter === undefined || !isNameless) return sentence
  return { ...sentence, text: `${plotter.name}: ${text.charAt(0).toLowerCase()}${text.slice(1)}` }
}

/**
 * The index at which the title last stands in the sentence as a whole word; -1 when it does not. The title 'a' does not
 * stand in 'axidraw'.
 */
export function placeOfTitle({ text, title = '' }: Pick<Sentence, 'text' | 'title'>): number {
  const isWord = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}]/u.test(char)
  let index = title === '' ? -1 : text.lastIndexOf(title)
  while (index >= 0) {
    const continuesBefore = isWord(text[index - 1]) && isWord(title[0])
    const continuesAfter = isWord(text[index + title.length]) && isWord(title.at(-1))
    if (!continuesBefore && !continuesAfter) return index
    index = index === 0 ? -1 : text.lastIndexOf(title, index - 1)
  }
  return -1
}

function ofPlotter(plotter: WirePlotter, daemon: DaemonState, queue: readonly WireJob[], now: number): Sentence {
  const { state, name } = plotter
  switch (state.is) {
    case 'plotting':
      return ofPlotting(plotter, daemon.jobs.get(state.job))
    case 'paused':
      return ofPaused(plotter, daemon.jobs.get(state.job), state.why, state.prompt)
    case 'fault':
      return { text: withStop(`${name} stopped: ${state.message}`), plotter, action: 'clear', tone: 'alarm' }
    case 'unknown':
      return {
        text: withStop(`The state of ${name} has been unknown since ${clock(state.since)}: ${state.why}`),
        plotter,
        tone: 'alarm',
      }
    case 'offline':
      return { text: withStop(`${name} is offline: ${state.why}`), plotter, action: 'connect', tone: 'quiet' }
    case 'idle':
      return ofIdle(plotter, state.ready, daemon, queue, now)
    default:
      return state satisfies never
  }
}

function ofIdle(
  plotter: WirePlotter,
  isReady: boolean,
  daemon: DaemonState,
  queue: readonly WireJob[],
  now: number,
): Sentence {
  const { name, job: jobId, grant, interrupted, maintenance } = plotter
  const interruptedJob = interrupted && daemon.jobs.get(interrupted.job)
  if (interruptedJob) return ofInterrupted(interruptedJob, plotter)
  const ownJob = jobId === undefined ? undefined : daemon.jobs.get(jobId)
  if (ownJob) return ofStarting(plotter, ownJob)
  if (maintenance) {
    const why = `${name} is in maintenance: ${maintenance.reason}. `
    return { ...ofQueue(daemon, queue, plotter, why), isNameless: false }
  }
  if (grant) {
    const text = `${name} is ready ${grantedFor(grant)}: it begins without asking. Granted ${grantedBy(grant, now)}.`
    const job = 'job' in grant.for ? daemon.jobs.get(grant.for.job) : undefined
    return { text, ...(job ? { job, title: job.title } : {}), plotter, tone: 'granted' }
  }
  const next = nextJob(queue, plotter)
  if (!next || (next.status !== 'rendered' && next.status !== 'paused')) return ofQueue(daemon, queue, plotter)
  if (isQueuePaused(daemon, plotter)) return ofQueue(daemon, queue, plotter, 'The queue is paused. ')
  if (mustHomeFirst(plotter)) return ofHomeNeeded(plotter, next)
  return isReady ? ofStarting(plotter, next) : ofSheetNeeded(plotter, next)
}

const ofHomeNeeded = (plotter: WirePlotter, job: WireJob): Sentence => ({
  text: `${plotter.name} must find its limit switches before it draws ${job.title}. Clear the way of its carriage${
    plotter.gate ? '' : ', and put a fresh sheet down: the plot begins by itself after homing'
  }.`,
  title: job.title,
  job,
  plotter,
  action: 'home',
  tone: 'asks',
})

function ofSheetNeeded(plotter: WirePlotter, job: WireJob): Sentence {
  const { title, result, status, progress, plot } = job
  const copy = completeSheets(progress) + 1
  const purpose = status === 'paused' ? `for sheet ${copy} of ${plot?.copies ?? copy} of ${title}` : `to draw ${title}`
  const figures = result ? `: ${size(result.widthMm, result.heightMm)}, ${duration(result.estimateSeconds)}` : ''
  const text = `${plotter.name} needs a fresh sheet, with the carriage at home, ${purpose}${figures}.`
  return { text, title, job, plotter, action: 'ready', tone: 'asks' }
}

const ofStarting = (plotter: WirePlotter, job: WireJob): Sentence => ({
  text: `${plotter.name} ${plotter.willPause ? 'will pause before it draws' : 'is about to draw'} ${job.title}.`,
  title: job.title,
  job,
  plotter,
  tone: 'busy',
})

function ofPlotting(plotter: WirePlotter, job?: WireJob): Sentence {
  if (!job) return { text: `${plotter.name} is drawing.`, plotter, tone: 'busy' }
  const { progress } = job
  const left = progress?.secondsLeft === undefined ? '' : `: ${duration(progress.secondsLeft)} left`
  const stroke = progress?.phase === 'plot' ? `, stroke ${number(progress.done)} of ${number(progress.of)}` : ''
  const text = `${plotter.name} is drawing ${job.title}${left}${stroke}.${furtherGrant(plotter)}`
  return { text, title: job.title, job, plotter, tone: 'busy' }
}

/** Words about a grant that covers more sheets than the present one. */
const furtherGrant = ({ grant }: WirePlotter): string => (grant ? ` It stays ready ${grantedFor(grant)}.` : '')

function pauseWords(name: string, title: string, why: string, prompt?: string): string {
  if (prompt !== undefined) return sentenceCase(prompt)
  if (why === 'pen-change') return `Change the pen of ${name} for ${title}.`
  if (why === 'sheet') return `Put a fresh sheet on ${name} for the next copy of ${title}.`
  return `${name} paused in ${title}, and lifted the pen.`
}

function ofPaused(plotter: WirePlotter, job: WireJob | undefined, why: string, prompt?: string): Sentence {
  const title = job?.title ?? 'a drawing'
  const text = pauseWords(plotter.name, title, why, prompt)
  return {
    text: `${text}${furtherGrant(plotter)}`,
    title,
    ...(job ? { job } : {}),
    plotter,
    action: 'resume',
    tone: 'asks',
    isNameless: prompt !== undefined,
  }
}

function ofInterrupted(job: WireJob, plotter?: WirePlotter): Sentence {
  const { progress, title } = job
  const place = progress?.phase === 'plot' ? ` after stroke ${number(progress.done)} of ${number(progress.of)}` : ''
  const sheet = plotter ? ` Its sheet lies on ${plotter.name}.` : ''
  const text = `${title} was interrupted${place}.${sheet} Nothing moves until you choose how to continue.`
  return { text, title, job, ...(plotter ? { plotter } : {}), action: 'resume-dialog', tone: 'asks' }
}

/**
 * The sentence about the first interrupted job whose sheet lies on no idle plotter. For instance, the plotter of that
 * job is busy or away, or the user took the sheet off.
 */
function interruptedElsewhere({ plotters }: DaemonState, queue: readonly WireJob[]): Sentence[] {
  const jobs = queue.filter(
    ({ id, status }) =>
      status === 'interrupted' &&
      !plotters.some(({ state, interrupted }) => state.is === 'idle' && interrupted?.job === id),
  )
  return jobs.slice(0, 1).map((job) => {
    const isPlotterKnown = plotters.some(({ name }) => name === job.progress?.plotter)
    const isOff = job.touched && isPlotterKnown && !isOnAPlotter(job, plotters)
    const sentence = ofInterrupted(job)
    if (!isOff) return sentence
    return { ...sentence, text: `${job.title} was interrupted. Its sheet was taken off.`, tone: 'quiet' }
  })
}

const isOnAPlotter = ({ id }: WireJob, plotters: readonly WirePlotter[]): boolean =>
  plotters.some(({ interrupted }) => interrupted?.job === id)

/** @param why  a sentence that says why no job is drawn, or '' */
function ofQueue({ isCutOff }: DaemonState, queue: readonly WireJob[], plotter?: WirePlotter, why = ''): Sentence {
  const extra = plotter ? { plotter, isNameless: true } : {}
  const rendering = queue.find(({ status }) => status === 'started')
  if (rendering) {
    const text = `${why}Rendering ${rendering.title}.`
    return { text, title: rendering.title, job: rendering, ...extra, tone: 'busy' }
  }
  if (queue.length === 0) {
    const advice = 'Compose a card, or drop a file on this page.'
    return { text: `${why}The queue is empty.`, advice, ...extra, tone: 'quiet' }
  }
  const count = `${isCutOff ? 'More than ' : ''}${number(queue.length)}`
  const waiting = queue.length === 1 ? 'One job is waiting' : `${count} jobs are waiting`
  return { text: `${why}${waiting}.`, ...extra, tone: 'quiet' }
}
