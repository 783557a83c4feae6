import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { count, duration, plural, priorityName, shortId, size } from './format.ts'
import type { Paint } from './paint.ts'

/** A job's status in the colour that says what it means: the accent is the pen, red is failure, dim is past. */
export function statusWord(status: WireJob['status'], paint: Paint, text: string = status): string {
  if (status === 'plotting') return paint.accent(text)
  if (status === 'failed' || status === 'interrupted') return paint.bad(text)
  if (status === 'finished' || status === 'canceled') return paint.dim(text)
  if (status === 'paused') return paint.bold(text)
  return text
}

/** `Queued 4XK9QZ  postcard "Birthday for Ada"  high  →  output/postcards/postcard_Ada_birthday.svg` */
export function jobLine(word: string, job: WireJob, paint: Paint, output = 'output'): string {
  const path = job.result?.path ?? job.output
  const parts = [
    `${word} ${paint.bold(shortId(job.id))}`,
    `${job.task} "${job.title}"`,
    priorityName(job.priority),
    ...(job.plot ? [`for ${plotterName(job.plot.plotter)}`] : []),
    ...(path ? ['→', `${output}/${path}`] : []),
  ]
  return parts.join('  ')
}

/** Whose paper it is on, else whose it shall be on. */
export const plotterOf = ({ plot, progress }: WireJob): string => progress?.plotter ?? plot?.plotter ?? ''

const plotterName = (name: string): string => (name === 'any' ? 'any plotter' : name)

/** What a job is doing or how it ended, in words. */
export function jobSays(job: WireJob): string {
  const { status, reason, error, progress } = job
  if (error) return error.message
  if (reason) return reason.message
  if (status === 'plotting' && progress) return progressWords(progress)
  if (job.result) return figures(job.result)
  return ''
}

/** One thing to know before ink: what will not come out as it is in the file, in the colour of failure. */
export const warningLine = ({ code, message }: Warning, paint: Paint, of = (text: string) => text): string =>
  `${differs(code) ? paint.bad(of('will differ')) : paint.dim(of('note'))} ${message}`

type Warning = NonNullable<WireJob['result']>['warnings'][number]

/** Ink that is drawn twice is all there; everything else that is warned of changes the picture. */
const differs = (code: string): boolean => code !== 'repeated'

type JobProgress = NonNullable<WireJob['progress']>

export function progressWords({ phase, done, of, secondsLeft }: JobProgress): string {
  const left = secondsLeft === undefined ? '' : `${duration(secondsLeft)} left`
  if (phase === 'plot') return [`stroke ${count(done)} of ${count(of)}`, left].filter(Boolean).join('  ')
  return phase === 'render' ? 'rendering' : 'planning'
}

export function figures(result: NonNullable<WireJob['result']>): string {
  const { widthMm, heightMm, strokes, estimateSeconds, warnings } = result
  const parts = [size(widthMm, heightMm), plural(strokes, 'stroke'), `about ${duration(estimateSeconds)} of ink`]
  const grave = warnings.filter(({ code }) => differs(code)).length
  return [...parts, ...(grave > 0 ? [plural(grave, 'warning')] : [])].join(', ')
}

/** One sentence on what a plotter is doing. */
export function plotterSays({ name, state, queuePaused }: WirePlotter, title = (id: string) => shortId(id)): string {
  const tail = queuePaused ? ' Its queue is paused.' : ''
  switch (state.is) {
    case 'offline':
      return `${name} is offline: ${state.why}.${tail}`
    case 'idle':
      return (
        (state.ready ? `${name} is ready.` : `${name} waits for a sheet and your word: \`plotd ready ${name}\`.`) + tail
      )
    case 'plotting':
      return `${name} is drawing ${title(state.job)}.${tail}`
    case 'paused':
      return `${name} paused in ${title(state.job)}: ${state.prompt ?? WHY[state.why]}; ${GOES_ON[state.why]}.${tail}`
    case 'fault':
      return `${name} has a fault: ${state.message} [${state.code}]. \`plotd clear ${name}\` when it is mended.${tail}`
    default:
      return state satisfies never
  }
}

const WHY = {
  operator: 'somebody asked for it',
  'pen-change': 'it wants the next pen',
  sheet: 'it wants the next sheet',
}

/** The prompts of a plot tell what is wanted, and not how a person says that it is done. */
const GOES_ON = {
  operator: '`plotd resume` goes on',
  'pen-change': '`plotd resume` goes on',
  sheet: '`plotd ready` goes on',
}
